// The colour of an age.
vec3 aged(float extra) {
  return 0.55 + 0.45 * cos(6.2831853 * (0.9 * extra + vec3(0.55, 0.88, 0.22)));
}

// `extra` is how long ago a tile's moment is, from 0 to 1; below 0 it hides the live subject.
vec4 clone(vec4 cutout, vec2 uv, float extra) {
  if (extra < 0.0) return worldAt(uv) * (1.0 - live);
  vec3 age = aged(extra);
  float luma = dot(cutout.rgb, vec3(0.2126, 0.7152, 0.0722));
  vec3 rgb = mix(cutout.rgb, age * (1.7 * luma + 0.28 * cutout.a), hue);
  // Beside the moment's own picture, a tile is a pane over the live subject.
  float pane = 0.5 * live * maskAt(gl_FragCoord.xy / resolution) * (1.0 - cutout.a);
  vec4 tile = vec4(rgb + 0.7 * age * pane, cutout.a + pane);
  // A bevel: light from the upper left.
  vec2 q = (uv - piece.xy) / (piece.zw - piece.xy) * 2.0 - 1.0;
  vec2 rim = smoothstep(vec2(0.8), vec2(1.0), abs(q)) * sign(q);
  tile.rgb = tile.rgb * (1.0 + 0.4 * (rim.y - rim.x));
  return vec4(min(tile.rgb, tile.a), tile.a);
}
