// Outside the frame the picture goes on as its own mirror image: no smeared borders.
vec4 at(vec2 uv) {
  return texture(source, 1.0 - abs(mod(uv, 2.0) - 1.0));
}

vec2 line() {
  return vec2(cos(6.2831853 * angle), sin(6.2831853 * angle));
}

vec4 effect(vec2 uv) {
  vec2 size = vec2(resolution.x / resolution.y, 1.0);
  float kick = 1.0 - beatPhase;
  float strength = amount * mix(1.0, kick * kick * kick, pulse);
  // At the left and right borders, radial is about as strong as straight.
  vec2 outwards = 2.0 * (uv - centre) * size / size.x;
  vec2 d = strength * mix(line(), outwards, radial) / size;

  vec4 here = texelFetch(source, ivec2(gl_FragCoord.xy), 0);
  vec4 r = at(uv + d);
  vec4 b = at(uv - d);
  if (look == 0) return vec4(r.r, here.g, b.b, max(max(r.a, here.a), b.a));
  // Six looks between those: each channel is weighted by a triangle around its own end or the middle.
  vec3 sum = vec3(r.r, here.g, b.b);
  float a = max(max(r.a, here.a), b.a);
  for (int i = 0; i < 6 * look; i++) {
    float t = float(i < 3 ? i - 3 : i - 2) * 0.25;
    vec4 c = at(uv + d * t);
    sum += c.rgb * max(1.0 - abs(t - vec3(1.0, 0.0, -1.0)), 0.0);
    a = max(a, c.a);
  }
  return vec4(sum / vec3(2.5, 4.0, 2.5), a);
}
