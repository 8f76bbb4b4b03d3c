const vec3 LUMA = vec3(0.2126, 0.7152, 0.0722);

vec4 effect(vec4 here, vec2 uv) {
  vec3 c = here.a > 0.0 ? min(here.rgb / here.a, 1.0) : vec3(0.0);
  float light = clamp((dot(c, LUMA) - 0.5) / (1.0 - 0.9 * contrast) + 0.5, 0.0, 1.0);
  // There and back again, so that running colours have no seam; standing still, this leaves `light` as it is.
  light = 1.0 - abs(2.0 * fract(0.5 * light + fract(0.25 * run * beat)) - 1.0);
  vec4 paint = light < balance ? mix(dark, middle, light / balance) : mix(middle, bright, (light - balance) / (1.0 - balance));
  return vec4(mix(c, clamp(paint.rgb, 0.0, 1.0), clamp(paint.a, 0.0, 1.0)) * here.a, here.a);
}
