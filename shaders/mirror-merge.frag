const float TURN = 6.2831853;

// The subject alone; nothing from outside of the picture.
vec4 cutoutAt(vec2 at) {
  return all(equal(at, clamp(at, 0.0, 1.0))) ? texture(source, at) * maskAt(at) : vec4(0.0);
}

vec4 over(vec4 above, vec4 below) { return above + below * (1.0 - above.a); }

// How much of the live subject is here, with what its soft edge has spilled around it.
float spilled(vec2 at, vec2 size) {
  vec2 r = 0.012 / size;
  float most = maskAt(at);
  for (int i = 0; i < 4; i++) {
    if (join == 0) break;
    float turn = 0.25 * TURN * float(i);
    most = max(most, maskAt(at + r * vec2(cos(turn), sin(turn))));
  }
  return most;
}

// One piece, drawn where it is: what lies around the creature stays clear.
vec4 clone(vec4 cutout, vec2 uv, float extra) {
  vec2 size = vec2(resolution.x / resolution.y, 1.0);
  float phase = fract(beat / cycle);
  float turn = radians(angle) + TURN * float(spin) * phase;
  vec2 normal = vec2(cos(turn), sin(turn)) * (flip ? -1.0 : 1.0);
  // On the first beat the mirror stands in the middle of the subject, and swings as wide as the subject is across it; half as wide
  // where what is behind it goes, so that something is left.
  float width = dot(abs(normal), (box.zw - box.xy) * size);
  vec2 middle = centroid * size + normal * width * (shift + sweep * (join == 1 ? 0.5 : 1.0) * sin(TURN * phase));
  mat2 back = mat2(normal, vec2(-normal.y, normal.x));
  // Here, seen from the mirror: how far in front of it, and how far along. In front is the side that is kept as it is.
  vec2 seen = (uv * size - middle) * back;
  vec2 front = vec2(abs(seen.x), fourfold ? abs(seen.y) : seen.y);
  vec2 image = (middle + back * front) / size;
  // What is behind the mirror shines through where the front leaves room: the same on both sides, so there is no seam.
  // Loops and no branches: those a CPU goes through whatever they decide.
  int images = join == 1 ? 1 : fourfold ? 4 : 2;
  vec4 merged = vec4(0.0);
  for (int i = 0; i < 4; i++) {
    if (i >= images) break;
    vec2 side = vec2(i % 2 == 0 ? 1.0 : -1.0, i < 2 ? 1.0 : -1.0);
    merged = over(merged, cutoutAt((middle + back * (front * side)) / size));
  }
  if (join == 0) return merged;
  // The side behind the mirror is gone: the world there is the mirrored one, too, which has no hole.
  image = clamp(image, 0.0, 1.0);
  return over(merged, texture(source, image) * (1.0 - maskAt(image)) * smoothstep(0.0, 0.4, spilled(uv, size)));
}
