// Outside the frame the picture goes on as its own mirror image: no smeared borders.
vec4 at(vec2 uv) {
  return texture(source, 1.0 - abs(mod(uv, 2.0) - 1.0));
}

vec4 effect(vec2 uv) {
  vec2 size = vec2(resolution.x / resolution.y, 1.0);
  float kick = 1.0 - beatPhase;
  float strength = amount * mix(1.0, kick * kick * kick, pulse);
  vec2 line = vec2(cos(6.2831853 * angle), sin(6.2831853 * angle));
  // At the left and right borders, radial is about as strong as straight.
  vec2 outwards = 2.0 * (uv - centre) * size / size.x;
  vec2 d = strength * mix(line, outwards, radial) / size;

  if (look == 0) {
    vec4 r = at(uv + d);
    vec4 g = at(uv);
    vec4 b = at(uv - d);
    return vec4(r.r, g.g, b.b, max(max(r.a, g.a), b.a));
  }
  // Nine looks along the line, each channel weighted by a triangle around its own end or the middle.
  vec4 sum = vec4(0.0);
  for (int i = -4; i <= 4; i++) {
    float t = float(i) * 0.25;
    vec4 c = at(uv + d * t);
    sum.rgb += c.rgb * max(1.0 - abs(t - vec3(1.0, 0.0, -1.0)), 0.0) / vec3(2.5, 4.0, 2.5);
    sum.a = max(sum.a, c.a);
  }
  return sum;
}
