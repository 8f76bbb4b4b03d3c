const float TURN = 6.2831853;

// Outside the frame the picture goes on as its own mirror image: no smeared borders.
vec2 mirrored(vec2 uv) {
  return 1.0 - abs(mod(uv, 2.0) - 1.0);
}

// Which way v points, half turns from -1 to 1, to a hundred-thousandth (Abramowitz and Stegun 4.4.49); 0 for no way at all.
float way(vec2 v) {
  vec2 q = abs(v);
  float x = min(q.x, q.y) / max(max(q.x, q.y), 1e-9);
  float s = x * x;
  float a = x * (0.31826725 + s * (-0.10513760 + s * (0.05734066 + s * (-0.02709868 + s * 0.00663202))));
  a = q.y > q.x ? 0.5 - a : a;
  a = v.x < 0.0 ? 1.0 - a : a;
  return v.y < 0.0 ? -a : a;
}

// Cosine and sine of a quarter turn at most, to a millionth: a third of what they cost a CPU that must be ready for any angle.
vec2 pointing(float a) {
  float s = a * a;
  return vec2(
    1.0 + s * (-0.49999905 + s * (0.04166358 + s * (-0.00138537 + s * 0.00002315))),
    a * (0.99999924 + s * (-0.16665680 + s * (0.00831323 - s * 0.00018523))));
}

// The wedge looks at a turning part of the source, nearer on the beat.
mat2 looking() {
  float kick = 1.0 - beatPhase;
  float turn = TURN * fract(spin * beat * 0.25);
  return mat2(cos(turn), sin(turn), -sin(turn), cos(turn)) / (zoom * (1.0 + 0.6 * pulse * kick * kick * kick));
}

vec4 effect(vec2 uv) {
  vec2 size = vec2(resolution.x / resolution.y, 1.0);
  vec2 p = (uv - 0.5) * size;
  float r = length(p);
  float a = 0.5 * way(p) - angle - twist * r;

  // Fold the circle into half a wedge, so that neighbouring wedges mirror each other and every seam is continuous.
  float count = float(segments);
  vec2 folded = pointing(abs(fract(a * count) - 0.5) * (TURN / count));
  return texture(source, mirrored(centre + r * (looking() * folded) / size));
}
