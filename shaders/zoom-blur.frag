const vec3 LUMA = vec3(0.2126, 0.7152, 0.0722);
const int TAPS = 14;

// A different start for every pixel (interleaved gradient noise, Jimenez 2014): fine grain in place of ghost pictures.
float jitter(vec2 place) {
  return fract(52.9829189 * fract(dot(place, vec2(0.06711056, 0.00583715))));
}

vec4 effect(vec2 uv) {
  float kick = 1.0 - beatPhase;
  float strength = mix(1.0, kick * kick * kick, pulse);
  vec2 size = vec2(resolution.x / resolution.y, 1.0);
  vec2 p = (uv - centre) * size;
  float start = jitter(floor(uv * resolution));
  float from = look == 0 ? 0.0 : look == 1 ? -1.0 : -0.5;
  vec4 sum = vec4(0.0);
  float weights = 0.0;
  for (int i = 0; i < TAPS; i++) {
    float share = (float(i) + start) / float(TAPS);
    float way = strength * (from + share);
    float turn = 6.2831853 * spin * way;
    // Scaling by a power of two keeps both directions equally long, and never turns the picture over.
    vec2 q = p * exp2(-2.0 * amount * way);
    q = vec2(q.x * cos(turn) - q.y * sin(turn), q.x * sin(turn) + q.y * cos(turn));
    // Outside the frame the picture goes on as its own mirror image: no smeared borders.
    vec4 c = texture(source, 1.0 - abs(mod(centre + q / size, 2.0) - 1.0));
    float light = dot(c.rgb, LUMA);
    float weight = (1.25 - share) * (1.0 + 12.0 * bloom * light * light * light);
    sum += c * weight;
    weights += weight;
  }
  return sum / weights;
}
