vec4 effect(vec2 uv) {
  float kick = 1.0 - beatPhase;
  float strength = amount * mix(1.0, kick * kick * kick, pulse);
  // Never less than a pixel apart, whatever the canvas.
  vec2 d = max(radius * resolution.y / 1080.0, 1.0) / resolution;
  vec4 here = texelFetch(source, ivec2(gl_FragCoord.xy), 0);
  vec4 a = texture(source, uv + vec2(d.x, 0.0));
  vec4 b = texture(source, uv - vec2(d.x, 0.0));
  vec4 e = texture(source, uv + vec2(0.0, d.y));
  vec4 f = texture(source, uv - vec2(0.0, d.y));
  vec3 detail = here.rgb - 0.25 * (a + b + e + f).rgb;
  detail -= clamp(detail, -spare, spare);
  vec3 sharp = here.rgb + strength * detail;
  // Without halos nothing gets darker or brighter than what lies around it.
  vec3 least = min(here, min(min(a, b), min(e, f))).rgb;
  vec3 most = max(here, max(max(a, b), max(e, f))).rgb;
  sharp = mix(clamp(sharp, least, most), sharp, halo);
  return vec4(clamp(sharp, 0.0, here.a), here.a);
}
