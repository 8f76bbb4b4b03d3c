const HEAD = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
precision highp sampler2DArray;
in vec2 hostUv;
`

/**
 * The picture and the mask on the grid, as one: rgb and a. The mask is placed by the mapping; beyond the picture there is none. Where it and
 * the last mask agree, part of the last one stays; where they do not, the subject has moved.
 */
export const PREPARE = `${HEAD}uniform sampler2D colour;
uniform sampler2D mask;
uniform sampler2DArray before;
uniform int layer;
uniform float steady;
uniform vec3 toX;
uniform vec3 toY;
uniform vec2 canvas;
layout(location = 0) out vec4 both;
void main() {
  vec2 side = 0.25 * vec2(dFdx(hostUv.x), dFdy(hostUv.y));
  both.rgb = 0.25 * (texture(colour, hostUv - side).rgb + texture(colour, hostUv + side).rgb
    + texture(colour, hostUv + vec2(side.x, -side.y)).rgb + texture(colour, hostUv + vec2(-side.x, side.y)).rgb);
  vec3 at = vec3(hostUv * canvas, 1.0);
  vec2 from = vec2(dot(toX, at), dot(toY, at)) / vec2(textureSize(mask, 0));
  float now = all(equal(from, clamp(from, 0.0, 1.0))) ? texture(mask, from).r : 0.0;
  float last = texture(before, vec3(hostUv, float(layer))).r;
  float differs = abs(now - last);
  both.a = mix(now, last, steady * (1.0 - smoothstep(0.1, 0.4, differs)));
}
`

/** One way of a closing: the greatest (or least) mask within so many cells along one side. */
export const CLOSE = `${HEAD}uniform sampler2D both;
uniform ivec2 along;
uniform int reach;
uniform float sign_;
out vec4 closed;
void main() {
  ivec2 here = ivec2(gl_FragCoord.xy);
  ivec2 last = textureSize(both, 0) - 1;
  closed = texelFetch(both, here, 0);
  for (int i = -8; i <= 8; i++) {
    if (abs(i) > reach) continue;
    closed.a = sign_ * max(sign_ * closed.a, sign_ * texelFetch(both, clamp(here + i * along, ivec2(0), last), 0).a);
  }
}
`

/** Of the grid's mask, what the next one is compared with. */
export const REMEMBER = `${HEAD}uniform sampler2D both;
out vec4 mask;
void main() { mask = vec4(texelFetch(both, ivec2(gl_FragCoord.xy), 0).a); }
`

/**
 * He, Sun and Tang, "Guided Image Filtering" (PAMI 2013), with a picture in colour: in each window the mask is taken to be a linear function
 * of the picture, and this is that function, a to rgb and b to alpha. Windows in which the mask does not change need no function.
 */
export const FIT = `${HEAD}uniform sampler2D both;
out vec4 line;
const float EPSILON = 1e-4;
void main() {
  ivec2 here = ivec2(gl_FragCoord.xy);
  ivec2 last = textureSize(both, 0) - 1;
  vec4 mean = vec4(0.0);
  vec3 squares = vec3(0.0);
  vec3 crosses = vec3(0.0);
  vec3 shared = vec3(0.0);
  float least = 1.0;
  float most = 0.0;
  for (int y = -2; y <= 2; y++) for (int x = -2; x <= 2; x++) {
    float p = texelFetch(both, clamp(here + ivec2(x, y), ivec2(0), last), 0).a;
    least = min(least, p);
    most = max(most, p);
  }
  if (most - least < 0.02) {
    line = vec4(0.0, 0.0, 0.0, 0.5 * (least + most));
    return;
  }
  for (int y = -2; y <= 2; y++) for (int x = -2; x <= 2; x++) {
    vec4 c = texelFetch(both, clamp(here + ivec2(x, y), ivec2(0), last), 0);
    mean += c;
    squares += c.rgb * c.rgb;
    crosses += c.rgb * c.gbr;
    shared += c.rgb * c.a;
  }
  mean /= 25.0;
  squares = squares / 25.0 - mean.rgb * mean.rgb + EPSILON;
  crosses = crosses / 25.0 - mean.rgb * mean.gbr;
  shared = shared / 25.0 - mean.rgb * mean.a;
  // crosses: rg, gb, br.
  mat3 spread = mat3(squares.r, crosses.r, crosses.b, crosses.r, squares.g, crosses.g, crosses.b, crosses.g, squares.b);
  vec3 a = inverse(spread) * shared;
  line = vec4(a, mean.a - dot(a, mean.rgb));
}
`

/** Every place lies in several windows: the mean of their functions. */
export const MEAN = `${HEAD}uniform sampler2D line;
out vec4 mean;
void main() {
  ivec2 here = ivec2(gl_FragCoord.xy);
  ivec2 last = textureSize(line, 0) - 1;
  mean = vec4(0.0);
  for (int y = -1; y <= 1; y++) for (int x = -1; x <= 1; x++) mean += texelFetch(line, clamp(here + ivec2(x, y), ivec2(0), last), 0);
  mean /= 9.0;
}
`

/** The function applied to the picture at its full size. */
export const APPLY = `${HEAD}uniform sampler2D colour;
uniform sampler2D both;
uniform sampler2D line;
uniform float guide;
out vec4 mask;
void main() {
  float plain = texture(both, hostUv).a;
  vec4 f = texture(line, hostUv);
  // Flat inside and outside: the picture's grain is not to shine through. A little contrast, for the fit is softer than the picture.
  float guided = clamp((dot(f.rgb, texture(colour, hostUv).rgb) + f.a - 0.5) * 2.0 + 0.5, 0.0, 1.0);
  mask = vec4(mix(plain, guided, guide));
}
`

/** The edge moved and softened by its distance: `choke` and `feather` in picture heights. */
export const SHAPE = `${HEAD}uniform sampler2D field;
uniform float choke;
uniform float feather;
out vec4 shaped;
void main() {
  float d = texture(field, hostUv).r - choke;
  shaped = vec4(smoothstep(-feather, feather, d));
}
`
