const vec3 LUMA = vec3(0.2126, 0.7152, 0.0722);

vec4 cellColour(vec2 p, vec2 cell) {
  return texture(source, clamp(0.5 + p * cell, 0.0, 1.0));
}

// How much of the pixel `inset` cells away from its cell's middle is covered, antialiased over one pixel.
float cover(float inset, vec4 c, float pixelsPerCell) {
  if (gap == 0.0 && ink == 0.0 && shape != 2) return 1.0;
  float luma = c.a > 0.0 ? dot(c.rgb, LUMA) / c.a : 0.0;
  float radius = 0.5 * (1.0 - gap) * mix(1.0, sqrt(luma), ink);
  return clamp((radius - inset) * pixelsPerCell + 0.5, 0.0, 1.0);
}

// Distance from a hexagon's middle in widths across flats, pointed end up: 0.5 on the border.
float hexDistance(vec2 p) {
  p = abs(p);
  return max(p.x, 0.5 * p.x + 0.8660254 * p.y);
}

// The two interleaved rectangular grids whose cells make up a honeycomb; the middle nearest to p in one of them.
vec2 hexMiddle(vec2 p, vec2 offset) {
  vec2 spacing = vec2(1.0, 1.7320508);
  return (floor((p - offset) / spacing + 0.5)) * spacing + offset;
}

vec4 effect(vec2 uv) {
  float kick = 1.0 - beatPhase;
  float height = size * (1.0 + 2.0 * pulse * kick * kick * kick);
  // Cells are counted from the middle of the picture, so that it stays in place while their size changes.
  vec2 cell = height * (regular ? vec2(resolution.y / resolution.x, 1.0) : vec2(1.0));
  vec2 p = (uv - 0.5) / cell;
  float pixels = cell.y * resolution.y;

  if (shape == 1) {
    vec2 a = hexMiddle(p, vec2(0.0));
    vec2 b = hexMiddle(p, vec2(0.5, 0.8660254));
    float da = hexDistance(p - a);
    float db = hexDistance(p - b);
    vec4 ca = cellColour(a, cell);
    vec4 cb = cellColour(b, cell);
    // Slanted borders lie between the two grids: blending both there antialiases them.
    return mix(cb * cover(db, cb, pixels), ca * cover(da, ca, pixels), clamp(0.5 * (db - da) * pixels + 0.5, 0.0, 1.0));
  }
  vec2 middle = floor(p + 0.5);
  vec2 q = abs(p - middle);
  vec4 c = cellColour(middle, cell);
  return c * cover(shape == 2 ? length(q) : max(q.x, q.y), c, pixels);
}
