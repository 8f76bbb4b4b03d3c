const float TURN = 6.2831853;

// A random number for a place on a grid (the hash pcg3d of Jarzynski and Olano, 2020).
float luckAt(ivec2 at, int which) {
  uvec3 v = uvec3(ivec3(at, which)) * 1664525u + 1013904223u;
  v.x += v.y * v.z; v.y += v.z * v.x; v.z += v.x * v.y;
  v ^= v >> 16u;
  v.x += v.y * v.z;
  return float(v.x >> 8u) / 16777216.0;
}
float noiseAt(vec2 p, int which) {
  ivec2 i = ivec2(floor(p));
  vec2 f = fract(p);
  f = f * f * (3.0 - 2.0 * f);
  return mix(mix(luckAt(i, which), luckAt(i + ivec2(1, 0), which), f.x), mix(luckAt(i + ivec2(0, 1), which), luckAt(i + ivec2(1, 1), which), f.x), f.y);
}

vec4 cutoutAt(vec2 at) {
  vec2 inside = clamp(at, 0.0, 1.0);
  return texture(source, inside) * maskAt(inside);
}

vec4 clone(vec4 cutout, vec2 uv, float extra) {
  if (present < 0.5 || distanceAt(uv) < -swell - fur) return vec4(0.0);
  vec2 size = vec2(resolution.x / resolution.y, 1.0);
  float phase = fract(beat / rate);
  float kick = smoothstep(0.0, 0.12, phase) * (1.0 - phase) * (1.0 - phase) * 1.3;
  // Not the field's own gradient, which turns about abruptly in the middle of every limb, but its slope over a wide step: none in
  // the middle, and less at thin limbs than at thick ones. With a step wider than the push nothing folds over.
  vec2 wide = (0.03 + 1.2 * swell) / size;
  vec2 slope = vec2(distanceAt(uv + vec2(wide.x, 0.0)) - distanceAt(uv - vec2(wide.x, 0.0)), distanceAt(uv + vec2(0.0, wide.y)) - distanceAt(uv - vec2(0.0, wide.y))) / (2.0 * wide.y);
  // Without any edge in sight the field is flat, but rough where it was never reached.
  slope /= max(1.0, length(slope));
  vec2 at = uv + slope * swell * mix(kick, 1.0, rest) / size;
  vec4 body = cutoutAt(at);

  // Fur stands on the swollen edge: all that lies on one line across it shares the nearest point of the edge, and by that its luck.
  float depth = distanceAt(clamp(at, 0.0, 1.0));
  if (fur > 0.0 && depth > -fur && depth < 0.8 * fur) {
    vec2 inward = gradientAt(at);
    float out01 = max(-depth, 0.0) / fur;
    vec2 root = at * size - inward * depth;
    // Combed sideways, the more the farther out, and to and fro within two beats.
    vec2 aside = vec2(-inward.y, inward.x);
    float bend = comb * fur * (0.5 * dot(aside, vec2(0.3, 1.0)) + 0.5 * sin(TURN * beat * 0.5 + 7.0 * root.y)) * out01 * out01;
    vec2 where = (root + aside * bend) * float(strands);
    float strand = noiseAt(where, 1);
    float strand2 = noiseAt(where * 2.1, 2);
    float length01 = (0.25 + 0.75 * smoothstep(0.15, 0.85, 0.6 * strand + 0.4 * strand2)) * (0.7 + 0.3 * kick);
    float sharp = 1.5 / (resolution.y * fur) + 0.04;
    float hair = inward == vec2(0.0) ? 0.0 : 1.0 - smoothstep(length01 - sharp, length01 + sharp, out01);
    vec4 skin = cutoutAt((root + inward * (0.012 + 0.01 * strand2)) / size);
    float lit = 0.45 + 0.8 * strand2;
    vec3 rgb = skin.rgb * mix(lit, 1.0, smoothstep(0.0, 0.8 * fur, depth));
    rgb = mix(rgb, clamp(tips.rgb, 0.0, 1.0) * skin.a, clamp(tips.a, 0.0, 1.0) * out01 * smoothstep(0.3, 0.8, strand2));
    vec4 coat = vec4(min(rgb, skin.a), skin.a) * hair;
    float coated = 1.0 - smoothstep(0.0, 0.8 * fur, depth);
    body = mix(body, coat + body * (1.0 - coat.a), coated);
  }
  return body;
}
