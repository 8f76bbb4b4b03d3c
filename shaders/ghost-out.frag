const float GLASS = 0.07;

vec4 effect(vec2 uv) {
  vec4 now = texture(source, uv);
  float d = distanceAt(uv);
  if (remove == 0 && d + max(grow, 0.0) < -0.06) return now;
  // The mask as it is, or where it is grown, one made of distances.
  float grown = smoothstep(-1.5, 1.5, (d + grow) * resolution.y);
  float cover = mix(maskAt(uv), grown, clamp(abs(grow) / 0.004, 0.0, 1.0));
  d += grow;

  float swell = 0.5 + 0.5 * cos(6.2831853 * fract(beat / rate));
  float stays = mix(ghost, 1.0, breath * swell);
  vec3 light = clamp(tint.rgb, 0.0, 1.0);

  vec4 shown;
  if (remove == 0) {
    // Masks end a little inside of what they mask: a fringe around it goes too.
    float gone = max(cover, smoothstep(-0.016, -0.005, d));
    // Like thick glass, it bends light at its edge and not in its middle.
    float near = 1.0 - smoothstep(0.0, GLASS, d);
    vec2 size = vec2(resolution.x / resolution.y, 1.0);
    vec2 at = bend > 0.0 && d > 0.0 ? uv - gradientAt(uv) * bend * near * near * GLASS / size : uv;
    vec4 world = mix(now, plateAt(clamp(at, 0.0, 1.0)), gone);
    float luma = dot(now.rgb, vec3(0.2126, 0.7152, 0.0722));
    vec3 pale = mix(now.rgb, light * min(1.5 * luma, now.a), clamp(tint.a, 0.0, 1.0));
    shown = mix(world, vec4(min(pale, now.a), now.a), cover * stays);
  } else {
    shown = now * mix(stays, 1.0, cover);
  }
  // A thin line along the edge, and a haze inside of it.
  float edge = exp2(-abs(d) * 300.0) + 0.35 * smoothstep(-0.01, 0.01, d) * exp2(-max(d, 0.0) * 40.0);
  float glow = min(1.0, rim * (0.35 + 0.65 * swell) * edge);
  return shown + vec4(light, 1.0) * glow * (1.0 - shown);
}
