const vec3 LUMA = vec3(0.2126, 0.7152, 0.0722);

vec4 effect(vec4 here, vec2 uv) {
  vec3 c = here.a > 0.0 ? min(here.rgb / here.a, 1.0) : vec3(0.0);
  float kick = 1.0 - beatPhase;
  float edge = level + 0.5 * pulse * kick * kick * kick;
  // At least a step of 8 bits wide: no jagged edge where the picture has none.
  float wide = max(soft, 0.004);
  float on = smoothstep(edge - wide, edge + wide, dot(c, LUMA));
  vec4 paint = mix(dark, bright, flip ? 1.0 - on : on);
  return vec4(mix(c, clamp(paint.rgb, 0.0, 1.0), clamp(paint.a, 0.0, 1.0)) * here.a, here.a);
}
