// Outside the frame the picture goes on as its own mirror image: no smeared borders.
vec2 mirrored(vec2 uv) {
  return 1.0 - abs(mod(uv, 2.0) - 1.0);
}

mat2 tilted() {
  float turn = 6.2831853 * angle;
  return mat2(cos(turn), sin(turn), -sin(turn), cos(turn));
}

vec4 effect(vec2 uv) {
  vec2 size = vec2(resolution.x / resolution.y, 1.0);
  mat2 tilt = tilted();
  vec2 p = (uv - centre) * size * tilt;
  float change = swap > 0.0 && fract(0.5 * beat / swap) >= 0.5 ? -1.0 : 1.0;
  if (side == 0 || side == 4) p.x = -change * abs(p.x);
  if (side == 1) p.x = change * abs(p.x);
  if (side == 2) p.y = -change * abs(p.y);
  if (side == 3 || side == 4) p.y = change * abs(p.y);
  p.x += slide * size.x;
  return texture(source, mirrored(centre + tilt * p / size));
}
