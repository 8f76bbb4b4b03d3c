// Turns a colour on the hexagon between its least and its greatest channel (the hue of HSV): it never fades to grey.
vec3 turnHue(vec3 c, float turns) {
  float least = min(min(c.r, c.g), c.b);
  float most = max(max(c.r, c.g), c.b);
  float chroma = most - least;
  vec3 d = (c.gbr - c.brg) / max(chroma, 1e-4) + vec3(0.0, 2.0, 4.0);
  float corner = most == c.r ? d.r : most == c.g ? d.g : d.b;
  return least + chroma * clamp(abs(mod(corner + 6.0 * turns + vec3(0.0, 4.0, 2.0), 6.0) - 3.0) - 1.0, 0.0, 1.0);
}

// Shared by remember and effect, which run one after the other for each pixel.
vec4 smeared;

vec4 remember(vec2 uv) {
  vec4 now = texture(source, uv);
  // Rates are per beat, whatever the frame rate; after a long stall the smear moves on by one beat at most.
  float beats = clamp(timeDelta / beatSeconds, 0.0, 1.0);
  // Speed is 1 + kick * cos(2 pi beat): fastest on the beat. This is how far that went since the last tick, exactly.
  float pushed = beats + kick * (sin(6.2831853 * beatPhase) - sin(6.2831853 * (beatPhase - beats))) / 6.2831853;

  vec2 size = vec2(resolution.x / resolution.y, 1.0);
  vec2 p = (uv - centroid) * size - vec2(0.0, rise) * pushed;
  float turn = 1.5707963 * rotate * pushed;
  p = mat2(cos(turn), -sin(turn), sin(turn), cos(turn)) * p * exp2(-pushed * log2(zoom));
  vec2 at = centroid + p / size;
  vec4 past = all(equal(at, clamp(at, 0.0, 1.0))) ? texture(previous, at) : vec4(0.0);
  past.rgb = min(turnHue(past.rgb, 0.25 * hue * beats), past.a);

  // Dark clothes shed light too, or only hands and faces would.
  float m = maskAt(uv);
  float most = max(max(now.r, now.g), now.b);
  vec4 fed = mix(now * world, vec4(now.rgb * inversesqrt(max(most / max(now.a, 1e-4), 0.02)), now.a) * shed, m);
  smeared = max(fed, past * exp2(beats * log2(max(decay, 0.0001))));
  return smeared;
}

vec4 effect(vec2 uv) {
  vec4 now = texture(source, uv);
  vec4 around = vec4(now.rgb * (1.0 - dim), now.a);
  around += smeared * (1.0 - around);
  return mix(around, now, maskAt(uv));
}
