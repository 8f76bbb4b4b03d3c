// One dancer, or two, on a lit stage. Lengths are in frame heights: x = 0 in the middle of the frame, y = 0 at its bottom.

// 0 head, 1 neck, 2 pelvis, 3 4 5 left shoulder elbow hand, 6 7 8 right, 9 10 11 left hip knee foot, 12 13 14 right, 15 chest.
uniform vec2 joints[32];
uniform float radii[16];
// -1 to 1: turned to the left or to the right of the picture.
uniform float facings[2];
uniform int dancers;
// Place on a round of stage lights, 0 to 1: pink, violet, blue and back.
uniform float hue;

const float TURN = 6.2831853;
// Where the wall meets the floor, and the level the dancer stands on.
const float HORIZON = 0.215;
const float GROUND = 0.075;

// Turns a colour around the grey axis (Rodrigues' rotation formula).
vec3 turnHue(vec3 c, float turns) {
  float angle = TURN * turns;
  return max(c * cos(angle) + 0.57735027 * sin(angle) * (c.zxy - c.yzx) + dot(c, vec3(0.33333333)) * (1.0 - cos(angle)), 0.0);
}

// The dancer who is being drawn.
int who = 0;
vec2 joint(int i) { return joints[16 * who + i]; }

// Place (xy) and radius (z) of a joint, or of the one on the other side when the dancer has turned round: the near arm is drawn in front.
vec3 ball(int i) {
  int other = i < 3 || i == 15 ? i : (i - 3) % 6 < 3 ? i + 3 : i - 3;
  return facings[who] < 0.0 ? vec3(joint(other), radii[other]) : vec3(joint(i), radii[i]);
}

// Limbs that are drawn together. `d` is the distance to their outline; the rest describes the limb nearest to us at this
// pixel: how far it rises there (squared), the way out from its axis in radii, and what it wears (see clothAt).
struct Part { float d; float rise; vec2 outward; float wears; };
const Part NOTHING = Part(1e3, -1e3, vec2(0.0), 0.0);

// Adds the solid between two balls. Its outline is the convex hull of two discs: from the axis, the nearest point of the
// outline lies askew by the angle whose sine is (a.z - b.z) / length, and there the radius is the one in between.
void limb(inout Part part, vec2 p, vec3 a, vec3 b, float wears, float along) {
  vec2 axis = b.xy - a.xy;
  vec2 q = p - a.xy;
  float taper = a.z - b.z;
  float len2 = dot(axis, axis);
  float askew = abs(q.x * axis.y - q.y * axis.x) * taper * inversesqrt(max(len2 - taper * taper, 1e-8));
  float f = clamp((dot(q, axis) - askew) / max(len2, 1e-8), 0.0, 1.0);
  vec2 outward = q - axis * f;
  float radius = a.z - taper * f;
  float reach2 = dot(outward, outward);
  float rise = radius * radius - reach2;
  part.d = min(part.d, sqrt(reach2) - radius);
  // Limbs flow into each other where they are about equally near.
  float nearer = clamp(0.5 + 600.0 * (rise - part.rise), 0.0, 1.0);
  part.outward = mix(part.outward, outward / radius, nearer);
  if (rise > part.rise) {
    part.rise = rise;
    part.wears = wears + along * f;
  }
}

// Clothes from top to toe: 0 to 1 the head, skin from there, shirt from 1.4, trousers from 2.75, shoes from 5.8.
vec3 clothAt(float wears, vec2 p) {
  const vec3 SKIN = vec3(0.80, 0.47, 0.34);
  const vec3 HAIR = vec3(0.11, 0.06, 0.10);
  vec3 shirt = who == 0 ? vec3(0.05, 0.66, 0.68) : vec3(0.98, 0.62, 0.10);
  vec3 trousers = who == 0 ? vec3(0.17, 0.14, 0.46) : vec3(0.42, 0.06, 0.22);
  const vec3 SHOES = vec3(0.97, 0.94, 0.90);
  float parting = dot((p - joint(0)) / radii[0], vec2(-0.55 * facings[who], 0.80)) + 0.12;
  vec3 cloth = mix(SKIN, HAIR, smoothstep(-0.03, 0.03, parting) * step(wears, 0.9));
  cloth = mix(cloth, shirt, smoothstep(1.39, 1.41, wears));
  cloth = mix(cloth, trousers, smoothstep(2.74, 2.76, wears));
  return mix(cloth, SHOES, smoothstep(5.79, 5.81, wears));
}

