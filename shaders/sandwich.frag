vec3 turnHue(vec3 c, float turns) {
  float least = min(min(c.r, c.g), c.b);
  float most = max(max(c.r, c.g), c.b);
  float chroma = most - least;
  vec3 d = (c.gbr - c.brg) / max(chroma, 1e-4) + vec3(0.0, 2.0, 4.0);
  float corner = most == c.r ? d.r : most == c.g ? d.g : d.b;
  return least + chroma * clamp(abs(mod(corner + 6.0 * turns + vec3(0.0, 4.0, 2.0), 6.0) - 3.0) - 1.0, 0.0, 1.0);
}

// `extra` is how far behind the copy is: 0 in front to 1 behind; the performer, below 0, stays as it is.
vec4 clone(vec4 cutout, vec2 uv, float extra) {
  if (extra < 0.0 || cutout.a <= 0.0) return cutout;
  return vec4(min(turnHue(cutout.rgb, hue * extra) * (1.0 - shade * extra), cutout.a), cutout.a);
}
