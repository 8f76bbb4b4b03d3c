// Cosine and sine of a copy's turn of hue.
vec2 turned(float extra) {
  float angle = 6.2831853 * hue * extra;
  return vec2(cos(angle), 0.57735027 * sin(angle));
}

// `extra` is how far behind the copy is: 0 in front to 1 behind; the performer, below 0, stays as it is.
vec4 clone(vec4 cutout, vec2 uv, float extra) {
  if (extra < 0.0) return cutout;
  // Around the grey axis (Rodrigues' rotation formula).
  vec2 turn = turned(extra);
  vec3 c = cutout.rgb;
  c = c * turn.x + turn.y * (c.zxy - c.yzx) + dot(c, vec3(0.33333333)) * (1.0 - turn.x);
  return vec4(clamp(c * (1.0 - shade * extra), 0.0, cutout.a), cutout.a);
}
