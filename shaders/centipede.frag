// How much light there is where along the body.
float lit(float extra) {
  float off = extra - 1.3 * beatPhase;
  return pulse * exp(-60.0 * off * off) * (1.0 - beatPhase);
}

// `extra` is where along the body it is, from the head, 0, to the tail, 1: darker there, but for the light that every beat sends down.
vec4 clone(vec4 cutout, vec2 uv, float extra) {
  float light = lit(extra);
  vec3 c = cutout.rgb * (1.0 - 0.5 * extra);
  return vec4(min(c + light * (c + 0.25 * cutout.a), cutout.a), cutout.a);
}
