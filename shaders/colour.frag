// Luma weights of ITU-R BT.709.
const vec3 LUMA = vec3(0.2126, 0.7152, 0.0722);

// Cosine and sine of the turn.
vec2 turned() {
  return vec2(cos(6.2831853 * hue), 0.57735027 * sin(6.2831853 * hue));
}

// Turns a colour around the grey axis (Rodrigues' rotation formula); grey stays grey.
vec3 turnHue(vec3 c) {
  vec2 turn = turned();
  return c * turn.x + turn.y * (c.zxy - c.yzx) + dot(c, vec3(0.33333333)) * (1.0 - turn.x);
}

vec4 effect(vec4 here, vec2 uv) {
  // Grading bends curves, which only means something on straight (not premultiplied) colour.
  vec3 c = here.a > 0.0 ? min(here.rgb / here.a, 1.0) : vec3(0.0);

  // Warm lifts red and takes blue down as much as keeps white's luma.
  c *= 1.0 + temperature * vec3(0.30, -0.04, -0.48);
  if (gamma != 1.0) c = pow(max(c, 0.0), vec3(1.0 / gamma));
  float slope = contrast > 0.0 ? 1.0 / (1.0 - 0.99 * contrast) : 1.0 + contrast;
  c = (c - 0.5) * slope + 0.5 + brightness;
  if (hue != 0.0) c = turnHue(c);
  c = mix(vec3(dot(c, LUMA)), c, saturation);
  c = clamp(c, 0.0, 1.0);
  c = mix(c, 1.0 - c, invert);
  return vec4(c * here.a, here.a);
}
