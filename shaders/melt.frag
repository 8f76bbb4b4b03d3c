// Three random numbers of ten bits each (the hash pcg of Jarzynski and Olano, 2020). Integers: the same on every card.
vec3 scatter(int at, int deal) {
  uint v = (uint(at) + uint(deal) * 1664525u) * 747796405u + 2891336453u;
  v = ((v >> ((v >> 28u) + 4u)) ^ v) * 277803737u;
  v ^= v >> 22u;
  return vec3(v >> 22u, v >> 12u & 1023u, v >> 2u & 1023u) / 1024.0;
}

// How far drips have run `at` so many beats into the cycle, 0 to 1: in surges, and ever faster.
float run(float at) {
  float part = fract(at);
  float left = (1.0 - part) * (1.0 - part);
  float surged = floor(at) + mix(part, 1.0 - left * left, surge);
  float share = clamp(surged / (cycle * (1.0 - retract)), 0.0, 1.0);
  return share * sqrt(sqrt(share));
}

// The paint at this pixel: its colour, and 1 more than the pixels it has fallen (whole numbers, which 16 bits hold exactly to
// 2048); 0 is no paint. Paint moves by whole pixels, so that no drip ever blurs.
vec4 paint;
// From -1 to 1 across the drip, how fast it is (0 to 1), and how far its paint may have fallen, pixels.
float across;
float speed;
float limit;

// Of the subject what is surely its own counts by far the most: where its mask is soft, the background is in the colour already.
vec4 soften(vec2 uv) {
  float sure = maskAt(uv);
  sure *= sure * sure;
  sure *= sure;
  return texture(source, uv) * sure * sure;
}

mat4 softness() {
  return blurOf(0.045);
}

// The colours that run, not premultiplied: from within the subject, whatever its edge looks like, and smooth, for a drip draws out lengths of
// what it takes in one tick. And the mask, which one look finds with them.
vec4 settle(vec2 uv) {
  vec4 soft = blurredAt(uv, softness());
  return soft.a > 0.01 ? vec4(soft.rgb / soft.a, maskAt(uv)) : vec4(0.0);
}

vec4 remember(vec2 uv) {
  float turn = floor(beat / cycle);
  float into = beat - turn * cycle;
  float before = into - timeDelta / beatSeconds;

  // Drips stand side by side, each with a place, a width and a speed of its own, and a round front.
  float x = uv.x * resolution.x / resolution.y * float(drips);
  across = 0.0;
  speed = 0.0;
  float round = 0.0;
  float wide = 0.0;
  // No drip is wider than that only the two nearest places matter.
  float first = floor(x - 0.5);
  for (int k = 0; k < 2; k++) {
    vec3 luck = scatter(int(first) + k, int(turn) + int(seed) * 4099);
    float half2 = 0.3 + 0.4 * luck.y;
    float q = (x - first - float(k) - 0.2 - 0.6 * luck.x) / half2;
    float dome = max(0.0, 1.0 - q * q);
    float own = mix(0.25, 1.0, luck.z);
    if (dome * own * own > round * speed * speed) { round = dome; speed = own; across = q; wide = half2; }
  }
  round = sqrt(round);
  // All of a drip runs alike, or its columns would tear what they carry; its front is cut round.
  float reach = min(2000.0, speed * fall * resolution.y);
  float run01 = run(into);
  limit = (reach * run01 - (1.0 - round) * wide * resolution.y / float(drips)) * (1.0 - smoothstep(0.0, 1.0, (into / cycle - 1.0 + retract) / retract));

  ivec2 at = ivec2(uv * resolution);
  int moved = int(floor(reach * run01) - floor(reach * run(max(before, 0.0))));
  paint = vec4(0.0);
  if (!fresh && before >= 0.0 && at.y + moved < int(resolution.y)) {
    paint = texelFetch(previous, at + ivec2(0, moved), 0);
    if (paint.a > 0.0) paint.a += float(moved);
    // Paint that has fallen too far is drawn back: what is farthest from where it began goes first.
    if (paint.a > limit + 1.0) paint = vec4(0.0);
  }
  // New paint comes from the subject as it is now, but where a drip runs over it.
  bool covered = paint.a > 1.0 && speed > mix(1.01, 0.15, cover);
  vec4 fluid = settledAt(uv);
  if (!covered && fluid.a > 0.5) paint = vec4(fluid.rgb, 1.0);
  return paint;
}

vec4 effect(vec2 uv) {
  vec4 now = texelFetch(source, ivec2(gl_FragCoord.xy), 0);
  if (paint.a <= 1.0) return now;
  float fallen = paint.a - 1.0;
  // Light from the upper left on a round drip.
  float round = gloss * smoothstep(0.0, 0.12, fallen / resolution.y);
  float shade = 1.0 - 0.5 * round * across * across;
  float shine = round * 0.45 * exp(-30.0 * (across + 0.35) * (across + 0.35));
  // Even dark paint shines, but black is left black: all fades with the picture.
  float lit = max(max(paint.r, paint.g), paint.b);
  vec3 wet = min(paint.rgb * shade + shine * (0.3 * smoothstep(0.0, 0.2, lit) + paint.rgb), 1.0);
  // Over the soft edge of the subject too, which has the background in it and would be a line across the drip.
  return vec4(wet, 1.0);
}
