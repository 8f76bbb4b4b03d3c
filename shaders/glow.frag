const vec3 LUMA = vec3(0.2126, 0.7152, 0.0722);
const int TAPS = 16;
// Turn between neighbours in a sunflower (Vogel 1979): covers a disc evenly with any number of points.
const float GOLDEN = 2.39996323;

// A different turn for every pixel (interleaved gradient noise, Jimenez 2014): fine grain in place of ghost edges.
float jitter(vec2 place) {
  return fract(52.9829189 * fract(dot(place, vec2(0.06711056, 0.00583715))));
}

vec4 effect(vec2 uv) {
  vec4 here = texture(source, uv);
  float kick = 1.0 - beatPhase;
  float strength = amount * (1.0 - pulse + 2.0 * pulse * kick * kick);
  vec2 size = vec2(resolution.x / resolution.y, 1.0);
  float start = jitter(floor(uv * resolution));
  vec3 sum = vec3(0.0);
  float weights = 0.0;
  for (int i = 0; i < TAPS; i++) {
    float share = (float(i) + start) / float(TAPS);
    float turn = GOLDEN * float(i) + 6.2831853 * start;
    // Distance grows with the share itself, not its root: more looks near by, as light falls off.
    vec3 c = texture(source, uv + radius * share * vec2(cos(turn), sin(turn)) / size).rgb;
    float weight = 1.0 - share;
    sum += weight * c * smoothstep(above, 1.0, dot(c, LUMA));
    weights += weight;
  }
  vec3 light = strength * sum / weights;
  light = mix(light, dot(light, LUMA) * clamp(tint.rgb, 0.0, 1.0) * 1.5, clamp(tint.a, 0.0, 1.0));
  // Light adds as on a screen: towards white, never past it. Over nothing it shows by itself.
  light = min(light, 1.0);
  float most = max(max(light.r, light.g), light.b);
  return vec4(here.rgb + light * (1.0 - here.rgb), here.a + most * (1.0 - here.a));
}