vec3 shade(vec3 cloth, vec3 n) {
  float key = max(dot(n, vec3(-0.42, 0.62, 0.66)), 0.0);
  float edge = 1.0 - n.z;
  // The lit wall behind shines around both sides: pink from the left, blue from the right.
  vec3 rim = mix(vec3(1.0, 0.30, 0.52), vec3(0.30, 0.70, 1.0), smoothstep(-0.6, 0.6, n.x)) * edge * edge * (0.55 + 0.45 * n.y);
  return cloth * (0.24 + 0.98 * key) * vec3(1.06, 1.0, 0.93) + 1.15 * rim;
}

// Draws a part in front of what is there.
void drawPart(inout vec3 rgb, inout float d, Part part, vec2 p, float pixel) {
  // It darkens what it nearly touches.
  rgb *= 1.0 - 0.45 * (1.0 - smoothstep(0.0, 0.035, part.d));
  vec2 n = part.outward * min(1.0, inversesqrt(max(dot(part.outward, part.outward), 1e-8)));
  vec3 lit = shade(clothAt(part.wears, p), vec3(n, sqrt(max(1.0 - dot(n, n), 0.0))));
  // Nothing is behind it yet where the dancer begins: the antialiased outline is the mask's business.
  float cover = d < pixel ? clamp(0.5 - part.d / pixel, 0.0, 1.0) : step(part.d, pixel);
  rgb = mix(rgb, lit, cover);
  d = min(d, part.d);
}

// The dancer's colour at p; `cover` is the exact coverage of the outline, antialiased over one pixel.
vec3 dancer(vec2 p, float pixel, out float cover) {
  vec3 rgb = vec3(0.0);
  float d = 1e3;
  Part farArm = NOTHING;
  limb(farArm, p, ball(15), ball(3), 2.0, 0.0);
  limb(farArm, p, ball(3), ball(4), 1.9, -0.9);
  limb(farArm, p, ball(4), ball(5), 1.0, 0.0);
  drawPart(rgb, d, farArm, p, pixel);
  Part farLeg = NOTHING;
  limb(farLeg, p, ball(2), ball(9), 3.0, 0.0);
  limb(farLeg, p, ball(9), ball(10), 4.0, 0.0);
  limb(farLeg, p, ball(10), ball(11), 5.0, 1.0);
  drawPart(rgb, d, farLeg, p, pixel);
  Part body = NOTHING;
  limb(body, p, ball(2), ball(12), 3.0, 0.0);
  limb(body, p, ball(12), ball(13), 4.0, 0.0);
  limb(body, p, ball(13), ball(14), 5.0, 1.0);
  limb(body, p, ball(0), ball(1), 0.0, 1.0);
  limb(body, p, ball(1), ball(15), 1.0, 1.0);
  limb(body, p, ball(15), ball(2), 2.0, 1.0);
  limb(body, p, ball(15), ball(6), 2.0, 0.0);
  drawPart(rgb, d, body, p, pixel);
  Part nearArm = NOTHING;
  limb(nearArm, p, ball(6), ball(7), 1.9, -0.9);
  limb(nearArm, p, ball(7), ball(8), 1.0, 0.0);
  drawPart(rgb, d, nearArm, p, pixel);
  cover = clamp(0.5 - d / pixel, 0.0, 1.0);
  return rgb;
}

// Light cone of a lamp above the frame, swinging on the bar.
float beam(vec2 p, float x, float lean) {
  vec2 q = p - vec2(x, 1.15);
  float off = abs(q.x - lean * q.y) / (0.05 - 0.16 * q.y);
  return (1.0 - smoothstep(0.2, 1.0, off)) * (0.35 + 0.65 * p.y);
}

vec3 wall(vec2 p, float kick) {
  float y = p.y - HORIZON;
  vec3 rgb = mix(vec3(0.72, 0.12, 0.36), vec3(0.05, 0.025, 0.15), smoothstep(-0.02, 0.78, y));

  // A great lamp drifts behind the dancer, cut by slats that sink through it beat by beat.
  vec2 sun = vec2(0.30 * sin(TURN * beat / 32.0), 0.56 + 0.05 * sin(TURN * beat / 24.0 + 1.0));
  float r = length(p - sun) / (1.0 + 0.03 * kick);
  float glow = 0.34 / (0.34 + max(r - 0.33, 0.0) * 3.0);
  rgb += vec3(0.55, 0.10, 0.22) * glow * glow * (0.55 + 0.35 * kick);
  float low = clamp((sun.y + 0.33 - p.y) / 0.66, 0.0, 1.0);
  float slat = abs(fract(low * 9.0 - beat * 0.5) - 0.5) * 2.0;
  float open = smoothstep(0.0, 0.06, slat - 0.85 * (low - 0.25));
  vec3 disc = mix(vec3(1.0, 0.87, 0.42), vec3(1.0, 0.16, 0.45), low);
  rgb = mix(rgb, disc, (1.0 - smoothstep(0.328, 0.332, r)) * open);

  float swing = 0.35 * sin(TURN * beat / 16.0);
  rgb += vec3(0.20, 0.36, 0.72) * (beam(p, -0.62, 0.30 + swing) + beam(p, 0.62, -0.30 - swing)) * (0.55 + 0.25 * kick);
  return rgb;
}

