// `extra` is how many repeats ago a copy was the newest; below 0 it hides the live subject.
vec4 clone(vec4 cutout, vec2 uv, float extra) {
  if (extra < 0.0) return worldAt(uv);
  if (cutout.a <= 0.0) return cutout;
  float into = mod(beat, every);
  float luma = dot(cutout.rgb, vec3(0.2126, 0.7152, 0.0722));
  // Those that stay turn to light of one colour each: pink, violet, blue.
  vec3 neon = 0.6 + 0.4 * cos(6.2831853 * (0.14 * extra + vec3(0.0, 0.45, 0.12)));
  vec3 rgb = mix(cutout.rgb, neon * (1.8 * luma + 0.2 * cutout.a), min(1.0, 0.9 * extra));
  // The first time it is played there is nothing to see yet.
  if (extra < 0.5 && into >= slice) rgb += flash * exp2(-8.0 * fract(into / slice)) * (0.6 * rgb + 0.5 * cutout.a);
  return vec4(min(rgb, cutout.a), cutout.a);
}
