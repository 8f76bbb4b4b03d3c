const float TURN = 6.2831853;
// Every ring so much larger than the one in it.
const float GROW = 2.1;

// Turns a colour on the hexagon between its least and its greatest channel (the hue of HSV).
vec3 turnHue(vec3 c, float turns) {
  float least = min(min(c.r, c.g), c.b);
  float most = max(max(c.r, c.g), c.b);
  float chroma = most - least;
  vec3 d = (c.gbr - c.brg) / max(chroma, 1e-4) + vec3(0.0, 2.0, 4.0);
  float corner = most == c.r ? d.r : most == c.g ? d.g : d.b;
  return least + chroma * clamp(abs(mod(corner + 6.0 * turns + vec3(0.0, 4.0, 2.0), 6.0) - 3.0) - 1.0, 0.0, 1.0);
}

vec4 effect(vec2 uv) {
  vec4 here = texture(source, uv);
  if (present < 0.5) return here;
  float own = maskAt(uv);
  vec2 size = vec2(resolution.x / resolution.y, 1.0);
  vec2 p = (uv - centroid) * size;
  float far = length(p);
  float angle = far > 0.0 ? atan(p.y, p.x) : 0.0;
  float wedge = TURN / float(wedges);
  // Where on the subject the wedge has its point, and that it opens along it: from the feet upwards, from the head down.
  vec2 along = axis * (root > 0.0 ? -1.0 : 1.0);
  vec2 middle = 0.5 * (box.xy + box.zw) * size;
  vec2 point2 = mix(centroid * size, middle - along * 0.5 * dot(abs(axis), (box.zw - box.xy) * size), abs(root));
  // Left on one bar, right on the next.
  float lean = TURN * (sway * sin(TURN * 0.125 * beat) - 0.125 / float(wedges));
  vec2 aim = vec2(along.x * cos(lean) - along.y * sin(lean), along.x * sin(lean) + along.y * cos(lean));
  float turn = TURN * fract(spin * beat * 0.25);
  // Strikes within a tenth of a beat, and is at rest again when the next one comes.
  float kick = smoothstep(0.0, 0.1, beatPhase) * (1.0 - beatPhase) * (1.0 - beatPhase);

  vec4 bloom = vec4(0.0);
  float scale = zoom;
  float way = 1.0;
  for (int i = 0; i < rings; i++) {
    float reach = far / (scale * (1.0 + pulse * 0.35 * kick * way));
    // Every other ring turns the other way round, half a wedge on.
    float fold = abs(mod(angle - way * turn + 0.5 * wedge * float(i), wedge) - 0.5 * wedge);
    vec2 at = (point2 + reach * (cos(fold) * aim + sin(fold) * vec2(-aim.y, aim.x))) / size;
    vec4 more = all(equal(at, clamp(at, 0.0, 1.0))) ? texture(source, at) * maskAt(at) : vec4(0.0);
    more.rgb = min(turnHue(more.rgb, hue * float(i)), more.a);
    bloom += more * (1.0 - bloom.a);
    scale *= GROW;
    way = -way;
  }
  vec4 world = bloom + here * (1.0 - bloom.a);
  return itself == 0 ? mix(world, here, own) : world;
}
