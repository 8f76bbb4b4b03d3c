const vec3 LUMA = vec3(0.2126, 0.7152, 0.0722);

// Threshold of an ordered 4x4 dither (Bayer's matrix, from the bits of the place), -0.5 to 0.5.
float bayer(vec2 place) {
  ivec2 p = ivec2(place) & 3;
  int x = p.x ^ p.y;
  int rank = ((x & 1) << 3) | ((p.y & 1) << 2) | (x & 2) | ((p.y & 2) >> 1);
  return (float(rank) + 0.5) / 16.0 - 0.5;
}

vec4 effect(vec2 uv) {
  vec4 here = texture(source, uv);
  vec3 c = here.a > 0.0 ? min(here.rgb / here.a, 1.0) : vec3(0.0);
  // Dots of about a 540th of the height: they are meant to be seen.
  float dot540 = max(1.0, floor(resolution.y / 540.0 + 0.5));
  float offset = dither * bayer(uv * resolution / dot540);
  float last = float(levels) - 1.0;
  vec3 curve = vec3(gamma);
  if (look == 0) {
    c = pow(floor(clamp(pow(c, curve) * last + offset, 0.0, last) + 0.5) / last, 1.0 / curve);
  } else {
    float light = dot(c, LUMA);
    float stepped = pow(floor(clamp(pow(light, gamma) * last + offset, 0.0, last) + 0.5) / last, 1.0 / gamma);
    // As bright as its step wants, as far as the colour can go.
    c = light > 0.001 ? min(c * (stepped / light), 1.0) : vec3(stepped);
  }
  c = clamp(mix(vec3(dot(c, LUMA)), c, saturation), 0.0, 1.0);
  return vec4(c * here.a, here.a);
}
