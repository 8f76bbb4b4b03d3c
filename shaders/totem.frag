// Samples along a seam.
const int STEPS = 8;

// Three random numbers (the hash pcg3d of Jarzynski and Olano, 2020). Integers: the same on every card.
vec3 scatter(ivec3 at) {
  uvec3 v = uvec3(at) * 1664525u + 1013904223u;
  v.x += v.y * v.z; v.y += v.z * v.x; v.z += v.x * v.y;
  v ^= v >> 16u;
  v.x += v.y * v.z; v.y += v.z * v.x; v.z += v.x * v.y;
  return vec3(v >> 8u) / 16777216.0;
}

// What a band shows: how long ago (x), whether it is turned round (y), how far it has still to slide (z).
vec3 dealt(int band) {
  if (live && band == bands - 1) return vec3(0.0, 1.0, 0.0);
  // One after the other within the time they are held, from the bottom up.
  float turn = beat / hold - float(band) / float(bands);
  float age = fract(turn) * hold;
  vec3 luck = scatter(ivec3(band, int(floor(turn)), int(seed)));
  float ago = min((0.15 + 0.85 * luck.x) * past * beatSeconds, historyLength);
  float late = 1.0 - min(age / min(0.35, 0.5 * hold), 1.0);
  return vec3(max(ago, 0.0), luck.y < turned ? -1.0 : 1.0, late * late * late * (luck.z < 0.5 ? -1.0 : 1.0));
}

// Where the subject was is not known for each moment, but how it moves: room for it on both sides.
vec2 sidesAt(float ago) {
  float wide = box.z - box.x;
  return vec2(box.x, box.z) - velocity.x * min(ago, 0.5) + vec2(-0.5, 0.5) * wide;
}

// Middle and width of what lies at a height, counted from `left`: from its mean and its spread.
vec2 seamOf(vec3 sum, float left, float apart) {
  sum.yz /= sum.x;
  // Evenly filled, a width w has the variance w * w / 12.
  return vec2(left + sum.y, sum.x < 0.01 ? 0.0 : sqrt(12.0 * max(sum.z - sum.y * sum.y, 0.0) + apart * apart));
}

// Of the cut-out so long ago at the height `y`.
vec2 seamAt(float ago, float y) {
  vec2 sides = sidesAt(ago);
  float apart = (sides.y - sides.x) / float(STEPS);
  vec3 sum = vec3(1e-4, 0.0, 0.0);
  for (int i = 0; i < STEPS; i++) {
    float x = (float(i) + 0.5) * apart;
    sum += historyAgo(ago, vec2(sides.x + x, y)).a * vec3(1.0, x, x * x);
  }
  return seamOf(sum, sides.x, apart);
}

// Of the living body, whose box is known: half the samples lie as close.
vec2 seamNow(float y) {
  float apart = (box.z - box.x) / float(STEPS / 2);
  vec3 sum = vec3(1e-4, 0.0, 0.0);
  for (int i = 0; i < STEPS / 2; i++) {
    float x = (float(i) + 0.5) * apart;
    sum += maskAt(vec2(box.x + x, y)) * vec3(1.0, x, x * x);
  }
  return seamOf(sum, box.x, apart);
}

vec4 over(vec4 above, vec4 below) { return above + below * (1.0 - above.a); }

// Between two seams; where one of them is not known, the other.
vec2 spineOf(vec2 low, vec2 high, float t) { return low.y > 0.0 && high.y > 0.0 ? mix(low, high, t) : low.y > 0.0 ? low : high; }

vec4 bandsAt(vec2 uv) {
  float tall = max(box.w - box.y, 1e-4);
  float count = float(bands);
  float up = (uv.y - box.y) / tall * count;
  int band = int(clamp(floor(up), 0.0, count - 1.0));
  vec3 shown = dealt(band);
  float t = clamp(up - float(band), 0.0, 1.0);
  vec2 ends = box.y + tall * clamp(vec2(float(band), float(band + 1)) / count, 0.02, 0.98);
  vec2 lowNow = seamNow(ends.x);
  vec2 highNow = seamNow(ends.y);
  vec2 low = seamAt(shown.x, ends.x);
  vec2 high = seamAt(shown.x, ends.y);
  // Nobody was there then: this band is of now.
  if (low.y <= 0.0 && high.y <= 0.0) shown = vec3(0.0, 1.0, shown.z);
  if (shown.x <= 0.0) {
    low = lowNow;
    high = highNow;
  }
  // The line a band is turned about and grows from, in its own time, and where it lands: on the living body's. So seams meet.
  vec2 spine = spineOf(low, high, t);
  vec2 goal = spineOf(lowNow, highNow, t);
  float lands = goal.y > 0.0 ? mix(spine.x, goal.x, together) : spine.x;
  // At a seam both bands take the width halfway between them, which in the middle of a band is gone.
  int next = t < 0.5 ? max(band - 1, 0) : min(band + 1, bands - 1);
  vec2 other = seamAt(dealt(next).x, t < 0.5 ? ends.x : ends.y);
  float own = t < 0.5 ? low.y : high.y;
  float share = other.y > 0.0 && own > 0.0 ? 0.5 * together * smoothstep(0.5, 0.0, min(t, 1.0 - t)) : 0.0;
  float stretch = mix(1.0, clamp(other.y / max(own, 1e-3), 0.4, 2.5), share);
  float kick = smoothstep(0.0, 0.1, beatPhase) * (1.0 - beatPhase) * (1.0 - beatPhase);
  stretch *= 1.0 + bulge * (0.4 + 2.0 * kick) * sin(3.14159265 * t);
  float across = uv.x - lands - slide * shown.z * (box.z - box.x);
  vec2 at = vec2(spine.x + shown.y * across / stretch, uv.y);
  if (shown.x > 0.0) return historyAgo(shown.x, at);
  return all(equal(at, clamp(at, 0.0, 1.0))) ? texture(source, at) * maskAt(at) : vec4(0.0);
}

// One piece, drawn where it is: the totem over the background without the live subject; what lies around stays clear.
vec4 clone(vec4 cutout, vec2 uv, float extra) {
  vec4 totem = uv.y < box.y - 0.02 || uv.y > box.w + 0.02 ? vec4(0.0) : bandsAt(uv);
  vec2 r = 0.012 * vec2(resolution.y / resolution.x, 1.0);
  float spilled = max(max(maskAt(uv + vec2(r.x, 0.0)), maskAt(uv - vec2(r.x, 0.0))), max(max(maskAt(uv + vec2(0.0, r.y)), maskAt(uv - vec2(0.0, r.y))), maskAt(uv)));
  return over(totem, plateAt(uv) * smoothstep(0.0, 0.4, spilled));
}
