vec4 effect(vec4 here, vec2 uv) {
  vec3 c = here.a > 0.0 ? min(here.rgb / here.a, 1.0) : vec3(0.0);
  vec3 turned = 1.0 - c;
  // Lightness (of HSL) alone: every colour moves by the same, so its hue stays.
  if (look == 1) turned = c + 1.0 - max(max(c.r, c.g), c.b) - min(min(c.r, c.g), c.b);
  // Brighter than `above`, the curve runs back down to black without a jump.
  if (look == 2) turned = min(c, (1.0 - c) * above / (1.0 - above));
  // Solarising darkens: stretch it back to the full range.
  if (look == 2) turned /= max(above, 0.05);
  float kick = 1.0 - beatPhase;
  c = mix(c, clamp(turned, 0.0, 1.0), amount * mix(1.0, kick * kick * kick, pulse));
  return vec4(c * here.a, here.a);
}
