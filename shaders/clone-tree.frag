// Cosine and sine of the turn of a generation; `extra` counts them.
vec2 turned(float extra) {
  return vec2(cos(6.2831853 * hue * extra), 0.57735027 * sin(6.2831853 * hue * extra));
}

// Turns the hue around the grey axis (Rodrigues' rotation formula), more with every generation.
vec4 clone(vec4 cutout, vec2 uv, float extra) {
  vec2 turn = turned(extra);
  vec3 c = cutout.rgb;
  c = c * turn.x + turn.y * (c.zxy - c.yzx) + dot(c, vec3(0.33333333)) * (1.0 - turn.x);
  return vec4(clamp(c, 0.0, cutout.a), cutout.a);
}
