// `previous` is the canvas as it was left by the last freeze. It changes at freezes only, and moves by whole pixels: poses stay
// crisp however long they stand. What comes between freezes (sliding, fading) is only shown. The signs of red and alpha tell
// whether the time for a freeze had come, and the trigger fired, an odd number of times.
const vec4 HAIR = vec4(1e-3, 0.0, 0.0, 1e-3);

vec4 canvasAt(vec2 uv) {
  float inside = float(all(equal(uv, clamp(uv, 0.0, 1.0))));
  return max(abs(texture(previous, uv)) - HAIR, 0.0) * inside;
}

bool isOdd(float n) { return mod(n, 2.0) > 0.5; }

// Whole pixels, as parts of the picture.
vec2 stride() { return floor(vec2(shiftx, shifty) * resolution.y + 0.5) / resolution; }

// Shared by remember and effect, which run one after the other for each pixel.
vec4 now;
float subject;
vec4 held;
bool renewed;

vec4 remember(vec2 uv) {
  now = texture(source, uv);
  subject = maskAt(uv);
  float number = floor(beat / every);
  bool odd = isOdd(number);
  bool fired = isOdd(float(freeze));
  vec4 mark = texelFetch(previous, ivec2(0), 0);
  renewed = !fresh && odd != (mark.r < 0.0);
  bool taken = renewed || (!fresh && fired != (mark.a < 0.0));

  vec3 glow = 0.55 + 0.45 * cos(6.2831853 * (hue * number + vec3(0.55, 0.88, 0.22)));
  float light = dot(now.rgb, vec3(0.2126, 0.7152, 0.0722));
  vec4 frozen = vec4(min(mix(now.rgb, glow * (0.35 * now.a + 1.2 * light), tint), now.a), now.a) * subject * float(taken);
  vec4 past = canvasAt(renewed ? uv - stride() : uv) * (fresh ? 0.0 : renewed ? pow(max(keep, 1e-6), every) : 1.0);
  held = frozen + past * (1.0 - frozen.a);
  return (held + HAIR) * vec4(odd ? -1.0 : 1.0, 1.0, 1.0, fired ? -1.0 : 1.0);
}

vec4 effect(vec2 uv) {
  float since = fract(beat / every);
  vec4 trail = renewed || fresh ? held : canvasAt(uv - stride() * smoothstep(0.0, 0.6, since));
  trail = min(trail, trail.a) * pow(max(keep, 1e-6), since * every);
  vec4 under = vec4(now.rgb * (1.0 - dim), now.a);
  return mix(trail + under * (1.0 - trail.a), now, subject);
}
