const float TURN = 6.2831853;

// Outside the frame the picture goes on as its own mirror image: no smeared borders.
vec2 mirrored(vec2 uv) {
  return 1.0 - abs(mod(uv, 2.0) - 1.0);
}

vec4 effect(vec2 uv) {
  vec2 size = vec2(resolution.x / resolution.y, 1.0);
  vec2 p = (uv - 0.5) * size;
  float r = length(p);
  // atan(0, 0) is undefined.
  float a = r > 0.0 ? atan(p.y, p.x) : 0.0;
  a -= TURN * (angle + twist * r);

  // Fold the circle into half a wedge, so that neighbouring wedges mirror each other and every seam is continuous.
  float wedge = TURN / float(segments);
  a = abs(mod(a, wedge) - 0.5 * wedge);

  // The wedge looks at a turning part of the source.
  a += TURN * fract(spin * beat * 0.25);
  float kick = 1.0 - beatPhase;
  r /= zoom * (1.0 + 0.6 * pulse * kick * kick * kick);
  return texture(source, mirrored(centre + r * vec2(cos(a), sin(a)) / size));
}
