/** Given where a picture has no edge: farther than anything in it, picture heights. */
export const FAR_AWAY = 4

const head = (...lines: readonly string[]): string => `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
in vec2 hostUv;
uniform float cell;
${lines.join('\n')}
`

/**
 * A seed is a short straight piece of the edge: xy leads to its middle from the centre of the cell that holds it, in picture
 * heights; zw points inwards at a right angle to it, and is 0 where a cell knows none. A piece is `piece` long to either side,
 * half a finest cell; seen from afar, where only one of several pieces is known, twice that.
 */
const NEAREST = `uniform float piece;
vec4 best = vec4(0.0);
float least = 1e6;
void consider(vec4 seed, vec2 shift) {
  vec2 to = seed.xy + shift;
  float off = dot(to, seed.zw);
  float beyond = max(abs(to.y * seed.z - to.x * seed.w) - clamp(0.12 * abs(off), piece, 2.0 * piece), 0.0);
  float far = seed.z == 0.0 && seed.w == 0.0 ? 1e6 : off * off + beyond * beyond;
  if (far < least) {
    least = far;
    best = vec4(to, seed.zw);
  }
}
`

/**
 * Looks for the edge in each cell, where the mask passes a half. `cell` is in canvas pixels. Sobel's gradient gives its
 * direction, and the sum of the mask along it its place: exactly, for a step in the middle of the cell as for an even ramp. Looks
 * reach a little into the neighbouring cells, so that no edge falls between two. There is no branch around the work, for where
 * shaders run on the CPU both sides of one are worked out.
 */
export const SEEDS = `${head('uniform sampler2D mask;', 'uniform vec2 canvas;', 'out vec4 seed;')}
float at(vec2 p) { return texture(mask, p / canvas).r; }
void main() {
  seed = vec4(0.0);
  vec2 centre = floor(gl_FragCoord.xy) * cell + 0.5 * cell;
  float unit = cell * 0.25;
  vec3 reach = 2.0 * unit * vec3(-1.0, 0.0, 1.0);
  // Looks beyond the picture's border repeat it, and would bend the direction of an edge that leaves there.
  vec2 inside = clamp(centre, vec2(2.5 * unit), canvas - 2.5 * unit);
  vec3 lower = vec3(at(inside + reach.xx), at(inside + reach.yx), at(inside + reach.zx));
  vec3 level = vec3(at(inside + reach.xy), at(inside), at(inside + reach.zy));
  vec3 upper = vec3(at(inside + reach.xz), at(inside + reach.yz), at(inside + reach.zz));
  vec3 columns = lower + 2.0 * level + upper;
  vec2 slope = vec2(columns.z - columns.x, dot(upper - lower, vec3(1.0, 2.0, 1.0)));
  float steep = length(slope);
  vec2 inwards = slope / max(steep, 1e-6);
  float outer = at(inside - 2.0 * unit * inwards);
  float inner = at(inside + 2.0 * unit * inwards);
  float along = (1.0 - level.y - 0.5 * (outer + inner)) * 2.0 * unit / max(inner - outer, 1e-6);
  vec2 place = inside - centre + inwards * along;
  if (steep < 0.03 || inner - outer < 0.02 || max(abs(place.x), abs(place.y)) > 3.0 * unit) return;
  place = clamp(place, -2.0 * unit, 2.0 * unit);
  seed = vec4(place / canvas.y, inwards);
}
`

/** A coarser level's own seeds: of four, the one nearest to the middle. `cell` is that of the finer level, picture heights. */
export const GATHER = `${head('uniform sampler2D seeds;', 'out vec4 seed;')}
void main() {
  ivec2 last = textureSize(seeds, 0) - 1;
  float least = 1e6;
  seed = vec4(0.0);
  for (int i = 0; i < 4; i++) {
    ivec2 corner = ivec2(i & 1, i >> 1);
    ivec2 child = ivec2(gl_FragCoord.xy) * 2 + corner;
    // Odd levels end with half a coarser cell.
    if (child.x > last.x || child.y > last.y) continue;
    vec4 known = texelFetch(seeds, child, 0);
    vec2 to = known.xy + (vec2(corner) - 0.5) * cell;
    float far = known.z == 0.0 && known.w == 0.0 ? 1e6 : dot(to, to);
    if (far < least) {
      least = far;
      seed = vec4(to, known.zw);
    }
  }
}
`

/** One pass of the flood: each cell asks 25 others, `stride` cells apart. */
export const FLOOD = `${head('uniform sampler2D seeds;', 'uniform int stride;', 'out vec4 seed;')}${NEAREST}
void main() {
  ivec2 last = textureSize(seeds, 0) - 1;
  ivec2 here = ivec2(gl_FragCoord.xy);
  for (int y = -2; y <= 2; y++) for (int x = -2; x <= 2; x++) {
    ivec2 other = clamp(here + ivec2(x, y) * stride, ivec2(0), last);
    consider(texelFetch(seeds, other, 0), vec2(other - here) * cell);
  }
  seed = best;
}
`

/** A finer level: what the four coarser cells around know, and the level's own seeds nearby. */
export const SPREAD = `${head('uniform sampler2D coarse;', 'uniform sampler2D own;', 'out vec4 seed;')}${NEAREST}const ivec2 NEARBY[5] = ivec2[5](ivec2(0), ivec2(1, 0), ivec2(-1, 0), ivec2(0, 1), ivec2(0, -1));
void main() {
  ivec2 here = ivec2(gl_FragCoord.xy);
  ivec2 last = textureSize(own, 0) - 1;
  for (int i = 0; i < 5; i++) {
    ivec2 other = clamp(here + NEARBY[i], ivec2(0), last);
    consider(texelFetch(own, other, 0), vec2(other - here) * cell);
  }
  last = textureSize(coarse, 0) - 1;
  for (int i = 0; i < 4; i++) {
    ivec2 other = clamp(((here + 1) >> 1) - 1 + ivec2(i & 1, i >> 1), ivec2(0), last);
    consider(texelFetch(coarse, other, 0), (2.0 * (vec2(other) + 0.5) - vec2(here) - 0.5) * cell);
  }
  seed = best;
}
`

/** Distances from what the four finest cells around know; the mask says on which side. `cell` is in canvas pixels. */
export const FINISH = `${head('uniform sampler2D seeds;', 'uniform sampler2D mask;', 'uniform vec2 canvas;', 'out float distance_;')}${NEAREST}
void main() {
  ivec2 last = textureSize(seeds, 0) - 1;
  vec2 at = hostUv * canvas / cell - 0.5;
  ivec2 low = ivec2(floor(at));
  float height = cell / canvas.y;
  for (int i = 0; i < 4; i++) {
    ivec2 other = clamp(low + ivec2(i & 1, i >> 1), ivec2(0), last);
    consider(texelFetch(seeds, other, 0), (vec2(other) - at) * height);
  }
  float away = least < 1e5 ? sqrt(least) : ${FAR_AWAY.toFixed(1)};
  distance_ = texture(mask, hostUv).r < 0.5 ? -away : away;
}
`
