import type { PixelFormat, PlaneFormat } from '../engine/pixels.js'

/** How often a canvas pixel looks at the picture, across and up: more than once where the picture is made much smaller. */
export type Taps = readonly [across: number, up: number]

const number = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : String(value))

/**
 * Where planes are looked at, 0..1 across and down each: worked out at the corners only, for it is linear in between.
 * Subsampled chroma lies level with the left one of its two columns and halfway between its two rows (the MPEG-2 and H.264
 * default, which FFmpeg assumes too).
 */
const vertex = (chroma: PlaneFormat | undefined): string => `#version 300 es
precision highp float;
uniform vec3 toX;
uniform vec3 toY;
uniform vec2 canvas;
uniform vec2 size;
out vec2 fullAt;
out vec2 chromaAt;
void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0;
  gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
  vec3 at = vec3(corner * canvas, 1.0);
  vec2 p = vec2(dot(toX, at), dot(toY, at));
  fullAt = p / size;
${chroma ? chromaPlace(chroma) : '  chromaAt = fullAt;\n'}}
`

const chromaPlace = ({ shiftX, shiftY }: PlaneFormat): string => {
  const shift = `vec2(${number(shiftX)}, ${number(shiftY)})`
  // The plane's own size, odd ones rounded up: at an odd edge it reaches beyond the picture.
  return `  chromaAt = (p / (1.0 + ${shift}) + vec2(${number(shiftX * 0.25)}, 0.0)) / floor((size + ${shift}) / (1.0 + ${shift}));\n`
}

/** Two bytes of a sample side by side cannot be filtered apart in 8 bits: fetch four of them, join, then blend. */
const TWO_BYTES = `
vec2 joined(sampler2D plane, ivec2 at, ivec2 last) {
  vec4 bytes = texelFetch(plane, clamp(at, ivec2(0), last), 0) * 255.0;
  return (bytes.rb + 256.0 * bytes.ga) / 65535.0;
}
vec2 sampleAt(sampler2D plane, vec2 place) {
  vec2 at = place * vec2(textureSize(plane, 0));
  ivec2 last = textureSize(plane, 0) - 1;
  vec2 low = floor(at - 0.5);
  vec2 part = at - 0.5 - low;
  ivec2 i = ivec2(low);
  return mix(
    mix(joined(plane, i, last), joined(plane, i + ivec2(1, 0), last), part.x),
    mix(joined(plane, i + ivec2(0, 1), last), joined(plane, i + ivec2(1, 1), last), part.x),
    part.y);
}
`
const FILTERED = 'vec4 sampleAt(sampler2D plane, vec2 at) { return textureLod(plane, at, 0.0); }\n'

/** The stored samples at a place in the picture, in the order the conversion takes them, and alpha. */
const storedSamples = ({ model, planes, alpha }: PixelFormat): string => {
  const read = (i: number) => {
    const plane = planes[i]
    return plane ? `sampleAt(plane${i}, ${plane.shiftX + plane.shiftY > 0 ? 'chroma' : 'full'})` : 'vec4(0.0)'
  }
  const opacity = alpha && planes.length === 4 ? `${read(3)}.r` : '1.0'
  if (model === 'grey') return `vec4(${read(0)}.r, 0.0, 0.0, 1.0)`
  if (planes.length === 1) return read(0)
  if (planes.length === 2) return `vec4(${read(0)}.r, ${read(1)}.rg, 1.0)`
  const order = model === 'rgb' ? [2, 0, 1] : [0, 1, 2]
  return `vec4(${order.map((i) => `${read(i)}.r`).join(', ')}, ${opacity})`
}

/** What makes the largest code of a sample 1, when the texture gives 65535 (or 255) as 1. */
const sampleScale = ({ bits, packing }: PixelFormat): number =>
  bits === 8 ? 1 : 65535 / ((2 ** bits - 1) * (packing === 'high' ? 2 ** (16 - bits) : 1))

const ONE = '  if (all(equal(fullAt, clamp(fullAt, 0.0, 1.0)))) colour = pictureAt(fullAt, chromaAt);\n'

/** A box of looks spread evenly over the canvas pixel. */
const several = (across: number, up: number) => `
  mat2 full = mat2(dFdx(fullAt), dFdy(fullAt));
  mat2 chroma = mat2(dFdx(chromaAt), dFdy(chromaAt));
  if (all(equal(fullAt, clamp(fullAt, 0.0, 1.0)))) {
    for (int y = 0; y < ${up}; y++) for (int x = 0; x < ${across}; x++) {
      vec2 off = (vec2(x, y) + 0.5) / vec2(${across}, ${up}) - 0.5;
      colour += pictureAt(fullAt + full * off, chromaAt + chroma * off);
    }
    colour /= ${number(across * up)};
  }
`

/**
 * The shaders that make a stored picture into premultiplied RGB on the canvas, in one pass: upright, fitted, filtered.
 * Output 0 is the colour; for formats with alpha, output 1 is the mask. Beside the picture both are 0.
 * `twoByte`: samples above 8 bits lie in 8 bit textures, for want of 16 bit ones.
 */
export const frameSource = (format: PixelFormat, twoByte: boolean, [across, up]: Taps): { readonly vertex: string; readonly fragment: string } => ({
  vertex: vertex(format.planes.find(({ shiftX, shiftY }) => shiftX + shiftY > 0)),
  fragment: `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
in vec2 fullAt;
in vec2 chromaAt;
${format.planes.map((_, i) => `uniform sampler2D plane${i};\n`).join('')}uniform vec4 red;
uniform vec4 green;
uniform vec4 blue;
layout(location = 0) out vec4 colour;
${format.alpha ? 'layout(location = 1) out vec4 mask;\n' : ''}${twoByte ? TWO_BYTES : FILTERED}
vec4 pictureAt(vec2 full, vec2 chroma) {
  vec4 c = ${storedSamples(format)}${format.bits === 8 ? '' : ` * ${number(sampleScale(format))}`};
  vec4 of = vec4(c.rgb, 1.0);
  vec3 rgb = clamp(vec3(dot(red, of), dot(green, of), dot(blue, of)), 0.0, 1.0);
  return ${format.alpha ? 'vec4(rgb, 1.0) * clamp(c.a, 0.0, 1.0)' : 'vec4(rgb, 1.0)'};
}
void main() {
  colour = vec4(0.0);
${across * up === 1 ? ONE : several(across, up)}${format.alpha ? '  mask = vec4(colour.a, 0.0, 0.0, 1.0);\n' : ''}}
`,
})
