const vec3 LUMA = vec3(0.2126, 0.7152, 0.0722);

// Turns a colour around the grey axis (Rodrigues' rotation formula); `turn` is cosine and sine of the angle.
vec3 turnHue(vec3 c, vec2 turn) {
  return c * turn.x + 0.57735027 * turn.y * (c.zxy - c.yzx) + dot(c, vec3(0.33333333)) * (1.0 - turn.x);
}

vec4 effect(vec2 uv) {
  vec4 now = texture(source, uv);
  float subject = maskAt(uv);
  vec4 world = now * backdrop;
  float stepSeconds = spacing * beatSeconds;
  // Copies from before the history began would all be the same picture: leave them out.
  int reach = min(copies, int(historyLength / stepSeconds + 0.01));

  // What changes from copy to copy grows by the same step each time: place, colour, strength.
  float aspect = resolution.x / resolution.y;
  vec2 at = uv - 0.5;
  float hueStep = 6.2831853 * hue / float(copies);
  mat2 turnStep = mat2(cos(hueStep), sin(hueStep), -sin(hueStep), cos(hueStep));
  vec2 turn = vec2(1.0, 0.0);
  float tintStep = tint.a / float(copies);
  float strength = 1.0;

  // Front to back, the newest in front, until nothing behind can be seen any more.
  vec4 sum = blend == 1 ? mix(world, now, subject) : now * subject;
  float open = blend == 1 ? 1.0 : 1.0 - subject;
  for (int k = 1; k <= reach && open > 0.004; k++) {
    at = (at - vec2(drift / aspect, 0.0)) / zoom;
    turn = turnStep * turn;
    vec4 c = historyAgo(float(k) * stepSeconds, at + 0.5);
    c.rgb = clamp(turnHue(c.rgb, turn), 0.0, c.a);
    c.rgb = mix(c.rgb, min(tint.rgb * (0.3 * c.a + dot(c.rgb, LUMA)), c.a), tintStep * float(k));
    c *= strength;
    strength *= decay;
    if (blend == 1) {
      sum = max(sum, c);
    } else {
      sum += open * c;
      open *= 1.0 - c.a;
    }
  }
  return blend == 1 ? sum : sum + open * world;
}
