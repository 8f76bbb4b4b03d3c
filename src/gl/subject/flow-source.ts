const head = (out: string, ...samplers: readonly string[]): string => `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
in vec2 hostUv;
${samplers.map((name) => `uniform sampler2D ${name};\n`).join('')}out ${out};
`

/** Luma (BT.709) of a picture made smaller: four filtered looks, each of them at a quarter of a new pixel. */
export const LUMA = `${head('float luma', 'colour')}
void main() {
  vec2 texel = 1.0 / vec2(textureSize(colour, 0));
  vec2 side = max(vec2(dFdx(hostUv.x), dFdy(hostUv.y)) * 0.25, texel * 0.25);
  vec3 sum = texture(colour, hostUv - side).rgb + texture(colour, hostUv + side).rgb
    + texture(colour, hostUv + vec2(side.x, -side.y)).rgb + texture(colour, hostUv + vec2(-side.x, side.y)).rgb;
  luma = dot(sum, vec3(0.2126, 0.7152, 0.0722) * 0.25);
}
`

/** The next coarser level: the mean of 2x2 pixels. */
export const HALVE = `${head('float luma', 'finer')}
void main() { luma = texture(finer, (2.0 * floor(gl_FragCoord.xy) + 1.0) / vec2(textureSize(finer, 0))).r; }
`

/** Luma and its gradient per pixel. */
export const SLOPES = `${head('vec4 slopes', 'luma')}
float at(ivec2 p) { return texelFetch(luma, clamp(p, ivec2(0), textureSize(luma, 0) - 1), 0).r; }
void main() {
  ivec2 p = ivec2(gl_FragCoord.xy);
  vec2 gradient = 0.5 * vec2(at(p + ivec2(1, 0)) - at(p - ivec2(1, 0)), at(p + ivec2(0, 1)) - at(p - ivec2(0, 1)));
  slopes = vec4(at(p), gradient, 1.0);
}
`

/**
 * One step of Lucas and Kanade on one level: the motion v (in this level's pixels) with which the earlier picture at p - v looks
 * like the newer one at p, starting from the coarser level's. Damped, so that where nothing can be told the coarser level's motion
 * stays; a step is at most one pixel long; and where the pictures have nothing to do with each other it fades to none.
 */
export const MOTION = `${head('vec4 motion', 'slopes', 'earlier', 'coarser')}
uniform float first;
const float DAMPING = 4e-4;
void main() {
  vec2 size = vec2(textureSize(slopes, 0));
  ivec2 here = ivec2(gl_FragCoord.xy);
  vec2 from = first > 0.0 ? vec2(0.0) : 2.0 * texture(coarser, gl_FragCoord.xy * 0.5 / vec2(textureSize(coarser, 0))).xy;
  float xx = DAMPING;
  float xy = 0.0;
  float yy = DAMPING;
  vec2 pull = vec2(0.0);
  float unlike = 0.0;
  for (int y = -1; y <= 1; y++) for (int x = -1; x <= 1; x++) {
    ivec2 p = clamp(here + 2 * ivec2(x, y), ivec2(0), ivec2(size) - 1);
    vec3 now = texelFetch(slopes, p, 0).xyz;
    float change = now.x - texture(earlier, (vec2(p) + 0.5 - from) / size).r;
    xx += now.y * now.y;
    xy += now.y * now.z;
    yy += now.z * now.z;
    pull += now.yz * change;
    unlike += change * change;
  }
  vec2 step_ = vec2(xy * pull.y - yy * pull.x, xy * pull.x - xx * pull.y) / (xx * yy - xy * xy);
  step_ *= min(1.0, 1.0 / max(length(step_), 1e-6));
  motion = vec4((from + step_) * (1.0 - smoothstep(0.01, 0.04, unlike / 9.0)), 0.0, 1.0);
}
`
