const vec3 LUMA = vec3(0.2126, 0.7152, 0.0722);
const int TAPS = 16;
// Turn between neighbours in a sunflower (Vogel 1979): covers a disc evenly with any number of points.
const float GOLDEN = 2.39996323;

// A different turn for every pixel (interleaved gradient noise, Jimenez 2014): fine grain in place of ghost edges.
float jitter(vec2 place) {
  return fract(52.9829189 * fract(dot(place, vec2(0.06711056, 0.00583715))));
}

vec4 effect(vec2 uv) {
  float kick = 1.0 - beatPhase;
  float reach = radius * mix(1.0, kick * kick * kick, pulse);
  vec2 size = vec2(resolution.x / resolution.y, 1.0);
  float start = jitter(floor(uv * resolution));
  vec2 line = vec2(cos(6.2831853 * angle), sin(6.2831853 * angle));
  vec4 sum = vec4(0.0);
  float weights = 0.0;
  for (int i = 0; i < TAPS; i++) {
    float share = look == 1 ? (float(i) + start) / float(TAPS) : (float(i) + 0.5) / float(TAPS);
    float turn = GOLDEN * float(i) + 6.2831853 * start;
    vec2 d = look == 1 ? line * (2.0 * share - 1.0) : sqrt(share) * vec2(cos(turn), sin(turn));
    vec4 c = texture(source, uv + reach * d / size);
    float light = dot(c.rgb, LUMA);
    float weight = 1.0 + 16.0 * bloom * light * light * light;
    sum += c * weight;
    weights += weight;
  }
  return sum / weights;
}
