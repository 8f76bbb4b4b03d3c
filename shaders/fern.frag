const float TURN = 6.2831853;

// Turns a colour on the hexagon between its least and its greatest channel (the hue of HSV): unlike a turn around the grey axis
// it stays inside the colours, however often it is repeated.
vec3 turnHue(vec3 c, float turns) {
  float least = min(min(c.r, c.g), c.b);
  float most = max(max(c.r, c.g), c.b);
  float chroma = most - least;
  vec3 d = (c.gbr - c.brg) / max(chroma, 1e-4) + vec3(0.0, 2.0, 4.0);
  float corner = most == c.r ? d.r : most == c.g ? d.g : d.b;
  return least + chroma * clamp(abs(mod(corner + 6.0 * turns + vec3(0.0, 4.0, 2.0), 6.0) - 3.0) - 1.0, 0.0, 1.0);
}

vec2 turned(vec2 p, float turns) {
  float c = cos(TURN * turns);
  float s = sin(TURN * turns);
  return vec2(c * p.x - s * p.y, s * p.x + c * p.y);
}

// One affine map of an iterated function system (Barnsley, "Fractals Everywhere", 1988), applied to the last picture: it
// shrinks by `by`, turns, perhaps mirrors, and moves its root to `to`. Plants are one high in these lengths, their root is 0.
vec4 leaf(vec2 p, vec2 root, vec2 unit, vec2 to, float by, float turns, float flip) {
  vec2 q = turned(p - to, -turns) / min(by, 0.9);
  vec2 uv = root + vec2(q.x * flip, q.y) * unit;
  return all(equal(uv, clamp(uv, 0.0, 1.0))) ? texture(previous, uv) : vec4(0.0);
}

vec4 cloud = vec4(0.0);

vec4 remember(vec2 uv) {
  vec2 size2 = vec2(resolution.x / resolution.y, 1.0);
  vec2 middle = 0.5 * (box.xy + box.zw);
  // The plant stands where the subject stands; a star has its middle in the subject's.
  vec2 root = shape == 2 ? middle : vec2(middle.x, box.y);
  vec2 unit = size / size2;
  vec2 p = (uv - root) / unit;

  // Left on one beat, right on the next: what sways here comes to the tips step by step, as each is a tick old.
  float lean = sway * cos(3.14159265 * mod(beat, 2.0));
  float kick = pow(0.5 + 0.5 * cos(TURN * beatPhase), 4.0);
  float apart = spread + 0.5 * sway * kick;
  if (shape == 0) {
    cloud = leaf(p, root, unit, vec2(0.0, 0.19), 0.8, 0.5 * lean, 1.0);
    cloud = max(cloud, leaf(p, root, unit, vec2(0.0, 0.12), 0.42 * leaves, apart + lean, 1.0));
    cloud = max(cloud, leaf(p, root, unit, vec2(0.0, 0.2), 0.42 * leaves, lean - apart, -1.0));
  } else if (shape == 1) {
    cloud = leaf(p, root, unit, vec2(0.0, 0.32), 0.6 * leaves, 0.8 * apart + lean, -1.0);
    cloud = max(cloud, leaf(p, root, unit, vec2(0.0, 0.32), 0.6 * leaves, lean - 0.8 * apart, 1.0));
    cloud = max(cloud, leaf(p, root, unit, vec2(0.0, 0.36), 0.45 * leaves, lean, 1.0));
  } else if (shape == 2) {
    for (int j = 0; j < 5; j++) {
      vec2 to = turned(vec2(0.0, 0.42), 0.2 * float(j) + 2.0 * lean + apart - 0.15);
      cloud = max(cloud, leaf(p, root, unit, to, 0.42 * leaves, 0.2 * float(j) + 2.0 * lean, 1.0));
    }
  } else {
    cloud = leaf(p, root, unit, vec2(0.0, 0.2), 0.84, 0.35 * apart + lean, 1.0);
    cloud = max(cloud, leaf(p, root, unit, vec2(0.0, 0.2), 0.45 * leaves, lean - apart, -1.0));
    cloud = max(cloud, leaf(p, root, unit, vec2(0.0, 0.1), 0.3 * leaves, 0.5 + lean - apart, 1.0));
  }
  cloud.rgb = clamp(turnHue(cloud.rgb, hue), 0.0, cloud.a);
  cloud *= keep;

  // The first self, its feet on the root.
  float tall = max(box.w - box.y, 0.05);
  vec2 from = middle + (p - vec2(0.0, shape == 2 ? 0.0 : 0.5 * seedling)) * tall / seedling / size2;
  if (present > 0.5 && all(equal(from, clamp(from, 0.0, 1.0)))) {
    vec4 first = texture(source, from) * maskAt(from);
    cloud = first + (1.0 - first.a) * cloud;
  }
  return cloud;
}

vec4 effect(vec2 uv) {
  vec4 now = texture(source, uv);
  vec4 plant = clamp(cloud, 0.0, 1.0);
  vec4 world = plant + (1.0 - plant.a) * vec4(now.rgb * backdrop, now.a);
  return mix(world, now, maskAt(uv));
}
