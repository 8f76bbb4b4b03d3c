import type { ParamDecl } from '../../engine/params.js'
import type { KeyDecl } from './types.js'

const TYPES: Readonly<Record<ParamDecl['type'], string>> = { float: 'float', int: 'int', beats: 'float', bool: 'bool', choice: 'int', colour: 'vec4', point: 'vec2', trigger: 'float' }

/** BT.709. */
const COLOURS = `float lumaOf(vec3 c) { return dot(c, vec3(0.2126, 0.7152, 0.0722)); }
vec2 chromaOf(vec3 c) { return vec2(dot(c, vec3(-0.1146, -0.3854, 0.5)), dot(c, vec3(0.5, -0.4542, -0.0458))); }
`

/** The hue of a colour as a unit vector (nothing for grey), and how strong it is, at least 0.05; into `out`. As the shaders' `chromaOf`. */
export const wayOf = ([r = 0, g = 0, b = 0]: readonly number[], out: Float32Array): void => {
  const [cb, cr] = [-0.1146 * r - 0.3854 * g + 0.5 * b, 0.5 * r - 0.4542 * g - 0.0458 * b]
  const strong = Math.hypot(cb, cr)
  out[0] = cb / Math.max(strong, 0.02)
  out[1] = cr / Math.max(strong, 0.02)
  out[2] = Math.max(strong, 0.05)
}

const HEAD = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
in vec2 hostUv;
`

/** `exact`: drawn pixel by pixel of the canvas, so that nothing of its size need be looked up between pixels, which costs the CPU four times as much. */
const keyHead = ({ params, memory }: KeyDecl, exact: boolean): string => {
  const look = (sampler: string, wholeSize: boolean) => (exact && wholeSize ? `texelFetch(${sampler}, ivec2(gl_FragCoord.xy), 0)` : `texture(${sampler}, uv)`)
  return `${HEAD}uniform sampler2D picture;
uniform sampler2D memory;
uniform sampler2D screenLevel;
uniform vec3 screenWay;
uniform float ready;
${Object.entries(params).map(([name, { type }]) => `uniform ${TYPES[type]} ${name};\n`).join('')}${COLOURS}vec4 pictureAt(vec2 uv) {
  vec4 c = ${look('picture', true)};
  return vec4(c.rgb / max(c.a, 0.004), c.a);
}
vec4 memoryAt(vec2 uv) { return ${look('memory', memory?.pixel === 1)}; }
`
}

/** The key in every pixel, without the islands and holes that `near` (see {@link WEAR}) has lost. */
export const matteSource = (decl: KeyDecl): string => `${keyHead(decl, true)}uniform sampler2D near;
uniform float cleans;
out vec4 mask;
${decl.glsl}void main() {
  vec4 colour = pictureAt(hostUv);
  float m = keyOf(colour, hostUv) * colour.a;
  // Half of a cell is enough to know; and what is transparent far and wide stays so.
  vec2 found = texture(near, hostUv).rg;
  vec2 sure = max(found, smoothstep(0.1, 0.5, found));
  float least = 1.0 - sure.g;
  // Where neither is left, all is smaller than the size, and it stays.
  m = cleans > 0.0 && least <= sure.r ? clamp(m, least, sure.r) : m;
  mask = vec4(m);
}
`

/** Subject and background of each cell of a grid, from four looks. */
export const gridSource = (decl: KeyDecl): string => `${keyHead(decl, false)}uniform vec2 side;
out vec4 both;
${decl.glsl}float at(vec2 uv) {
  vec4 colour = pictureAt(uv);
  return keyOf(colour, uv) * colour.a;
}
void main() {
  vec2 other = vec2(side.x, -side.y);
  float m = 0.25 * (at(hostUv - side) + at(hostUv + side) + at(hostUv - other) + at(hostUv + other));
  both = vec4(m, 1.0 - m, 0.0, 1.0);
}
`

export const memorySource = (decl: KeyDecl, remember: string): string => `${keyHead(decl, decl.memory?.pixel === 1)}uniform sampler2D lastMask;
uniform float rate;
uniform float first;
uniform float elapsed;
uniform float adapting;
out vec4 remembered;
${decl.glsl}${remember}void main() { remembered = remember(pictureAt(hostUv), texelFetch(memory, ivec2(gl_FragCoord.xy), 0), hostUv); }
`

/** The screen's level, and how sure it is, of cells of the picture. */
export const levelSource = (decl: KeyDecl, level: string): string => `${keyHead(decl, false)}uniform vec2 side;
out vec4 found;
${decl.glsl}${level}void main() {
  vec2 other = vec2(side.x, -side.y);
  found = vec4(0.25 * (levelOf(pictureAt(hostUv - side)) + levelOf(pictureAt(hostUv + side)) + levelOf(pictureAt(hostUv - other)) + levelOf(pictureAt(hostUv + other))), 0.0, 1.0);
}
`

export const spillSource = (decl: KeyDecl, despill: string): string => `${keyHead(decl, true)}uniform sampler2D mask;
out vec4 cleaned;
${decl.glsl}${despill}void main() {
  vec4 colour = despilled(pictureAt(hostUv), texelFetch(mask, ivec2(gl_FragCoord.xy), 0).r);
  cleaned = vec4(colour.rgb * colour.a, colour.a);
}
`

/** The greatest (`sense` 1) or the least (-1) of subject and background along one side, `reach` cells to either. */
export const WEAR = `${HEAD}uniform sampler2D both;
uniform vec2 along;
uniform float reach;
uniform float sense;
out vec4 worn;
void main() {
  int steps = int(ceil(reach));
  vec2 found = sense * texture(both, hostUv).rg;
  for (int i = 1; i <= steps; i++) {
    vec2 off = along * min(float(i), reach);
    found = max(found, sense * texture(both, hostUv - off).rg);
    found = max(found, sense * texture(both, hostUv + off).rg);
  }
  worn = vec4(sense * found, 0.0, 1.0);
}
`

/** A wide soft mean along one side. */
export const SOFTEN = `${HEAD}uniform sampler2D level;
uniform vec2 along;
out vec4 softened;
void main() {
  vec2 sum = vec2(0.0);
  for (int i = -6; i <= 6; i++) sum += texture(level, hostUv + float(i) * along).rg * exp(-float(i * i) / 18.0);
  softened = vec4(sum / 7.4, 0.0, 1.0);
}
`

/** The edge moved by its distance; what is soft within stays. `pixel` in picture heights. */
export const CHOKE = `${HEAD}uniform sampler2D matte;
uniform sampler2D field;
uniform sampler2D picture;
uniform float choke;
uniform float pixel;
out vec4 mask;
void main() {
  ivec2 here = ivec2(gl_FragCoord.xy);
  float m = texelFetch(matte, here, 0).r;
  float soft = max(pixel, 0.5 * abs(choke));
  float moved = smoothstep(-soft, soft, texture(field, hostUv).r - choke) * texelFetch(picture, here, 0).a;
  mask = vec4(choke > 0.0 ? min(m, moved) : max(m, moved));
}
`
