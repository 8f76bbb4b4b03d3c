// A test card in whole pixels, so that it is crisp at any size. Its mask is the disc in the middle.

const vec3 PAPER = vec3(0.105, 0.115, 0.135);
const vec3 INK = vec3(0.93);
const float TURN = 6.2831853;

// Letters of 3 x 5 points, top row first, most significant bit at the left: digits 0 to 9, then D O P E L.
const int GLYPHS[15] = int[15](31599, 11415, 29671, 29647, 23497, 31183, 31215, 29266, 31727, 31695, 27502, 31599, 31716, 31143, 18727);
const int TITLE[6] = int[6](10, 11, 12, 12, 13, 14);

// 1 where p (in points, origin at the bottom left of the letter) lies on the letter.
float glyph(int which, vec2 p) {
  ivec2 cell = ivec2(floor(p));
  if (cell.x < 0 || cell.x > 2 || cell.y < 0 || cell.y > 4) return 0.0;
  return float((GLYPHS[which] >> (cell.y * 3 + 2 - cell.x)) & 1);
}

float title(vec2 p) {
  int letter = int(floor(p.x / 4.0));
  return letter < 0 || letter > 5 ? 0.0 : glyph(TITLE[letter], p - vec2(float(letter) * 4.0, 0.0));
}

// Six digits, the number counted from the right.
float digits(int number, vec2 p) {
  int place = int(floor(p.x / 4.0));
  if (place < 0 || place > 5) return 0.0;
  for (int i = place; i < 5; i++) number /= 10;
  return glyph(number % 10, p - vec2(float(place) * 4.0, 0.0));
}

float inside(vec2 p, vec2 low, vec2 high) {
  return float(all(greaterThanEqual(p, low)) && all(lessThan(p, high)));
}

// Outline of the box |p| < half, `width` pixels wide, on its inner side.
float outline(vec2 p, vec2 halfSize, float width) {
  return inside(p, -halfSize, halfSize) - inside(p, -halfSize + width, halfSize - width);
}

vec3 bar(int i) {
  return 0.75 * vec3(((7 - i) >> 1) & 1, ((7 - i) >> 2) & 1, (7 - i) & 1);
}

// What the disc shows, at p pixels from its middle; c pixels are one cell.
vec3 disc(vec2 p, float c) {
  vec2 q = p / c;
  float point = max(1.0, floor(c / 6.0));
  if (q.y >= 2.0) {
    vec2 at = (p - vec2(0.0, floor(2.4 * c))) / point;
    return mix(vec3(0.02), INK, title(at + vec2(11.5, 0.0)));
  }
  if (q.y >= 0.5) return bar(int(clamp(floor(q.x + 4.0), 0.0, 7.0)));
  if (q.y >= -0.5) return vec3(floor(clamp((q.x + 3.85) / 7.7, 0.0, 0.999) * 11.0) / 10.0);
  if (q.y >= -1.0) return vec3(clamp((q.x + 3.7) / 7.4, 0.0, 1.0));
  if (q.y >= -2.0) {
    // Line pairs of 1, 2, 3 and 4 pixels, upright and lying.
    float period = 1.0 + mod(floor(q.x + 4.0), 4.0);
    float along = q.x < 0.0 ? p.x : p.y;
    return vec3(mod(floor(along / period), 2.0));
  }
  vec2 at = (p - vec2(0.0, floor(-3.1 * c))) / point;
  return mix(vec3(0.02), vec3(1.0, 0.78, 0.2), digits(frame, at + vec2(11.5, 0.0)));
}

// A red, green, blue and white triangle that points exactly into each corner.
vec3 corners(vec2 p, vec2 edge, float c, vec3 under) {
  vec2 away = edge - abs(p);
  if (away.x + away.y > c) return under;
  vec3 top = p.x < 0.0 ? vec3(0.9, 0.15, 0.15) : vec3(0.15, 0.8, 0.25);
  vec3 bottom = p.x < 0.0 ? vec3(0.2, 0.35, 1.0) : INK;
  return p.y > 0.0 ? top : bottom;
}

void generate(vec2 uv, out vec4 colour, out vec4 mask) {
  vec2 edge = 0.5 * resolution;
  vec2 p = floor(uv * resolution) + 0.5 - edge;
  float thin = max(1.0, floor(resolution.y / 540.0));
  float c = max(4.0, floor(min(resolution.x, resolution.y) / 10.0));
  float radius = 4.0 * c;

  // Grid of square cells, counted from the middle; every other cell a shade lighter.
  vec2 cell = floor(p / c);
  vec3 rgb = PAPER * (1.0 + 0.22 * mod(cell.x + cell.y, 2.0));
  vec2 within = mod(p, c);
  if (min(within.x, within.y) < thin) rgb = vec3(0.42);

  // Safe areas of EBU R 95 (action 93 %, graphics 90 %) and a dashed outermost line: all of it must be visible.
  rgb = mix(rgb, vec3(0.2, 0.75, 0.85), outline(p, floor(edge * 0.93), thin));
  rgb = mix(rgb, vec3(0.95, 0.7, 0.2), outline(p, floor(edge * 0.90), thin));
  float dash = mod(floor((p.x + p.y) / (0.25 * c)), 2.0);
  rgb = mix(rgb, mix(vec3(0.9, 0.1, 0.1), vec3(1.0), dash), outline(p, edge, thin));
  rgb = corners(p, edge, c, rgb);

  // Sixteen lamps light in turn, one a frame: a dropped or repeated frame is a gap or a stutter.
  float lamp = floor((p.x + 4.0 * c) / (0.5 * c));
  if (abs(p.x) < 4.0 * c && p.y > radius + 0.25 * c && p.y < radius + 0.6 * c && mod(p.x, 0.5 * c) > 2.0 * thin) {
    rgb = int(lamp) == frame % 16 ? vec3(1.0, 0.85, 0.3) : vec3(0.2);
  }
  // A runner crosses once a beat, its trail fading: uneven motion shows at once.
  if (abs(p.y + radius + 0.42 * c) < 0.17 * c && abs(p.x) < 4.0 * c) {
    float behind = fract(beatPhase - (p.x / c + 4.0) / 8.0);
    rgb = mix(vec3(0.2), vec3(0.3, 1.0, 0.7), behind < 0.03 ? 1.0 : 0.75 * exp2(-14.0 * behind));
  }

  float r = length(p);
  mask = vec4(clamp(radius - r + 0.5, 0.0, 1.0));
  vec3 face = disc(p, c);
  // Middle cross, and a ring whose hand goes round once a bar.
  if (min(abs(p.x), abs(p.y)) < 0.5 * thin + 0.5 && max(abs(p.x), abs(p.y)) < 0.5 * c) face = vec3(0.95, 0.2, 0.3);
  rgb = mix(rgb, face, mask.r);
  float ring = clamp(2.0 * thin - abs(r - radius - 2.0 * thin) + 0.5, 0.0, 1.0);
  float turned = fract(barPhase - atan(p.x, p.y) / TURN);
  rgb = mix(rgb, mix(INK, vec3(0.3, 1.0, 0.7), exp2(-12.0 * turned)), ring);
  float hand = clamp(0.16 * c - length(p - (radius + 2.0 * thin) * vec2(sin(TURN * barPhase), cos(TURN * barPhase))) + 0.5, 0.0, 1.0);
  rgb = mix(rgb, vec3(0.3, 1.0, 0.7), hand);
  colour = vec4(rgb, 1.0);
}
