const float TURN = 6.2831853;
// Where the first row stands, in heights from the middle: from there on copies are later.
const float NEAREST = 0.12;

// Turns a colour around the grey axis (Rodrigues' rotation formula).
vec3 turnHue(vec3 c, float turns) {
  float angle = TURN * turns;
  return c * cos(angle) + 0.57735027 * sin(angle) * (c.zxy - c.yzx) + dot(c, vec3(0.33333333)) * (1.0 - cos(angle));
}

// Time that hurries on the beat and waits before the next, as much as `snap` says; still 1 a beat.
float musical(float beats) {
  float phase = fract(beats);
  float eased = 1.0 - pow(1.0 - phase, 3.0);
  return floor(beats) + mix(phase, eased * eased * (3.0 - 2.0 * eased), snap);
}

vec4 effect(vec2 uv) {
  vec4 now = texture(source, uv);
  if (present < 0.5) return now;
  vec2 size = vec2(resolution.x / resolution.y, 1.0);
  vec2 middle = 0.5 * (box.xy + box.zw) * size;
  vec2 cell = max(box.zw - box.xy, 0.02) * size;
  // Boxes as slim as a pole or as flat as a board would make rows of very many or very few.
  cell.x = clamp(cell.x, 0.45 * cell.y, 2.0 * cell.y) * room;
  cell.y *= room;
  float tall = cell.y / cell.x;

  // The plane's logarithm turns circles into lines. There the copies stand in rows and columns, `around` of them to a turn; a turn
  // also climbs `arms` rows, so that the rows join to spirals (Lenstra and de Smit, "The Mathematical Structure of Escher's Print
  // Gallery", 2003). The map is conformal: copies bend but are not stretched.
  vec2 z = uv * size - centroid * size;
  float r = max(length(z), 1e-4);
  float n = float(around);
  float climb = float(arms) * tall;
  // A float holds no more beats than these exactly enough.
  float bars = musical(mod(beat, 4096.0)) * 0.25;
  vec2 w = vec2(log(r), atan(z.y, z.x) - TURN * spin * bars);
  vec2 at = vec2(-(n * w.y + climb * w.x), n * w.x - climb * w.y) / TURN;
  at.y -= rate * bars * tall;
  vec2 index = floor(vec2(at.x, at.y / tall)) + 0.5;
  vec2 inside = vec2(at.x - index.x, at.y / tall - index.y);

  // How many rows out the copy stands: undoes the turn and shear above, without a jump where the turn closes, as its own row
  // number would have.
  float out2 = n * (index.y + rate * bars) * tall - climb * index.x - log(NEAREST) * (n * n + climb * climb) / TURN;
  float row = max(out2 / (n * tall), 0.0);
  float ago = min(row * lag * beatSeconds, historyLength);
  vec2 from = middle + inside * cell - velocity * size * ago;
  vec4 copy = historyAgo(ago, from / size);
  copy.rgb = clamp(turnHue(copy.rgb, hue * row), 0.0, copy.a);
  // Copies of a few pixels only flicker; they come out of the dark.
  copy *= smoothstep(6.0, 24.0, TURN * r / n * resolution.y);

  vec4 world = copy + (1.0 - copy.a) * vec4(now.rgb * backdrop, now.a);
  return mix(world, now, maskAt(uv));
}
