const float TURN = 6.2831853;

// The picture goes on as its own mirror image, so that neither the way around nor the way in has a seam.
vec2 mirrored(vec2 uv) {
  return 1.0 - abs(mod(uv, 2.0) - 1.0);
}

vec4 effect(vec2 uv) {
  vec2 size = vec2(resolution.x / resolution.y, 1.0);
  float around = fract(0.25 * spin * beat);
  float along = 2.0 * fract(0.125 * travel * beat);
  vec2 p = (uv - centre) * size;
  float r = length(p);
  // atan(0, 0) is undefined.
  float a = r > 0.0 ? atan(p.x, p.y) / TURN + 0.5 : 0.0;
  // Deep in the tunnel everything is far too small to show: it ends in a dot of darkness.
  float way = look == 1 ? -depth * log2(max(2.0 * r, 0.002)) : 2.0 * r / depth;
  float fog = look == 1 ? smoothstep(0.0, 0.12, r) : 1.0;
  vec2 at = vec2(2.0 * float(repeats) * fract(a + around + twist * (look == 1 ? 0.1 * way : r)), way + along);
  if (look == 2) {
    // Left to right is once around the centre, bottom to top the way out.
    float out2 = 0.75 * depth * (1.0 - abs(mod(uv.y + along, 2.0) - 1.0));
    float turn = TURN * (float(repeats) * uv.x + around + twist * uv.y);
    at = centre + out2 * vec2(sin(turn), cos(turn)) / size;
  }
  // One look, whichever way it goes: where the CPU draws, both sides of a branch are gone through.
  vec4 c = texture(source, mirrored(at));
  return vec4(c.rgb * fog, c.a);
}
