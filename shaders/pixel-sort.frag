const int TAKEN = 18;
const vec3 LUMA = vec3(0.2126, 0.7152, 0.0722);

// Three random numbers (the hash pcg3d of Jarzynski and Olano, 2020). Integers: the same on every card.
vec3 scatter(ivec3 at) {
  uvec3 v = uvec3(at) * 1664525u + 1013904223u;
  v.x += v.y * v.z; v.y += v.z * v.x; v.z += v.x * v.y;
  v ^= v >> 16u;
  v.x += v.y * v.z; v.y += v.z * v.x; v.z += v.x * v.y;
  return vec3(v >> 8u) / 16777216.0;
}

// What is sorted by, 0 to 1.
float rankOf(vec3 c) {
  float most = max(max(c.r, c.g), c.b);
  float least = min(min(c.r, c.g), c.b);
  if (key == 0) return sqrt(dot(c, LUMA));
  if (key == 2) return most - least;
  vec3 d = (c.gbr - c.brg) / max(most - least, 1e-3) + vec3(0.0, 2.0, 4.0);
  return fract((most == c.r ? d.r : most == c.g ? d.g : d.b) / 6.0 + 1.0);
}

// How much a spilling strand covers this pixel outside of the subject: the subject must end less than `far` behind it.
float spilt(vec2 p, vec2 along, float far, vec2 size) {
  float clear = 0.0;
  float solid = -1.0;
  for (int k = 1; k <= 6 && solid < 0.0; k++) {
    float back = far * float(k) / 6.0;
    if (maskAt((p - along * back) / size) > 0.5) solid = back;
    else clear = back;
  }
  if (solid < 0.0) return 0.0;
  for (int k = 0; k < 4; k++) {
    float half2 = 0.5 * (clear + solid);
    if (maskAt((p - along * half2) / size) > 0.5) solid = half2;
    else clear = half2;
  }
  return 1.0 - pow(solid / far, 3.0);
}

// What the strand through `line` shows where its pixel `at` along it is; `part` of the strand is sorted, and the rest shows nothing.
vec4 sorted(vec2 line, vec2 along, float at, float extent, float part, bool outside, vec2 size) {
  // Looks at the line in even steps, and counts how much of the subject lies behind this pixel, in steps.
  float stride = 2.0 * extent / float(TAKEN);
  vec4 taken[TAKEN];
  float keys[TAKEN];
  float shares[TAKEN];
  float total = 0.0;
  float behind = 0.0;
  for (int i = 0; i < TAKEN; i++) {
    float t = (float(i) + 0.5) * stride - extent;
    vec2 there = (line + along * t) / size;
    shares[i] = all(equal(there, clamp(there, 0.0, 1.0))) ? maskAt(there) : 0.0;
    taken[i] = shares[i] > 0.0 ? texture(source, there) : vec4(0.0);
    keys[i] = rankOf(taken[i].rgb);
    total += shares[i];
    behind += shares[i] * clamp((at - t) / stride + 0.5, 0.0, 1.0);
  }
  // Only the first part of the strand is sorted; what spills over is the colour that part ends with.
  float most = part * total;
  if (outside) behind = min(behind, most);
  if (total < 0.5 || behind > most) return vec4(0.0);
  float count = 0.0;
  for (int i = 0; i < TAKEN; i++) {
    float share = min(shares[i], max(0.0, most - count));
    count += shares[i];
    shares[i] = share;
  }
  // Each sample's place in the sorted strand; the ones around this pixel's own place give its colour.
  vec4 sum = vec4(0.0);
  float weight = 0.0;
  for (int i = 0; i < TAKEN; i++) {
    float place = 0.5 * shares[i];
    for (int j = 0; j < TAKEN; j++) place += keys[j] < keys[i] || (keys[j] == keys[i] && j < i) ? shares[j] : 0.0;
    float near = shares[i] * max(1e-3, 1.0 - abs(place - behind));
    sum += taken[i] * near;
    weight += near;
  }
  return weight > 0.0 ? sum / weight : vec4(0.0);
}

vec4 clone(vec4 cutout, vec2 uv, float extra) {
  vec2 size = vec2(resolution.x / resolution.y, 1.0);
  vec2 along = vec2(cos(radians(angle)), sin(radians(angle)));
  vec2 across = vec2(-along.y, along.x);
  vec2 p = uv * size;

  // The line through this pixel, as far as it crosses the subject's box.
  vec2 middle = 0.5 * (box.xy + box.zw) * size;
  vec2 room = 0.5 * (box.zw - box.xy) * size + 0.03;
  float extent = dot(abs(along), room);
  float at = dot(p - middle, along);
  if (present < 0.5 || abs(dot(p - middle, across)) > dot(abs(across), room) || at < -extent || at > extent + spill) return vec4(0.0);

  // A strand's pixels share the line in its middle; strands keep their place in the picture, and have another reach each time.
  int name = int(floor((dot(p, across) + 4.0) / strand));
  vec2 line = middle + across * ((float(name) + 0.5) * strand - 4.0 - dot(middle, across));
  float turn = floor(beat / rate);
  float phase = beat / rate - turn;
  vec3 luck = scatter(ivec3(name, int(turn) + int(seed) * 4099, 34));
  // It shoots out and draws back, to `hold`: that is where the next time begins, whatever the luck.
  float pulse = smoothstep(0.0, 0.1, phase) * (1.0 - smoothstep(0.15, 1.0, phase));
  float part = mix(hold, reach * (1.0 - ragged * luck.x * luck.x), pulse);
  float far = spill * pulse * mix(1.0, luck.y * luck.y, ragged);
  float cover = maskAt(uv);
  bool outside = cover < 0.5;
  if (outside && far > 0.0) cover = max(cover, spilt(p, along, far, size));
  if (cover <= 0.0 || part <= 0.0) return vec4(0.0);
  return sorted(line, along, at, extent, part, outside, size) * cover;
}
