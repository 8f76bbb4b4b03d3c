// Two random numbers, -1 to 1, of a lattice point (the hash pcg3d of Jarzynski and Olano, 2020). Integers: the same on every card.
vec2 scatter(ivec3 at) {
  uvec3 v = uvec3(at) * 1664525u + 1013904223u;
  v.x += v.y * v.z; v.y += v.z * v.x; v.z += v.x * v.y;
  v ^= v >> 16u;
  v.x += v.y * v.z; v.y += v.z * v.x;
  return vec2(v.xy >> 8u) / 8388608.0 - 1.0;
}

// Smooth noise over place, changing smoothly from one whole number of `when` to the next.
vec2 corner(ivec2 cell, int then, float part) {
  return mix(scatter(ivec3(cell, then)), scatter(ivec3(cell, then + 1)), part);
}
vec2 swell(vec2 p, float when) {
  ivec2 cell = ivec2(floor(p));
  int then = int(floor(when));
  float part = smoothstep(0.0, 1.0, fract(when));
  vec2 f = fract(p);
  f = f * f * f * (f * (f * 6.0 - 15.0) + 10.0);
  return mix(
    mix(corner(cell, then, part), corner(cell + ivec2(1, 0), then, part), f.x),
    mix(corner(cell + ivec2(0, 1), then, part), corner(cell + ivec2(1, 1), then, part), f.x), f.y);
}

vec4 effect(vec2 uv) {
  vec2 size = vec2(resolution.x / resolution.y, 1.0);
  float kick = 1.0 - beatPhase;
  float strength = amount * mix(1.0, kick * kick * kick, pulse);
  vec2 p = (uv - 0.5) * size * scale + 100.0 * fract(seed * 0.618);
  // Torn lines: the same for a whole row, or a whole column.
  if (look == 2) p.x = 0.5;
  if (look == 3) p.y = 0.5;
  float when = beat * speed;
  vec2 push = vec2(0.0);
  float share = 1.0;
  for (int i = 0; i < detail; i++) {
    push += share * swell(p, when);
    p = 2.03 * p + 17.3;
    share *= 0.5;
  }
  if (look == 1) push = push.x * vec2(cos(6.2831853 * push.y), sin(6.2831853 * push.y));
  if (look == 2) push.y = 0.0;
  if (look == 3) push.x = 0.0;
  // Outside the frame the picture goes on as its own mirror image: no smeared borders.
  return texture(source, 1.0 - abs(mod(uv + strength * push / size, 2.0) - 1.0));
}
