const vec3 LUMA = vec3(0.2126, 0.7152, 0.0722);
// A streak is made of so many parts, and each of so many looks.
const int PARTS = 2;
const int LOOKS = 8;

float strength() {
  float kick = 1.0 - beatPhase;
  return mix(1.0, kick * kick * kick, pulse);
}

// Takes a point a share of the whole streak on. Scaling by a power of two keeps both directions equally long; and going twice half the
// way is going all of it, so that parts join to a whole.
mat2 along(float share) {
  float turn = 6.2831853 * spin * share * strength();
  return exp2(-2.0 * amount * share * strength()) * mat2(cos(turn), sin(turn), -sin(turn), cos(turn));
}

vec2 size() {
  return vec2(resolution.x / resolution.y, 1.0);
}

// Outside the frame the picture goes on as its own mirror image: no smeared borders.
vec2 mirrored(vec2 p) {
  return 1.0 - abs(mod(centre + p / size(), 2.0) - 1.0);
}

float weight(vec4 c) {
  float light = dot(c.rgb, LUMA);
  return 1.0 + 12.0 * bloom * light * light * light;
}

mat2 step_() {
  return along(1.0 / float(LOOKS * PARTS));
}

mat2 part() {
  return along(1.0 / float(PARTS));
}

mat2 begin() {
  return along(look == 0 ? 0.0 : look == 1 ? -1.0 : -0.5);
}

// The first part of a streak.
vec4 soften(vec2 uv) {
  mat2 next = step_();
  vec2 p = (uv - centre) * size();
  vec4 sum = vec4(0.0);
  float weights = 0.0;
  for (int i = 0; i < LOOKS; i++) {
    vec4 c = texture(source, mirrored(p));
    float w = weight(c);
    sum += c * w;
    weights += w;
    p = next * p;
  }
  return sum / weights;
}

vec4 effect(vec2 uv) {
  mat2 next = part();
  vec2 p = (uv - centre) * size();
  float heights = length(p) * strength() * (1.4 * amount + 6.3 * abs(spin));
  p = begin() * p;
  vec4 sum = vec4(0.0);
  float weights = 0.0;
  for (int i = 0; i < PARTS; i++) {
    // Soft enough to close the gaps between the looks of a long streak.
    vec4 c = blurredAt(mirrored(p), heights * 0.5 / float(LOOKS * PARTS));
    float w = (1.15 - float(i) / float(PARTS)) * weight(c);
    sum += c * w;
    weights += w;
    p = next * p;
  }
  // Where a streak is hardly longer than a pixel, the picture itself is sharper.
  return mix(texelFetch(source, ivec2(gl_FragCoord.xy), 0), sum / weights, smoothstep(1.0, 5.0, heights * resolution.y));
}
