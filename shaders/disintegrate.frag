// `extra` is how far a flake is away: 0 at home, 1 where it is farthest.
vec4 clone(vec4 cutout, vec2 uv, float extra) {
  if (extra <= 0.0) return cutout;
  // A square as long as it fits into its neighbours; then round, with a soft edge.
  vec2 q = abs((uv - piece.xy) / (piece.zw - piece.xy) * 2.0 - 1.0);
  float loose = min(1.0, extra * 6.0);
  float r = mix(max(q.x, q.y), length(q), loose);
  vec4 flake = cutout * clamp((1.02 - r) / (0.02 + 0.5 * loose), 0.0, 1.0);

  float heat = loose * (1.0 - 0.5 * extra);
  vec3 ember = clamp(tint.rgb, 0.0, 1.0) * flake.a;
  flake.rgb = mix(flake.rgb, ember * (0.35 + 0.65 * max(max(flake.r, flake.g), flake.b) / max(flake.a, 1e-4)), clamp(tint.a, 0.0, 1.0) * heat);
  flake.rgb += glow * heat * (0.8 * flake.rgb + 0.2 * ember);
  return vec4(min(flake.rgb, flake.a), flake.a);
}
