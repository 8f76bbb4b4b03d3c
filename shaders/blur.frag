const vec3 LUMA = vec3(0.2126, 0.7152, 0.0722);
// The half size is about as soft as a disc of so many pixels, or of so many heights, of which a small picture has fewer.
const float LEAST = 3.0;
const float LEAST_PART = 0.01;

// How many times as much as dark parts the brightest count.
float favour() {
  return 1.0 + 4.0 * bloom;
}

float reach() {
  float kick = 1.0 - beatPhase;
  return radius * mix(1.0, kick * kick * kick, pulse);
}

vec2 line() {
  return reach() * vec2(cos(6.2831853 * angle), sin(6.2831853 * angle)) / vec2(resolution.x / resolution.y, 1.0);
}

// A line is drawn here, of looks that the blur then closes. Weights are kept in alpha; divided by the greatest, for nothing above 1
// can be kept.
vec4 soften(vec2 uv) {
  vec4 sum = vec4(0.0);
  for (int i = 0; i < 1 + 11 * look; i++) {
    vec4 c = texture(source, look == 1 ? uv + line() * ((2.0 * float(i) + 1.0) / 12.0 - 1.0) : uv);
    float light = dot(c.rgb, LUMA);
    sum += c * mix(1.0 / favour(), 1.0, light * light);
  }
  return look == 1 ? sum / 12.0 : sum;
}

mat4 softness() {
  return blurOf(look == 1 ? reach() / 10.0 : reach());
}

// The picture again, with its weights taken out.
vec4 settle(vec2 uv) {
  vec4 c = blurredAt(uv, softness());
  float a = min(c.a * favour(), 1.0);
  return vec4(min(c.rgb / max(c.a, 0.001), 1.0) * a, a);
}

// How much of it is blurred: what is less soft has the picture itself mixed in.
float share() {
  return clamp(reach() / min(LEAST / resolution.y, LEAST_PART), 0.0, 1.0);
}

vec4 effect(vec2 uv) {
  return plain ? settledAt(uv) : mix(texelFetch(source, ivec2(gl_FragCoord.xy), 0), settledAt(uv), share());
}
