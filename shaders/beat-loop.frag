// `extra` is when in the loop, from 0 to 1; below 0 it is now.
vec4 clone(vec4 cutout, vec2 uv, float extra) {
  return extra < 0.0 ? cutout : loopAt(extra, uv);
}
