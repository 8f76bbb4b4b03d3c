// How late this place is, from 0 (now) to 1.
float lateAt(vec2 uv) {
  vec2 at = (uv - box.xy) / max(box.zw - box.xy, 1e-3);
  vec2 size = vec2(resolution.x / resolution.y, 1.0);
  float way = at.y;
  if (along == 1) way = 1.0 - at.y;
  else if (along == 2) way = at.x;
  else if (along == 3) way = length((uv - centroid) * size) / max(0.55 * length((box.zw - box.xy) * size), 1e-3);
  way = clamp(way, 0.0, 1.0);
  if (slices > 0) way = (min(floor(way * float(slices)), float(slices) - 1.0) + 0.5) / float(slices);
  // Waves go up and down again: there is no seam between them, and none when they travel.
  float there = way * waves - 2.0 * fract(0.5 * travel * beat);
  return 1.0 - abs(mod(there, 2.0) - 1.0);
}

// The cut-out of so long ago. History gives whole pictures: mixed as a quadratic B-spline, they do not show as bands.
vec4 cutoutAgo(float seconds, vec2 uv) {
  float tick = clamp(historyStep, 1.0 / 240.0, 0.1);
  float nearest = floor(seconds / tick + 0.5);
  float off = seconds / tick - nearest;
  return historyAgo(nearest * tick, uv) * (0.75 - off * off)
    + historyAgo((nearest - 1.0) * tick, uv) * 0.5 * (0.5 - off) * (0.5 - off)
    + historyAgo((nearest + 1.0) * tick, uv) * 0.5 * (0.5 + off) * (0.5 + off);
}

// What hides the live subject: the world without it, a little beyond its edge too, for masks are not exact.
vec4 worldAt(vec2 uv) {
  vec2 r = vec2(0.01 * resolution.y / resolution.x, 0.01);
  float hidden = 4.0 * maskAt(uv) + maskAt(uv + r) + maskAt(uv - r) + maskAt(uv + vec2(r.x, -r.y)) + maskAt(uv + vec2(-r.x, r.y));
  return plateAt(uv) * min(hidden, 1.0) * (1.0 - ghost);
}

// On the beat the body is nearly whole, between beats it is stretched most.
float stretched() {
  return 1.0 - pulse * (0.5 + 0.5 * cos(6.2831853 * beatPhase));
}

// Cosines of so many turns, to a thousandth: parabolas, bent into shape.
vec3 wave(vec3 turns) {
  vec3 x = fract(turns + 0.75) - 0.5;
  vec3 arc = x * (8.0 - 16.0 * abs(x));
  return arc * (0.775 + 0.225 * abs(arc));
}

vec4 clone(vec4 cutout, vec2 uv, float extra) {
  float late = lateAt(uv);
  float stretch = stretched();
  float seconds = min(span * beatSeconds, historyLength) * stretch * late;
  vec4 past = cutoutAgo(seconds, uv);
  vec3 age = 0.55 + 0.45 * wave(0.75 * late + vec3(0.0, 0.33, 0.67));
  float light = dot(past.rgb, vec3(0.2126, 0.7152, 0.0722));
  past.rgb = min(mix(past.rgb, 1.7 * light * age, tint * late * stretch), past.a);
  return past + worldAt(uv) * (1.0 - past.a);
}
