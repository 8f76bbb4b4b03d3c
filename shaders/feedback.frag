// Turns a colour on the hexagon between its least and its greatest channel (the hue of HSV). Turning around the grey axis
// instead would leave the cube of colours a little every tick, and trails would fade to grey.
vec3 turnHue(vec3 c, float turns) {
  float least = min(min(c.r, c.g), c.b);
  float most = max(max(c.r, c.g), c.b);
  float chroma = most - least;
  vec3 d = (c.gbr - c.brg) / max(chroma, 1e-4) + vec3(0.0, 2.0, 4.0);
  float corner = most == c.r ? d.r : most == c.g ? d.g : d.b;
  return least + chroma * clamp(abs(mod(corner + 6.0 * turns + vec3(0.0, 4.0, 2.0), 6.0) - 3.0) - 1.0, 0.0, 1.0);
}

// Rates are per beat, whatever the frame rate; after a long stall the trail moves on by one beat at most.
float beats() {
  return clamp(timeDelta / beatSeconds, 0.0, 1.0);
}

float kept() {
  return exp2(beats() * log2(max(decay, 0.0001)));
}

mat2 turned() {
  float turn = 6.2831853 * 0.25 * rotate * beats();
  return mat2(cos(turn), -sin(turn), sin(turn), cos(turn)) * exp2(-beats() * log2(zoom));
}

// The last picture as it has moved since, transparent where it has left the frame.
vec4 moved(vec2 uv) {
  vec2 size = vec2(resolution.x / resolution.y, 1.0);
  vec2 p = turned() * ((uv - centre) * size - vec2(shiftx, shifty) * beats());
  vec2 at = centre + p / size;
  return all(equal(at, clamp(at, 0.0, 1.0))) ? texture(previous, at) : vec4(0.0);
}

vec4 effect(vec2 uv) {
  // One pixel, cheaper than a look between four.
  vec4 now = texelFetch(source, ivec2(gl_FragCoord.xy), 0);
  float keep = kept();

  vec4 past = moved(uv);
  past.rgb = turnHue(past.rgb, 0.25 * hue * beats());
  vec4 trail = past * keep;

  if (blend == 0) return max(now, trail);
  if (blend == 2) return vec4(abs(now.rgb - trail.rgb), max(now.a, trail.a));
  // Where the trail has left the frame, only the live picture remains.
  vec4 smear = mix(now, past, past.a > 0.0 ? keep : 0.0);
  return blend == 1 ? smear : mix(smear, now, maskAt(uv));
}
