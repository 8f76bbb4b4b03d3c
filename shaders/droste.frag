// As in droste.ts: how much wider than the picture the piece is.
const float ROOM = 1.25;

// Turns a colour around the grey axis (Rodrigues' rotation formula).
vec3 turnHue(vec3 c, float turns) {
  float angle = 6.2831853 * turns;
  return c * cos(angle) + 0.57735027 * sin(angle) * (c.zxy - c.yzx) + dot(c, vec3(0.33333333)) * (1.0 - cos(angle));
}

vec4 pictureAt(vec2 uv) {
  vec4 c = texture(source, clamp(uv, 0.0, 1.0));
  return place == 1 ? c * maskAt(uv) : c;
}

// `extra` counts the pictures inwards, from 1.
vec4 clone(vec4 cutout, vec2 uv, float extra) {
  // Four samples a pixel: a picture is smaller than the one it is taken from.
  vec2 dx = 0.25 * dFdx(uv);
  vec2 dy = 0.25 * dFdy(uv);
  vec4 c = 0.25 * (pictureAt(uv + dx + dy) + pictureAt(uv + dx - dy) + pictureAt(uv - dx + dy) + pictureAt(uv - dx - dy));
  c.rgb = clamp(turnHue(c.rgb, hue * extra), 0.0, c.a);
  // Dolls in dolls: smaller ones inside the silhouette.
  if (place == 1) return c * maskAt(gl_FragCoord.xy / resolution);

  // How far beyond the picture's edge, in parts of half its height.
  vec2 half2 = 0.5 * (piece.zw - piece.xy) / ROOM * vec2(resolution.x / resolution.y, 1.0);
  vec2 off = abs(uv - 0.5 * (piece.xy + piece.zw)) * vec2(resolution.x / resolution.y, 1.0) / half2.y - vec2(half2.x / half2.y, 1.0);
  float far = max(off.x, off.y);
  float pixel = length(dFdx(off) + dFdy(off)) + 1e-5;
  float frame2 = 0.045;
  vec4 line = vec4(border.rgb * border.a, border.a) * c.a;
  line.rgb *= 1.0 - 0.35 * smoothstep(-frame2, 0.0, far);
  float edge = smoothstep(-frame2 - pixel, -frame2, far);
  c = mix(c, line + c * (1.0 - border.a), edge);
  float shadow = 0.6 * (1.0 - smoothstep(0.0, ROOM - 1.0, length(max(off, 0.0))));
  // The shadow ends at the piece's own edge, which is nearer on the short side.
  return mix(c, vec4(0.0, 0.0, 0.0, shadow * shadow), smoothstep(0.0, pixel, far));
}
