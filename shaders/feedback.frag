// Turns a colour on the hexagon between its least and its greatest channel (the hue of HSV). Turning around the grey axis
// instead would leave the cube of colours a little every tick, and trails would fade to grey.
vec3 turnHue(vec3 c, float turns) {
  float least = min(min(c.r, c.g), c.b);
  float most = max(max(c.r, c.g), c.b);
  float chroma = most - least;
  vec2 side = most == c.r ? vec2(c.g - c.b, 0.0) : most == c.g ? vec2(c.b - c.r, 2.0) : vec2(c.r - c.g, 4.0);
  float corner = side.x / max(chroma, 1e-4) + side.y;
  return least + chroma * clamp(abs(mod(corner + 6.0 * turns + vec3(0.0, 4.0, 2.0), 6.0) - 3.0) - 1.0, 0.0, 1.0);
}

// Rates are per beat, whatever the frame rate; after a long stall the trail moves on by one beat at most.
float beats() {
  return clamp(timeDelta / beatSeconds, 0.0, 1.0);
}

// What is left of the past, and by how much its hue has turned.
vec2 faded() {
  return vec2(exp2(beats() * log2(max(decay, 0.0001))), 0.25 * hue * beats());
}

// From where a pixel was to where it is: turned and scaled around the centre (in uv, whose units are not square), and then shifted.
mat3 moves() {
  float aspect = resolution.x / resolution.y;
  float turn = 6.2831853 * 0.25 * rotate * beats();
  mat2 turned = mat2(cos(turn), -sin(turn) * aspect, sin(turn) / aspect, cos(turn)) * exp2(-beats() * log2(zoom));
  vec2 offset = centre - turned * (centre + vec2(shiftx / aspect, shifty) * beats());
  return mat3(vec3(turned[0], 0.0), vec3(turned[1], 0.0), vec3(offset, 1.0));
}

// The last picture as it has moved since, transparent where it has left the frame.
vec4 moved(vec2 uv) {
  vec2 at = (moves() * vec3(uv, 1.0)).xy;
  return all(equal(at, clamp(at, 0.0, 1.0))) ? texture(previous, at) : vec4(0.0);
}

vec4 effect(vec4 now, vec2 uv) {
  float keep = faded().x;

  vec4 past = moved(uv);
  past.rgb = turnHue(past.rgb, faded().y);
  vec4 trail = past * keep;

  if (blend == 0) return max(now, trail);
  if (blend == 2) return vec4(abs(now.rgb - trail.rgb), max(now.a, trail.a));
  // Where the trail has left the frame, only the live picture remains.
  vec4 smear = mix(now, past, past.a > 0.0 ? keep : 0.0);
  // In a loop's head and not in an `if`: software GL runs both sides of one for every pixel.
  for (int i = 3; i <= blend; i++) smear = mix(smear, now, maskAt(uv));
  return smear;
}
