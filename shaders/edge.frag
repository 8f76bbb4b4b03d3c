const vec3 LUMA = vec3(0.2126, 0.7152, 0.0722);

// Which way v points, half turns from -1 to 1; right to a thousandth of a turn, which is enough for a hue.
float way(vec2 v) {
  vec2 a = abs(v);
  float r = min(a.x, a.y) / max(max(a.x, a.y), 1e-9);
  float turn = r * (0.25 + 0.0869 * (1.0 - r));
  turn = a.y > a.x ? 0.5 - turn : turn;
  turn = v.x < 0.0 ? 1.0 - turn : turn;
  return v.y < 0.0 ? -turn : turn;
}

vec4 effect(vec2 uv) {
  float kick = 1.0 - beatPhase;
  float strength = gain * (1.0 + 1.5 * pulse * kick * kick * kick);
  // Four corners, between pixels: with bilinear reading that weighs the nine around as Sobel does.
  vec2 d = max(width * resolution.y / 1080.0, 0.5) / resolution;
  float rise = dot(texture(source, uv + d).rgb - texture(source, uv - d).rgb, LUMA);
  float fall = dot(texture(source, uv + vec2(d.x, -d.y)).rgb - texture(source, uv + vec2(-d.x, d.y)).rgb, LUMA);
  vec2 slope = vec2(rise + fall, rise - fall);
  float steep = length(slope);
  float line = clamp((steep - 0.5 * above) * strength, 0.0, 1.0);

  vec4 here = texelFetch(source, ivec2(gl_FragCoord.xy), 0);
  vec3 ink = clamp(tint.rgb, 0.0, 1.0);
  if (look == 1) ink = here.rgb / max(max(max(here.r, here.g), here.b), 0.02);
  // Hue by the angle of the slope; opposite slopes look alike, so that both sides of a limb match.
  if (look == 2) {
    float turn = way(slope);
    ink = clamp(abs(mod(6.0 * fract(turn) + vec3(0.0, 4.0, 2.0), 6.0) - 3.0) - 1.0, 0.0, 1.0);
  }
  line *= clamp(tint.a, 0.0, 1.0);
  return vec4(mix(here.rgb * ground, ink, line), mix(here.a, 1.0, line));
}
