// Pictures a second.
const float RATE = 20.0;
const vec3 LUMA = vec3(0.2126, 0.7152, 0.0722);

// A random number (the hash pcg3d of Jarzynski and Olano, 2020). Integers: the same on every card.
float scatter(ivec3 at) {
  uvec3 v = uvec3(at) * 1664525u + 1013904223u;
  v.x += v.y * v.z; v.y += v.z * v.x; v.z += v.x * v.y;
  v ^= v >> 16u;
  v.x += v.y * v.z; v.y += v.z * v.x; v.z += v.x * v.y;
  return float(v.x >> 8u) / 16777216.0;
}

// The mask to a pixel: for blocks that will do.
float coverAt(vec2 uv) {
  ivec2 size = textureSize(mask, 0);
  return texelFetch(mask, clamp(ivec2(uv * vec2(size)), ivec2(0), size - 1), 0).r;
}

// Whether a block is in reach of the subject.
bool isMoshed(vec2 middle, vec2 around) {
  if (any(lessThan(middle, box.xy - around - 0.03)) || any(greaterThan(middle, box.zw + around + 0.03))) return false;
  float most = max(coverAt(middle), max(coverAt(middle + around), coverAt(middle - around)));
  return max(most, max(coverAt(middle + vec2(around.x, -around.y)), coverAt(middle + vec2(-around.x, around.y)))) > 0.25;
}

// The motion of a block is that of all around it: neighbours stay together.
vec2 motionAt(vec2 middle, vec2 side) {
  return 0.25 * (flowAt(middle + side) + flowAt(middle - side) + flowAt(middle + vec2(side.x, -side.y)) + flowAt(middle + vec2(-side.x, side.y)));
}

// What is remembered of a pixel: its stale colour, and 1 more than its alpha; where that is 0, the picture is live.
vec4 stale;
bool known;

vec4 staleAt(ivec2 at) {
  at = clamp(at, ivec2(0), ivec2(resolution) - 1);
  vec4 old = texelFetch(previous, at, 0);
  vec4 now = texelFetch(source, at, 0);
  known = old.a > 0.5;
  return known ? old : vec4(now.rgb, now.a + 1.0);
}

vec4 remember(vec2 uv) {
  float beats = clamp(timeDelta / beatSeconds, 0.0, 1.0);
  float into = mod(beat, cycle);
  ivec2 at = ivec2(uv * resolution);
  float side = max(1.0, floor(resolution.y / float(blocks) + 0.5));
  // Divided as floats: whole numbers take a CPU one division for each pixel.
  ivec2 block = ivec2((vec2(at) + 0.5) / side);
  vec2 middle = (vec2(block) + 0.5) * side / resolution;
  bool moshed = isMoshed(middle, (0.5 * side + reach * resolution.y) / resolution);

  // Blocks move by whole pixels, so that nothing ever blurs, and at the rate of old clips, so that they tear and do not fray.
  vec2 moves = vec2(0.0);
  if (moshed && floor(time * RATE) != floor((time - timeDelta) * RATE)) {
    float pushed = gain * (1.0 + push * exp2(-6.0 * beatPhase)) * clamp(timeDelta, 1.0 / RATE, 0.1);
    moves = clamp(motionAt(middle, side / resolution) * pushed * resolution, -64.0, 64.0);
  }
  // What is left of a pixel is rounded up or down in turns (a plastic-number sequence), alike for neighbours that move alike.
  vec2 turn = moves == vec2(0.0) ? vec2(0.0) : fract(float(frame & 4095) * vec2(0.7548777, 0.5698403));
  // Light and colour are coded apart, and drift apart.
  vec4 other = staleAt(at - ivec2(floor(moves * (1.0 + 2.0 * slip) + turn.yx)));
  stale = staleAt(at - ivec2(floor(moves + turn)));
  stale.rgb = clamp(stale.rgb + slip * (other.rgb - dot(other.rgb, LUMA) - stale.rgb + dot(stale.rgb, LUMA)), 0.0, stale.a - 1.0);

  bool healed = scatter(ivec3(block, frame + int(seed) * 4099)) < 1.0 - exp2(beats * log2(1.0 - heal));
  // A key picture: all is live again.
  bool key = fresh || into < max(beats, clean);
  if (key || healed || !(moshed || known)) stale = vec4(0.0);
  return stale;
}

vec4 effect(vec2 uv) {
  if (stale.a < 0.5) return texelFetch(source, ivec2(gl_FragCoord.xy), 0);
  float alpha = min(stale.a - 1.0, 1.0);
  return vec4(min(stale.rgb, alpha), alpha);
}
