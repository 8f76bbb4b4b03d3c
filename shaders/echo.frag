const float TURN = 6.2831853;
const vec3 LUMA = vec3(0.2126, 0.7152, 0.0722);

// Cosine and sine of a copy's turn of hue.
vec2 turned(float extra) {
  float angle = TURN * hue * extra / float(copies);
  return vec2(cos(angle), 0.57735027 * sin(angle));
}

// Turns a colour around the grey axis (Rodrigues' rotation formula).
vec3 turnHue(vec3 c, vec2 turn) {
  return c * turn.x + turn.y * (c.zxy - c.yzx) + dot(c, vec3(0.33333333)) * (1.0 - turn.x);
}

// `extra` counts the copies from the newest, 1; below 0 it is no copy, but the dark over the backdrop.
vec4 clone(vec4 cutout, vec2 uv, float extra) {
  if (extra < 0.0) return vec4(0.0, 0.0, 0.0, (1.0 - backdrop) * texture(source, uv).a);
  // Copies from before the history began would all be the same picture: leave them out.
  if (cutout.a <= 0.0 || extra * spacing * beatSeconds > historyLength + 0.5 * min(timeDelta, 0.05)) return vec4(0.0);
  float share = extra / float(copies);
  vec3 c = clamp(turnHue(cutout.rgb, turned(extra)), 0.0, cutout.a);
  return vec4(mix(c, min(tint.rgb * (0.3 * cutout.a + dot(c, LUMA)), cutout.a), tint.a * share), cutout.a);
}
