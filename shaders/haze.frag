// For clone effects that have depth: `extra` is how far away the copy is, from 0 to 1.
vec4 clone(vec4 cutout, vec2 uv, float extra) {
  return vec4(mix(cutout.rgb, haze.rgb * cutout.a, haze.a * clamp(extra, 0.0, 1.0)), cutout.a);
}
