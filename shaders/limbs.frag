// As in limbs.ts: how much of its length a piece also reaches inwards from the joint.
const float INWARDS = 0.15;

// Cosine and sine of a copy's turn of hue.
vec2 turned(float extra) {
  float angle = 6.2831853 * hue * abs(extra) / float(copies);
  return vec2(cos(angle), 0.57735027 * sin(angle));
}

// The length of the body, about.
float tall() {
  return sqrt(area * resolution.x / resolution.y);
}

// Keeps the limb: what lies beside the body. `extra` is the limb's number, its sign the side.
vec4 clone(vec4 cutout, vec2 uv, float extra) {
  if (cutout.a <= 0.0 || any(notEqual(uv, clamp(uv, 0.0, 1.0)))) return vec4(0.0);
  vec2 size = vec2(resolution.x / resolution.y, 1.0);
  // Out of the body: the axis, a unit vector, turned to this side.
  vec2 out2 = vec2(axis.y, -axis.x) * sign(extra);
  vec2 reach2 = 0.5 * (piece.zw - piece.xy) * size;
  vec2 inwards = 1.0 - 2.0 * INWARDS / (1.0 + INWARDS) * vec2(1.0);
  vec2 ahead = abs(axis.x) > abs(axis.y) ? vec2(0.0, out2.y >= 0.0 ? 1.0 : -1.0) : vec2(out2.x >= 0.0 ? 1.0 : -1.0, 0.0);
  vec2 q = (uv - 0.5 * (piece.xy + piece.zw)) * size + ahead * inwards * reach2;
  vec2 way = vec2(dot(q, out2), dot(q, axis));
  float body = tall();
  float far = length(q);
  // A little round at the joint, so that limbs are not cut to a point.
  float soft = 0.03 * body;
  float kept = smoothstep(-soft, soft, way.x + 0.5 * max(0.12 * body - far, 0.0));
  // Legs stand apart the more the further down.
  float down = -way.y - height * body;
  kept *= smoothstep(-soft, soft, way.x + (apart - 0.3) * body - 0.75 * max(down, 0.0) + max(-down, 0.0));
  kept *= 1.0 - smoothstep(0.9, 1.0, far / (reach * body));
  vec2 turn = turned(extra);
  vec3 c = cutout.rgb;
  c = c * turn.x + turn.y * (c.zxy - c.yzx) + dot(c, vec3(0.33333333)) * (1.0 - turn.x);
  return vec4(clamp(c, 0.0, cutout.a), cutout.a) * kept;
}
