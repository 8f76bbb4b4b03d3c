// Two random numbers of a lattice point (half of the hash lowbias32 of Wellons, 2018: its coordinates come spread over all bits). Integers: the same
// on every card.
vec2 scatter(uint h) {
  h ^= h >> 16u;
  h *= 0x7feb352du;
  h ^= h >> 16u;
  // By way of int: without a sign, numbers are slow to convert where the CPU draws.
  return vec2(ivec2(uvec2(h & 0xffffu, h >> 16u))) * (1.0 / 65536.0);
}

// Every point of the lattice swings to and fro, -1 to 1, once in two of `when` and from a place of its own: two parabolas, near enough a sine.
vec2 corner(uint place, float when) {
  vec2 x = 2.0 * fract(scatter(place) + 0.5 * when) - 1.0;
  return 4.0 * x * (1.0 - abs(x));
}
// Smooth noise over place.
vec2 swell(vec2 p, float when) {
  uvec2 low = uvec2(ivec2(floor(p))) * uvec2(0x9e3779b1u, 0x85ebca77u);
  uvec2 high = low + uvec2(0x9e3779b1u, 0x85ebca77u);
  vec2 f = fract(p);
  f = f * f * (3.0 - 2.0 * f);
  return mix(
    mix(corner(low.x + low.y, when), corner(high.x + low.y, when), f.x),
    mix(corner(low.x + high.y, when), corner(high.x + high.y, when), f.x), f.y);
}

// Cosine and sine of so many turns, to a thousandth: two parabolas, bent into shape.
vec2 turned(float turns) {
  vec2 x = fract(turns + vec2(0.75, 0.5)) - 0.5;
  vec2 arc = x * (8.0 - 16.0 * abs(x));
  return arc * (0.775 + 0.225 * abs(arc));
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
  if (look == 1) push = push.x * turned(push.y);
  if (look == 2) push.y = 0.0;
  if (look == 3) push.x = 0.0;
  // Outside the frame the picture goes on as its own mirror image: no smeared borders.
  return texture(source, 1.0 - abs(mod(uv + strength * push / size, 2.0) - 1.0));
}
