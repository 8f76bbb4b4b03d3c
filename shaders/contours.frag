// Turns a colour on the hexagon between its least and its greatest channel (the hue of HSV).
vec3 turnHue(vec3 c, float turns) {
  float least = min(min(c.r, c.g), c.b);
  float most = max(max(c.r, c.g), c.b);
  float chroma = most - least;
  vec3 d = (c.gbr - c.brg) / max(chroma, 1e-4) + vec3(0.0, 2.0, 4.0);
  float corner = most == c.r ? d.r : most == c.g ? d.g : d.b;
  return least + chroma * clamp(abs(mod(corner + 6.0 * turns + vec3(0.0, 4.0, 2.0), 6.0) - 3.0) - 1.0, 0.0, 1.0);
}

// A neon tube so far off: its white-hot core, and light around it that falls off with the square of the distance.
vec3 tube(vec3 c, float off, float wide, float shine) {
  float pixel = 1.0 / resolution.y;
  float core = 1.0 - smoothstep(wide * 0.5 - pixel * 0.5, wide * 0.5 + pixel, off);
  float x = off / (2.5 * wide);
  return c * (core + shine / (1.0 + x * x)) + 0.45 * core;
}

// exp(-x) for x from 0 to 8, to a 255th: by the first terms of its series, for a third of what it costs a CPU.
vec3 dimmed(vec3 x) {
  return 1.0 / (1.0 + x * (1.0 + x * (0.5 + x * (0.1666667 + x * (0.0416667 + x * (0.0083333 + x * 0.0013889))))));
}

// How bright the outline is on its beat.
float kick() {
  float phase = fract(beat / rate);
  return smoothstep(0.0, 0.06, phase) * (1.0 - phase) * (1.0 - phase);
}

vec4 effect(vec2 uv) {
  vec4 here = texelFetch(source, ivec2(gl_FragCoord.xy), 0);
  float d = -distanceAt(uv);
  float inside = step(d, 0.0);
  float far = abs(d);
  // Nothing where there is no edge far and wide; and it all fades towards the end of its reach.
  float fade = clamp(1.0 - far / reach, 0.0, 1.0);
  if (fade <= 0.0) return here;
  fade *= fade;

  float phase = fract(beat / rate);
  vec3 base = clamp(tint.rgb, 0.0, 1.0);
  vec3 light = tube(base, far, line * (1.2 + 1.5 * kick()), 0.8 * glow * (0.6 + 0.9 * kick())) * tint.a;

  // Rings leave the outline on the beat, fast at first, and have moved on by one gap when the next one leaves.
  float gone = phase + 0.3 * phase * (1.0 - phase) * (1.0 - phase) * 4.0;
  float along = far / gap - gone;
  float ring = floor(along + 0.5);
  float side = mix(1.0, within, inside);
  if (side > 0.0 && ring > -0.5) {
    // A ring keeps its colour on its way.
    float count = ring - floor(beat / rate);
    vec3 c = turnHue(base, fract(hue * count));
    float born = smoothstep(0.0, 0.25, ring + gone);
    light += tube(c, abs(along - ring) * gap, line * (0.4 + 0.8 * fade), 0.5 * glow * fade) * fade * born * side;
  }
  // Light falls on what is there; the world around it steps back.
  vec3 world = here.rgb * (1.0 - dim * (1.0 - inside) * smoothstep(0.0, 0.5, fade));
  light = 1.0 - dimmed(1.4 * light);
  float most = max(max(light.r, light.g), light.b);
  return vec4(world + light * (max(here.a, most) - world), max(here.a, most));
}