vec3 stage(vec2 p, float kick) {
  if (p.y > HORIZON) return wall(p, kick);
  // The floor mirrors the wall, stretched, and fades towards us; boards run to a vanishing point.
  float depth = (HORIZON - p.y) / HORIZON;
  vec3 rgb = wall(vec2(p.x, HORIZON + (HORIZON - p.y) * 1.9), kick) * mix(0.72, 0.26, depth) + vec3(0.02, 0.008, 0.03);
  float board = p.x / (0.35 + depth);
  rgb *= 1.0 - 0.30 * (1.0 - smoothstep(0.0, 0.06, abs(fract(board * 7.0 + 0.5) - 0.5)));
  return rgb + vec3(0.35, 0.12, 0.20) * (1.0 - smoothstep(0.0, 0.07, depth));
}

// Soft shadow of one joint on the floor: wider and fainter the higher it is.
float shadow(vec2 p, int i) {
  float high = max(joint(i).y - GROUND, 0.0);
  vec2 q = (p - vec2(joint(i).x + 0.10 * high, GROUND - 0.01)) / vec2(0.10 + 0.30 * high, 0.022 + 0.03 * high);
  return 0.75 * (1.0 - smoothstep(0.0, 1.0, length(q))) / (1.0 + 6.0 * high);
}

// Draws the dancer who is being drawn over the stage, with shadow and reflection; gives the exact coverage.
float drawDancer(inout vec3 rgb, vec2 p, float pixel) {
  // Everything of the dancer lies in this box; most pixels need look no further.
  vec2 low = vec2(1e3);
  vec2 high = vec2(-1e3);
  for (int i = 0; i < 16; i++) {
    low = min(low, joint(i) - radii[i]);
    high = max(high, joint(i) + radii[i]);
  }
  // Below the dancer's lowest point the polished floor shows the dancer upside down, fading with depth.
  float floorLine = min(GROUND, low.y);
  bool mirrored = p.y < floorLine;
  vec2 at = mirrored ? vec2(p.x, 2.0 * floorLine - p.y) : p;
  if (p.y < HORIZON) rgb *= (1.0 - shadow(p, 11)) * (1.0 - shadow(p, 14)) * (1.0 - shadow(p, 2));
  if (any(lessThan(at, low - pixel)) || any(greaterThan(at, high + pixel))) return 0.0;
  float cover;
  vec3 seen = dancer(at, mirrored ? 4.0 * pixel : pixel, cover);
  rgb = mix(rgb, seen, mirrored ? 0.3 * cover * (1.0 - smoothstep(0.0, 0.2, at.y - floorLine)) : cover);
  return mirrored ? 0.0 : cover;
}

void generate(vec2 uv, out vec4 colour, out vec4 mask) {
  float pixel = 1.0 / resolution.y;
  vec2 p = vec2((uv.x - 0.5) * resolution.x / resolution.y, uv.y);
  float kick = (1.0 - beatPhase) * (1.0 - beatPhase);

  vec3 rgb = stage(p, kick);
  for (who = 0; who < dancers; who++) {
    // A pool of light under the dancer.
    vec2 pool = (p - vec2(joint(2).x, GROUND)) / vec2(0.62, 0.11);
    if (p.y < HORIZON) rgb += vec3(0.30, 0.17, 0.24) * (1.0 - smoothstep(0.0, 1.0, length(pool)));
  }
  // The arc of the colour circle that suits a stage leaves green out.
  rgb = turnHue(rgb, 0.17 * sin(TURN * hue) - 0.11);

  mask = vec4(0.0);
  for (who = 0; who < dancers; who++) {
    float cover = drawDancer(rgb, p, pixel);
    // Who comes later stands in front.
    mask *= 1.0 - cover;
    mask[who] = cover;
  }
  vec2 away = uv - 0.5;
  // A darker rim of the frame, and half a level of interleaved gradient noise (Jimenez 2014) against banding.
  rgb *= 1.0 - (1.0 - max(mask.r, mask.g)) * 0.55 * dot(away, away);
  rgb += (fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715)))) - 0.5) / 255.0;
  colour = vec4(clamp(rgb, 0.0, 1.0), 1.0);
}
