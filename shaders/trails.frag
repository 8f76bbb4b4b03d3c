const vec3 LUMA = vec3(0.2126, 0.7152, 0.0722);

// Per beat, whatever the frame rate; after a long stall trails move on by one beat at most.
float beats() {
  return clamp(timeDelta / beatSeconds, 0.0, 1.0);
}

// What is left of the trail (a fiftieth when it counts as faded), how far it has taken on the tint, and what is left where it is dim.
vec3 changes() {
  float keep = exp2(-5.64 * beats() / fade);
  return vec3(keep, clamp(tint.a, 0.0, 1.0) * (1.0 - exp2(-3.0 * beats())), keep * exp2(-4.0 * beats()));
}

vec4 effect(vec4 now, vec2 uv) {
  vec3 change = changes();
  float keep = change.x;
  vec2 size = vec2(resolution.x / resolution.y, 1.0);
  vec2 at = uv - vec2(driftx, drifty) * beats() / size;
  vec4 past = all(equal(at, clamp(at, 0.0, 1.0))) ? texture(previous, at) : vec4(0.0);
  // Where nothing drifts it is this very pixel, and the look above falls away.
  if (driftx == 0.0 && drifty == 0.0) past = texelFetch(previous, ivec2(gl_FragCoord.xy), 0);

  // The longer ago, the more of the tint.
  vec3 tinted = min(clamp(tint.rgb, 0.0, 1.0) * dot(past.rgb, LUMA) * 1.6, past.a);
  past.rgb = mix(past.rgb, tinted, change.y);

  if (look == 2) return mix(now, past, past.a > 0.0 ? keep : 0.0);
  if (look == 1) {
    // Shade: what is dark stays, and lightens back to the picture.
    vec3 gone = past.a > 0.0 ? now.rgb - past.rgb : vec3(0.0);
    return vec4(now.rgb - max(gone, 0.0) * keep, now.a);
  }
  // Dim parts fade at once: only light leaves a trail.
  float lasting = smoothstep(0.0, above + 0.02, max(max(past.r, past.g), past.b));
  return max(now, past * mix(change.z, keep, lasting));
}
