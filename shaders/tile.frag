vec4 tiled(vec2 p) {
  vec2 cell = floor(p);
  p.x += brick * mod(cell.y, 2.0);
  return texture(source, mirrored ? 1.0 - abs(mod(p, 2.0) - 1.0) : fract(p));
}

float many() {
  float kick = 1.0 - beatPhase;
  return count / (1.0 + pulse * kick * kick * kick);
}

mat2 tilted() {
  float turn = 6.2831853 * angle;
  return many() * mat2(cos(turn), sin(turn), -sin(turn), cos(turn));
}

vec4 effect(vec2 uv) {
  vec2 size = vec2(resolution.x / resolution.y, 1.0);
  // Counted from the middle of a tile in the middle of the picture. Mirrored tiles repeat after two.
  vec2 scroll = 2.0 * fract(0.125 * vec2(scrollx, scrolly) * beat);
  vec2 p = ((uv - 0.5) * size * tilted()) / size + 0.5 - scroll;
  // Tiles are smaller than the picture: four looks a pixel keep them from shimmering.
  vec2 d = 0.25 * many() / resolution;
  return 0.25 * (tiled(p + d) + tiled(p - d) + tiled(p + vec2(d.x, -d.y)) + tiled(p + vec2(-d.x, d.y)));
}
