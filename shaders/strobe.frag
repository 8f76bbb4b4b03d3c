// How much of the flash there is now.
float lit() {
  // Too fast for the limit: half as often, and again half as often, so that flashes stay on the beat.
  float halvings = ceil(max(0.0, -log2(limit * period * beatSeconds) - 0.001));
  float phase = fract(beat / (period * exp2(halvings)));
  return phase < duty ? mix(1.0, 1.0 - phase / duty, fade) : 0.0;
}

vec4 effect(vec4 here, vec2 uv) {
  vec3 c = here.a > 0.0 ? min(here.rgb / here.a, 1.0) : vec3(0.0);
  vec3 flash = look == 0 ? clamp(tint.rgb, 0.0, 1.0) : look == 1 ? vec3(0.0) : 1.0 - c;
  c = mix(c, flash, lit() * clamp(tint.a, 0.0, 1.0));
  return vec4(c * here.a, here.a);
}
