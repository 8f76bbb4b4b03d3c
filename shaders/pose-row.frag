// The whole part of `extra` counts the poses from the newest, 0; the rest is when in the loop it was caught.
vec4 clone(vec4 cutout, vec2 uv, float extra) {
  vec4 pose = loopAt(fract(extra), uv);
  if (pose.a <= 0.0) return vec4(0.0);
  float age = floor(extra) / max(float(poses) - 1.0, 1.0);
  float light = dot(pose.rgb, vec3(0.2126, 0.7152, 0.0722));
  vec3 tinted = min(tint.rgb * (0.3 * pose.a + light), pose.a);
  return vec4(mix(pose.rgb, tinted, tint.a * clamp(age, 0.0, 1.0)), pose.a);
}
