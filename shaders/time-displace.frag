// How late this place is, from 0 (now) to 1.
float lateAt(vec2 uv) {
  vec2 at = uv * vec2(resolution.x / resolution.y, 1.0);
  float late;
  if (by == 0) {
    // Waves whose phases are bent by other waves: blobs that rise, swim and merge.
    vec2 p = vec2(at.x, at.y - rise * beat) * 3.1415927 / blob;
    float t = 0.785398 * beat;
    vec2 q = p + 1.1 * vec2(sin(0.9 * p.y + t), sin(1.1 * p.x - 0.7 * t));
    late = 0.5 + 0.29 * sin(q.x + 0.6 * sin(1.7 * q.y)) + 0.21 * sin(1.3 * q.y - 0.8 * q.x + t);
  } else if (by == 2) {
    vec4 here = texelFetch(source, ivec2(uv * resolution), 0);
    late = dot(here.rgb, vec3(0.2126, 0.7152, 0.0722));
  } else {
    // The bands lie over the body, the lowest at the feet.
    float band = clamp((uv.y - box.y) / max(box.w - box.y, 1e-3), 0.0, 1.0) * 3.0;
    vec4 near = max(vec4(0.0), 1.0 - abs(band - vec4(0.0, 1.0, 2.0, 3.0)));
    late = dot(near, clamp(audio, 0.0, 1.0));
  }
  late = clamp(late, 0.0, 1.0);
  return mix(late, late * late * late * (late * (late * 6.0 - 15.0) + 10.0), contrast);
}

// The two pictures nearest in time, mixed: whole ones would show as bands.
vec4 cutoutAgo(float seconds, vec2 uv) {
  float tick = clamp(historyStep, 1.0 / 240.0, 0.1);
  float newer = floor(seconds / tick);
  return mix(historyAgo(newer * tick, uv), historyAgo((newer + 1.0) * tick, uv), seconds / tick - newer);
}

// What hides the live subject: the world without it, a little beyond its edge too, for masks are not exact.
vec4 worldAt(vec2 uv) {
  vec2 r = vec2(0.01 * resolution.y / resolution.x, 0.01);
  float hidden = 4.0 * maskAt(uv) + maskAt(uv + r) + maskAt(uv - r) + maskAt(uv + vec2(r.x, -r.y)) + maskAt(uv + vec2(-r.x, r.y));
  return plateAt(uv) * min(hidden, 1.0);
}

// On the beat the moments come together, between beats they are farthest apart.
float apart() {
  return 1.0 - pulse * (0.5 + 0.5 * cos(6.2831853 * beatPhase));
}

vec4 clone(vec4 cutout, vec2 uv, float extra) {
  float late = lateAt(uv);
  float reach = min(span * beatSeconds, historyLength) * apart();
  vec4 past = cutoutAgo(reach * late, uv);
  // A line wherever a quarter of a beat has gone by, as wide on a steep slope as on a gentle one.
  float quarters = 4.0 * reach * late / beatSeconds;
  float slope = max(fwidth(quarters), 1e-5);

  vec3 light = clamp(tint.rgb, 0.0, 1.0);
  float luma = dot(past.rgb, vec3(0.2126, 0.7152, 0.0722));
  past.rgb = mix(past.rgb, min(light * 1.8 * luma, past.a), clamp(tint.a, 0.0, 1.0) * late * apart());
  float away = abs(fract(quarters + 0.5) - 0.5) / slope * 720.0 / resolution.y;
  float line = lines * (exp2(-away * away * 0.6) + 0.35 * exp2(-away * 0.3)) * smoothstep(0.2, 0.8, quarters) * smoothstep(0.2, 0.05, slope) * smoothstep(0.0, 0.003, slope);
  past.rgb = min(past.rgb + mix(light, vec3(1.0), 0.4 * line) * line * past.a, past.a);
  return past + worldAt(uv) * (1.0 - past.a);
}
