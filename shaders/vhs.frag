const vec3 LUMA = vec3(0.2126, 0.7152, 0.0722);

// 32 random bits of a number (the hash lowbias32 of Wellons, 2018). Integers: the same on every card.
uint scatter(uint x) {
  x ^= x >> 16u;
  x *= 0x7feb352du;
  x ^= x >> 15u;
  x *= 0x846ca68bu;
  return x ^ x >> 16u;
}

// Three random numbers of them, the second in the finest steps. By way of int: without a sign, numbers are slow to convert where the CPU draws.
vec3 luckOf(uint bits) {
  return vec3(ivec3(uvec3(bits >> 24u, bits >> 10u & 0x3fffu, bits & 0x3ffu))) / vec3(256.0, 16384.0, 1024.0);
}

// Tape runs at 25 pictures a second, whatever the show does.
int tape() {
  return (int(floor(time * 25.0)) + int(seed) * 4099) * 8191;
}

// Cosine of so many turns, to a thousandth: a parabola, bent into shape.
float wave(float turns) {
  float x = fract(turns + 0.75) - 0.5;
  float arc = x * (8.0 - 16.0 * abs(x));
  return arc * (0.775 + 0.225 * abs(arc));
}

// Slow waves over the height, in turns: where they stand now.
float swaying() {
  return fract(time * 0.7) - 0.25;
}

vec4 effect(vec2 uv) {
  float aspect = resolution.x / resolution.y;
  float row = floor(uv.y * float(lines));
  float kick = 1.0 - beatPhase;

  // Every line starts a little early or late; slow waves lie over that.
  uint line = scatter(uint(int(row) + tape()));
  vec3 luck = luckOf(line);
  float shift = wobble * 0.008 * (luck.x - 0.5 + 0.8 * wave(uv.y * 1.4323945 + swaying()));
  // The band where tracking slips: from the bottom up within a beat.
  float band = uv.y - 1.3 * beatPhase + 0.15;
  float slip = tracking * kick * (1.0 - smoothstep(0.0, 0.12, abs(band)));
  shift += slip * 0.12 * (0.4 + 0.6 * luck.y);
  // The head switches in the last lines at the bottom of every picture.
  shift += wobble * 0.05 * (1.0 - smoothstep(0.0, 0.025, uv.y)) * (0.5 + luck.z);

  vec2 at = vec2(clamp(uv.x + shift / aspect, 0.0, 1.0), uv.y);
  vec4 here = texture(source, at);
  float light = dot(here.rgb, LUMA);
  // Tape keeps much less of colour than of brightness: it smears to the right.
  vec3 tone = here.rgb;
  for (int i = 1; i <= 2; i++) tone += 1.5 * texture(source, at - vec2((float(i) - 0.25) / 2.0 * bleed / aspect, 0.0)).rgb;
  tone -= dot(tone, LUMA);
  vec3 c = light + 0.25 * tone * (1.0 - 0.4 * fade);
  c = mix(c, 0.07 * here.a + 0.85 * c, fade);

  // Snow: short white dashes, thick in the slipping band.
  vec3 dash = luckOf(scatter(line + uint(int(uv.x * aspect * float(lines) * 0.25 + 7.0 * luck.z))));
  c += (dash.x - 0.5) * 0.25 * snow * here.a;
  c = mix(c, vec3(0.9 * here.a), step(1.0 - 0.004 * snow - 0.35 * slip, dash.y) * (0.4 + 0.6 * dash.z));

  // Fewer pixels than two a line cannot show lines: they would only beat against the pixels.
  float visible = clamp(0.5 * resolution.y / float(lines) - 0.5, 0.0, 1.0);
  float between = 0.5 + 0.5 * wave(uv.y * float(lines));
  c *= 1.0 - dark * visible * between;
  return vec4(clamp(c, 0.0, here.a), here.a);
}
