const vec3 LUMA = vec3(0.2126, 0.7152, 0.0722);

float lightAt(vec2 uv) {
  return dot(texture(source, uv).rgb, LUMA);
}

vec4 effect(vec2 uv) {
  float kick = 1.0 - beatPhase;
  float strength = gain * (1.0 + 1.5 * pulse * kick * kick * kick);
  // Four corners, between pixels: with bilinear reading that weighs the nine around as Sobel does.
  vec2 d = max(width * resolution.y / 1080.0, 0.5) / resolution;
  float a = lightAt(uv + d);
  float b = lightAt(uv - d);
  float e = lightAt(uv + vec2(d.x, -d.y));
  float f = lightAt(uv + vec2(-d.x, d.y));
  vec2 slope = vec2(a + e - b - f, a + f - b - e);
  float steep = length(slope);
  float line = clamp((steep - 0.5 * above) * strength, 0.0, 1.0);

  vec4 here = texture(source, uv);
  vec3 ink = clamp(tint.rgb, 0.0, 1.0);
  if (look == 1) ink = here.rgb / max(max(max(here.r, here.g), here.b), 0.02);
  // Hue by the angle of the slope; opposite slopes look alike, so that both sides of a limb match.
  if (look == 2) {
    float turn = steep > 0.0 ? atan(slope.y, slope.x) / 3.1415927 : 0.0;
    ink = clamp(abs(mod(6.0 * fract(turn) + vec3(0.0, 4.0, 2.0), 6.0) - 3.0) - 1.0, 0.0, 1.0);
  }
  line *= clamp(tint.a, 0.0, 1.0);
  return vec4(mix(here.rgb * ground, ink, line), mix(here.a, 1.0, line));
}
