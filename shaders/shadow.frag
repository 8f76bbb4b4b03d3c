vec3 hueOf(float turns) { return clamp(abs(mod(6.0 * turns + vec3(0.0, 4.0, 2.0), 6.0) - 3.0) - 1.0, 0.0, 1.0); }

vec4 effect(vec2 uv) {
  vec4 now = texture(source, uv);
  float cover = maskAt(uv);
  vec2 size = vec2(resolution.x / resolution.y, 1.0);
  vec2 p = (uv - centroid) * size;
  // Lamps lean out on the beat and come back until the next.
  float swell = 0.5 + 0.5 * cos(6.2831853 * beatPhase);
  float reach = far * (1.0 - kick + 2.0 * kick * swell);
  float scale = 1.0 + larger;

  // The pool of light the lamps throw on the wall makes shadows show in dark rooms too.
  float pool = present * wall * exp2(-2.5 * dot(p, p));
  vec3 lit = now.rgb + pool * (now.a - now.rgb);

  // A distance changes by no more than one goes: far from the subject no shadow can fall.
  float soft = blur + 0.75 / resolution.y;
  float most = reach + length(p) * (1.0 - 1.0 / scale) + soft;
  // In the loop's head and not in an `if` around it: software GL runs both sides of one for every pixel.
  bool falls = present > 0.0 && cover < 0.999 && distanceAt(uv) > -most;
  for (int i = 0; i < lamps && falls; i++) {
    float share = float(i) / float(lamps);
    float angle = 6.2831853 * fract(beat / orbit + share);
    vec2 at = (p - reach * vec2(cos(angle), sin(angle))) / scale;
    // Distances need no blurring: how soft an edge is, is how many of them it spans.
    float shade = smoothstep(-soft, soft, distanceAt(centroid + at / size) * scale);
    // What one lamp of a colour does not light, the others light in its complement. Where all are hidden it is dark.
    vec3 left = tone * hueOf(share + 0.5) * (lamps == 1 ? 0.6 : 1.0);
    lit *= 1.0 - dark * shade * (1.0 - left);
  }
  return mix(vec4(lit, now.a), now, cover);
}
