// For clone effects that show the cut-out as it is.
vec4 clone(vec4 cutout, vec2 uv, float extra) {
  return cutout;
}
