// The colour of a silhouette.
vec3 ink(float extra) {
  float turns = hue + range * extra / float(copies) - travel * barPhase;
  return clamp(abs(mod(6.0 * turns + vec3(0.0, 4.0, 2.0), 6.0) - 3.0) - 1.0, 0.0, 1.0);
}

// `extra` counts the silhouettes from the newest, 1.
vec4 clone(vec4 cutout, vec2 uv, float extra) {
  // From before the history began they would all be the same: leave them out.
  if (cutout.a <= 0.0 || extra * spacing * beatSeconds > historyLength + 0.5 * min(timeDelta, 0.05)) return vec4(0.0);
  return vec4(mix((0.12 + 0.88 * ink(extra)) * cutout.a, cutout.rgb, shade), cutout.a);
}
