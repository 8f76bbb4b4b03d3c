const int STEPS = 7;
const int HALVINGS = 4;

// The part of `to` that lies where `uv` does in `from`.
vec2 between(vec4 from, vec4 to, vec2 uv) { return mix(to.xy, to.zw, (uv - from.xy) / max(from.zw - from.xy, vec2(1e-3))); }

// What subject `other` shows at `at`. Where it has nothing there, the nearest of it towards its middle.
vec4 wornFrom(int other, vec2 at) {
  vec2 middle = 0.5 * (boxes[other].xy + boxes[other].zw);
  float clear = 0.0;
  float solid = 2.0;
  for (int k = 0; k < STEPS && solid > 1.0; k++) {
    float way = float(k) / float(STEPS);
    if (subjectMaskAt(other, clamp(mix(at, middle, way), 0.0, 1.0)) > 0.9) solid = way;
    else clear = way;
  }
  // Finds the edge between two steps, or their lengths would show as bands.
  bool bent = solid > 0.0 && solid <= 1.0;
  for (int k = 0; k < HALVINGS && bent; k++) {
    float way = 0.5 * (clear + solid);
    if (subjectMaskAt(other, clamp(mix(at, middle, way), 0.0, 1.0)) > 0.9) solid = way;
    else clear = way;
  }
  return solid > 1.0 ? vec4(0.0) : texture(source, clamp(mix(at, middle, solid), 0.0, 1.0));
}

// The same of one alone, from its own past.
vec4 wornAlone(int self, vec2 uv) {
  vec4 own = boxes[self];
  vec2 middle = 0.5 * (own.xy + own.zw);
  vec2 at = vec2(alone == 0 ? uv.x : own.x + own.z - uv.x, alone == 1 ? uv.y : own.y + own.w - uv.y);
  float seconds = min(ago * beatSeconds, historyLength);
  vec4 worn = vec4(0.0);
  float clear = 0.0;
  float solid = 2.0;
  for (int k = 0; k < STEPS && solid > 1.0; k++) {
    float way = float(k) / float(STEPS);
    vec4 past = historyAgo(seconds, clamp(mix(at, middle, way), 0.0, 1.0));
    if (past.a > 0.9) { solid = way; worn = past; }
    else clear = way;
  }
  bool bent = solid > 0.0 && solid <= 1.0;
  for (int k = 0; k < HALVINGS && bent; k++) {
    float way = 0.5 * (clear + solid);
    vec4 past = historyAgo(seconds, clamp(mix(at, middle, way), 0.0, 1.0));
    if (past.a > 0.9) { solid = way; worn = past; }
    else clear = way;
  }
  return worn;
}

vec4 clone(vec4 cutout, vec2 uv, float extra) {
  float cover = maskAt(uv);
  if (cover <= 0.0) return vec4(0.0);
  int self = 0;
  float most = 0.0;
  for (int i = 0; i < 8; i++) {
    if (i >= subjects || subjects < 2) break;
    float its = subjectMaskAt(i, uv);
    if (its > most) { most = its; self = i; }
  }

  // The line rises through the body at the beginning of each round, and sinks back so that it ends with the share.
  float gone = fract(beat / every) * every;
  float height = (uv.y - boxes[self].y) / max(boxes[self].w - boxes[self].y, 1e-3);
  float rise = wipe > 0.0 ? gone / wipe : 2.0;
  float sink = wipe > 0.0 ? (share * every - gone) / wipe : gone < share * every ? 2.0 : -1.0;
  float level = share >= 1.0 ? 2.0 : -0.2 + 1.4 * clamp(min(rise, sink), 0.0, 1.0);
  float swapped = smoothstep(0.01, -0.01, height - level);
  float beam = level > -0.19 && level < 1.19 ? exp2(-abs(height - level) * 40.0) : 0.0;

  vec4 shown = vec4(0.0);
  if (swapped > 0.0) {
    // With more than two, each wears the next one's, then the one's after that.
    int others = max(subjects - 1, 1);
    int other = (self + 1 + int(floor(beat / every)) % others) % max(subjects, 1);
    vec4 worn = vec4(0.0);
    if (subjects > 1) worn = wornFrom(other, between(boxes[self], boxes[other], uv));
    if (worn.a == 0.0) worn = wornAlone(self, uv);
    shown = worn * swapped * strength;
  }
  float glow = beam * clamp(line.a, 0.0, 1.0) * strength;
  return mix(shown, vec4(clamp(line.rgb, 0.0, 1.0), 1.0), glow) * cover;
}
