// Turns a colour on the hexagon between its least and its greatest channel (the hue of HSV).
vec3 turnHue(vec3 c, float turns) {
  float least = min(min(c.r, c.g), c.b);
  float most = max(max(c.r, c.g), c.b);
  float chroma = most - least;
  vec3 d = (c.gbr - c.brg) / max(chroma, 1e-4) + vec3(0.0, 2.0, 4.0);
  float corner = most == c.r ? d.r : most == c.g ? d.g : d.b;
  return least + chroma * clamp(abs(mod(corner + 6.0 * turns + vec3(0.0, 4.0, 2.0), 6.0) - 3.0) - 1.0, 0.0, 1.0);
}

// Beyond its edges the picture goes on mirrored.
vec2 folded(vec2 uv) { return 1.0 - abs(mod(uv, 2.0) - 1.0); }

vec4 behind(vec2 uv, float swell) {
  vec2 size = vec2(resolution.x / resolution.y, 1.0);
  if (view == 2) return vec4(0.0);
  float nearer = zoom * (1.0 + 0.25 * pulse * swell);
  if (view == 1) {
    vec4 past = historyAgo(min(ago * beatSeconds, historyLength), uv);
    return past + plateAt(uv) * (1.0 - past.a);
  }
  float turn = 6.2831853 * fract(0.25 * spin * beat);
  vec2 p = (uv - centroid) * size / nearer;
  p = mat2(cos(turn), -sin(turn), sin(turn), cos(turn)) * p;
  return texture(source, folded(centroid + p / size));
}

vec4 effect(vec2 uv) {
  vec4 now = texelFetch(source, ivec2(gl_FragCoord.xy), 0);
  float d = distanceAt(uv);
  if (d < -3.0 * rim - 0.01) return now;
  float cover = maskAt(uv);
  float swell = 0.5 + 0.5 * cos(6.2831853 * beatPhase);
  vec4 shown = now;
  if (cover > 0.0) {
    vec4 inside = behind(uv, swell);
    // Whoever looks through a hole sees its edge shade what lies deep behind.
    inside.rgb = min(turnHue(inside.rgb, hue), inside.a) * (1.0 - depth * exp2(-max(d, 0.0) * 60.0));
    shown = mix(now, inside, cover);
  }
  // Light clings to the edge: a bright line, and a haze that ends three widths away.
  float width = max(rim, 1e-4) * mix(1.0, 0.4 + 0.6 * swell, pulse);
  float away = max(0.0, 1.0 - abs(d) / (3.0 * width));
  float haze = away * away * away;
  float core = exp2(-abs(d) / width * 10.0);
  float glow = clamp(light.a, 0.0, 1.0) * (rim > 0.0 ? min(1.0, 0.7 * haze + core) : 0.0) * mix(1.0, 0.5 + 0.5 * swell, pulse);
  vec3 hot = mix(clamp(light.rgb, 0.0, 1.0), vec3(1.0), 0.7 * core);
  return shown + vec4(hot, 1.0) * glow * (1.0 - shown);
}
