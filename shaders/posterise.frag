const vec3 LUMA = vec3(0.2126, 0.7152, 0.0722);

// Threshold of an ordered 4x4 dither (Bayer's matrix, from the bits of the place), -0.5 to 0.5.
float bayer(vec2 place) {
  ivec2 p = ivec2(place) & 3;
  int x = p.x ^ p.y;
  int rank = ((x & 1) << 3) | ((p.y & 1) << 2) | (x & 2) | ((p.y & 2) >> 1);
  return (float(rank) + 0.5) / 16.0 - 0.5;
}

// c to the power of p, for c from 0 to 1, to a thirtieth of a 255th; half of what `pow` costs a CPU. Logarithm and power of two are each
// the exponent (bits 23 to 30 of a float) and a polynomial for what lies between (Fonseca, "Fast SSE2 pow: tables or polynomials?", 2008).
vec3 power(vec3 c, float p) {
  ivec3 bits = floatBitsToInt(max(c, 1e-30));
  vec3 m = intBitsToFloat((bits & 0x7fffff) | 0x3f800000);
  vec3 log2c = vec3((bits >> 23) - 127) + (m - 1.0) * (2.8882705 + m * (-2.5207496 + m * (1.4811665 + m * (-0.4657256 + m * 0.0596515))));
  vec3 e = max(p * log2c, -126.0);
  vec3 f = fract(e);
  vec3 two = 1.0000026 + f * (0.6930038 + f * (0.2414428 + f * (0.0520115 + f * 0.0135342)));
  return intBitsToFloat(floatBitsToInt(two) + (ivec3(floor(e)) << 23));
}

vec4 effect(vec4 here, vec2 uv) {
  vec3 c = here.a > 0.0 ? min(here.rgb / here.a, 1.0) : vec3(0.0);
  // Dots of about a 540th of the height: they are meant to be seen.
  float dot540 = max(1.0, floor(resolution.y / 540.0 + 0.5));
  float offset = dither * bayer(uv * resolution / dot540);
  float last = float(levels) - 1.0;
  float light = dot(c, LUMA);
  vec3 stepped = look == 0 ? c : vec3(light);
  stepped = power(floor(clamp(power(stepped, gamma) * last + offset, 0.0, last) + 0.5) / last, 1.0 / gamma);
  // As bright as its step wants, as far as the colour can go.
  c = look == 0 || light <= 0.001 ? stepped : min(c * (stepped.r / light), 1.0);
  c = clamp(mix(vec3(dot(c, LUMA)), c, saturation), 0.0, 1.0);
  return vec4(c * here.a, here.a);
}
