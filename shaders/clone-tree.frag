// Turns the hue around the grey axis (Rodrigues' rotation formula), more with every generation; `extra` counts them.
vec4 clone(vec4 cutout, vec2 uv, float extra) {
  float angle = 6.2831853 * hue * extra;
  vec3 c = cutout.rgb;
  c = c * cos(angle) + 0.57735027 * sin(angle) * (c.zxy - c.yzx) + dot(c, vec3(0.33333333)) * (1.0 - cos(angle));
  return vec4(clamp(c, 0.0, cutout.a), cutout.a);
}
