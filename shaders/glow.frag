const vec3 LUMA = vec3(0.2126, 0.7152, 0.0722);

vec3 bright(vec3 c) {
  return c * smoothstep(above, 1.0, dot(c, LUMA));
}

vec4 soften(vec2 uv) {
  return vec4(bright(texture(source, uv).rgb), 1.0);
}

mat4 softness() {
  return blurOf(radius);
}

float strength() {
  float kick = 1.0 - beatPhase;
  return amount * (1.0 - pulse + 2.0 * pulse * kick * kick);
}

// The light that spills out around what shines, which burns a little brighter itself.
vec4 settle(vec2 uv) {
  vec3 light = strength() * (2.2 * blurredAt(uv, softness()).rgb + 0.15 * softenedAt(uv).rgb);
  return vec4(mix(light, dot(light, LUMA) * clamp(tint.rgb, 0.0, 1.0) * 1.5, clamp(tint.a, 0.0, 1.0)), 1.0);
}

vec4 effect(vec2 uv) {
  vec4 here = texelFetch(source, ivec2(gl_FragCoord.xy), 0);
  vec3 light = settledAt(uv).rgb;
  // Light adds as on a screen: towards white, never past it. Over nothing it shows by itself.
  float most = max(max(light.r, light.g), light.b);
  return vec4(here.rgb + light * (1.0 - here.rgb), here.a + most * (1.0 - here.a));
}
