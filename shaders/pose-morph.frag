const float TURN = 6.2831853;

vec2 aspectOf() { return vec2(resolution.x / resolution.y, 1.0); }

// Poses are told apart by the sign of red: every other one is remembered with its red below 0.
float wayOf() { return mod(floor(beat / cycle) + float(snap), 2.0) < 0.5 ? 1.0 : -1.0; }

// A side of the frame that cuts the subject is no edge of it: along that way the pose goes on beyond the frame, mirrored. Not far: it is
// made up, and a pose follows the subject along such a way only a part of the frame.
const float BESIDE = 0.012;
const float ALONG = 0.15;
vec2 cutsOff() { return 1.0 - step(BESIDE, box.xy) * step(BESIDE, 1.0 - box.zw); }

// The frozen pose: the colour of the subject, not premultiplied, and the distance to its edge. One texel knows of all of it instead: where its
// centroid was, below 0 along a way that cuts it off.
vec4 remember(vec2 uv) {
  ivec2 at = ivec2(gl_FragCoord.xy);
  vec4 known = texelFetch(previous, at, 0);
  float way = wayOf();
  if (!fresh && known.r * way > 0.0) return known;
  // Nobody to take a pose of: as soon as there is.
  if (present < 0.5) return fresh ? vec4(0.0) : known;
  if (at == ivec2(0)) return vec4(way, max(centroid, 1e-3) * (1.0 - 2.0 * cutsOff()), 0.0);
  vec3 rgb = texelFetch(source, at, 0).rgb + 0.01;
  return vec4(rgb.r * way, rgb.gb, distanceAt(uv));
}

// The way to where the subject lies deeper; looks a few pixels on, for the field is soft.
vec2 inwards(vec2 uv, float here, vec2 size) {
  vec2 on = vec2(4.0 / resolution.y) / size;
  vec2 rise = vec2(distanceAt(uv + vec2(on.x, 0.0)), distanceAt(uv + vec2(0.0, on.y))) - here;
  float steepness = length(rise) * resolution.y / 4.0;
  return steepness > 1e-3 ? rise * resolution.y / 4.0 / steepness : vec2(0.0);
}

vec4 effect(vec2 uv) {
  vec4 here = texelFetch(source, ivec2(gl_FragCoord.xy), 0);
  if (present < 0.5 || fresh) return here;
  vec2 size = aspectOf();
  float live = distanceAt(uv);
  vec4 stance = texelFetch(previous, ivec2(0), 0);
  // Just taken: it is the live pose.
  bool taken = stance.r * wayOf() <= 0.0;
  vec2 cut = step(stance.gb, vec2(0.0));
  vec2 moved = centroid - abs(stance.gb);
  vec2 home = uv - mix(moved, clamp(moved, -ALONG, ALONG), cut);
  vec2 framed = clamp(home, 0.0, 1.0);
  vec4 pose = texture(previous, max(framed + (framed - home) * cut, 1.5 / resolution));
  // Beyond the frame one that is not cut off is farther away by the way there.
  float frozen = taken ? live : pose.a - length((home - framed) * (1.0 - cut) * size);
  if (max(live, frozen) < -0.12) return here;

  float phase = fract(beat / cycle);
  float into = motion == 0 ? 0.5 + 0.5 * cos(TURN * beat / swing) : motion == 1 ? 1.0 - smoothstep(0.1, 0.95, phase) : 1.0;
  into *= depth;
  float between = 4.0 * into * (1.0 - into) * (taken ? 0.0 : 1.0);
  // Where both are near, wax fills the gap between them.
  float edge = mix(live, frozen, into) + goo * between * smoothstep(-6.0 * goo - 0.001, 0.0, min(live, frozen));
  float pixel = 0.75 / resolution.y;
  float alpha = smoothstep(-pixel, pixel, edge);

  vec4 ground = live > -0.025 ? mix(here, plateAt(uv), smoothstep(-0.025, -0.008, live)) : here;
  vec4 shape = vec4(0.0);
  if (alpha > 0.0) {
    // Each colour counts where its own shape is; beside it, the colour of the edge nearest to here.
    vec2 at = clamp(uv + inwards(uv, live, size) * max(0.004 - live, 0.0) / size, 0.0, 1.0);
    vec4 nearest = texture(source, at);
    vec3 mine = nearest.rgb / max(nearest.a, 1e-3);
    vec3 other = taken ? mine : max(abs(pose.rgb) - 0.01, 0.0);
    float mineCounts = (1.0 - into) * smoothstep(-0.02, 0.006, live) + 1e-3;
    float otherCounts = into * smoothstep(0.0, 0.008, frozen);
    vec3 rgb = (mine * mineCounts + other * otherCounts) / (mineCounts + otherCounts);
    shape = vec4(min(rgb, 1.0), 1.0) * alpha;
  }
  vec4 result = shape + ground * (1.0 - shape.a);
  // The edge glows as long as it is on its way.
  float glow = clamp(rim.a, 0.0, 1.0) * between * exp(-abs(edge) * 70.0);
  return vec4(min(result.rgb + clamp(rim.rgb, 0.0, 1.0) * glow * (1.0 - result.rgb), max(result.a, glow)), max(result.a, glow));
}
