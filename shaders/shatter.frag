// Three random numbers (the hash pcg3d of Jarzynski and Olano, 2020). Integers: the same on every card, and in shards.ts.
vec3 scatter(ivec3 at) {
  uvec3 v = uvec3(at) * 1664525u + 1013904223u;
  v.x += v.y * v.z; v.y += v.z * v.x; v.z += v.x * v.y;
  v ^= v >> 16u;
  v.x += v.y * v.z; v.y += v.z * v.x; v.z += v.x * v.y;
  // By way of int: without a sign, numbers are slow to convert where the CPU draws.
  return vec3(ivec3(v >> 8u)) / 16777216.0;
}

// `extra` is the shard's number (column, row and pattern, see shatter.ts) and, behind the point, how far it has gone.
vec4 clone(vec4 cutout, vec2 uv, float extra) {
  if (any(notEqual(uv, clamp(uv, 0.0, 1.0)))) cutout = vec4(0.0);
  int number = int(extra);
  float gone = extra - float(number);
  ivec3 cell = ivec3((number & 63) - 1, ((number >> 6) & 31) - 1, number >> 11);
  float aspect = resolution.x / resolution.y;
  float rows = min(float(shards), floor(62.0 / aspect));
  vec2 p = uv * vec2(aspect, 1.0) * rows;

  // How far inside the shard: the distance to the nearest line between its seed and another (after Quilez, "Voronoi edges", 2012).
  vec2 own = vec2(cell.xy) + 0.2 + 0.6 * scatter(cell).xy;
  float inside = 9.0;
  // A loop that ends where there is nothing to cut and not an `if`: software GL runs both sides of one for every pixel.
  bool cut = cutout.a > 0.0;
  for (int k = 0; k < 9 && cut; k++) {
    if (k == 4) continue;
    ivec3 other = cell + ivec3(k % 3 - 1, k / 3 - 1, 0);
    vec2 seed2 = vec2(other.xy) + 0.2 + 0.6 * scatter(other).xy;
    inside = min(inside, dot(0.5 * (own + seed2) - p, normalize(seed2 - own)));
  }
  // Whole up to its edge and soft for a pixel beyond: shards side by side leave no seam.
  float pixel = rows / resolution.y;
  cutout *= clamp(1.0 + inside / pixel, 0.0, 1.0);

  // It catches the light as it turns, most at one end.
  vec3 luck = scatter(ivec3(cell.xy, cell.z + 977));
  float lean = dot(p - own, vec2(cos(luck.x * 6.2831853), sin(luck.x * 6.2831853)));
  float light = sin(6.2831853 * (luck.y + 0.8 * gone) + 2.0 * lean);
  cutout.rgb *= 1.0 + glint * gone * (light > 0.0 ? 0.9 * light : 0.55 * light);
  cutout.rgb += 0.25 * glint * gone * pow(max(light, 0.0), 4.0) * cutout.a;
  float rim = edge * min(1.0, gone * 3.0) * (1.0 - smoothstep(0.0, max(0.05, 1.5 * pixel), inside));
  cutout.rgb = mix(cutout.rgb, vec3(cutout.a), 0.8 * rim);
  return vec4(min(cutout.rgb, cutout.a), cutout.a);
}
