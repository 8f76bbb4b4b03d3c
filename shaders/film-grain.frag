const vec3 LUMA = vec3(0.2126, 0.7152, 0.0722);

// Three random numbers of a place in a film frame (the hash pcg3d of Jarzynski and Olano, 2020). Integers: the same on every card.
vec3 scatter(uvec3 v) {
  v = v * 1664525u + 1013904223u;
  v.x += v.y * v.z; v.y += v.z * v.x; v.z += v.x * v.y;
  v ^= v >> 16u;
  v.x += v.y * v.z; v.y += v.z * v.x; v.z += v.x * v.y;
  // By way of int: without a sign, numbers are slow to convert where the CPU draws.
  return vec3(ivec3(v >> 8u)) / 16777216.0;
}

// Which picture of the film it is.
uint film() {
  return uint(floor(time * rate)) + uint(int(seed)) * 7919u;
}

float light01() {
  return 1.0 - flicker * 0.4 * scatter(uvec3(0u, 77u, film())).x;
}

vec4 effect(vec4 here, vec2 uv) {
  vec3 c = here.a > 0.0 ? min(here.rgb / here.a, 1.0) : vec3(0.0);
  uint picture = film();

  // Grains lie on a lattice; the smooth step between its points makes them round.
  vec2 p = uv * resolution / (size * max(resolution.y / 1080.0, 0.5));
  vec2 f = fract(p);
  f = f * f * (3.0 - 2.0 * f);
  uvec2 cell = uvec2(ivec2(floor(p)) + 1);
  vec3 grain = mix(
    mix(scatter(uvec3(cell, picture)), scatter(uvec3(cell + uvec2(1u, 0u), picture)), f.x),
    mix(scatter(uvec3(cell + uvec2(0u, 1u), picture)), scatter(uvec3(cell + uvec2(1u, 1u), picture)), f.x), f.y) - 0.5;
  grain = mix(vec3(grain.g), grain, chroma);

  float light = dot(c, LUMA);
  c = mix(c, light * vec3(1.07, 0.94, 0.72) + vec3(0.03, 0.01, 0.0), sepia);
  // Film grains most in the middle tones; black and burnt-out white stay clean.
  c += amount * grain * (0.25 + 3.0 * light * (1.0 - light));
  vec2 off = (uv - 0.5) * 1.41421356;
  float corners = 1.0 - vignette * smoothstep(0.25, 1.0, dot(off, off));
  c = clamp(c * corners * light01(), 0.0, 1.0);
  return vec4(c * here.a, here.a);
}
