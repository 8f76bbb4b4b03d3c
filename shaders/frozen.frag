const vec3 LUMA = vec3(0.2126, 0.7152, 0.0722);

// What is frozen, and whether it was taken in this tick.
vec4 statue;
bool taken;

// Alpha is kept 1 greater, and negative in every other cycle: that tells whether this cycle's picture has been taken.
vec4 remember(vec2 uv) {
  float way = mod(floor(beat / cycle), 2.0) < 0.5 ? 1.0 : -1.0;
  vec4 known = texelFetch(previous, ivec2(uv * resolution), 0);
  vec4 before = fresh ? vec4(0.0) : vec4(known.rgb, max(abs(known.a) - 1.0, 0.0));
  taken = fresh || known.a * way <= 0.0 || timeDelta > cycle * beatSeconds;
  statue = before;
  if (taken) {
    vec4 now = texture(source, uv);
    float m = maskAt(uv);
    statue = freeze == 0 ? now * m : mix(now, plateAt(uv), m);
    statue += before * stay * (1.0 - statue.a);
  }
  return vec4(statue.rgb, (statue.a + 1.0) * way);
}

vec4 effect(vec2 uv) {
  vec4 now = texture(source, uv);
  float into = fract(beat / cycle);
  if (into >= held) return now;
  vec4 c = vec4(min(statue.rgb, statue.a), statue.a);
  float m = maskAt(uv);
  if (c.a > 0.0) {
    float luma = dot(c.rgb, LUMA);
    vec3 cold = clamp(ice.rgb, 0.0, 1.0);
    float bright = sqrt(luma * c.a);
    // Dark ice is deep in colour, bright ice nearly white.
    vec3 frost = mix(cold * cold, mix(cold, vec3(1.0), 0.5), bright / c.a) * bright * 1.3;
    c.rgb = mix(c.rgb, min(frost, c.a), clamp(ice.a, 0.0, 1.0));
    if (!taken && carved > 0.0) {
      // As if lit from the upper left.
      vec2 r = vec2(-resolution.y / resolution.x, 1.0) * 0.004;
      c.rgb *= clamp(1.0 + 7.0 * carved * (luma - dot(texture(previous, uv + r).rgb, LUMA)), 0.3, 2.0);
    }
    c.rgb = min(c.rgb * (1.0 + 2.5 * flash * exp2(-5.0 * into * cycle)), c.a);
  }
  // Where the live subject is not to be seen, the world without it lies under the statue.
  float hidden = m * (1.0 - live);
  vec4 ground = hidden > 0.0 ? mix(now, plateAt(uv), hidden / max(1.0 - m * live, 1e-3)) : now;
  return mix(c + ground * (1.0 - c.a), now, m * live);
}
