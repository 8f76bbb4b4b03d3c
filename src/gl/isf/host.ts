import type { IsfInput, IsfProgram, IsfType } from '../../engine/isf.js'
import { authored, HEAD, sound, uniforms } from '../host-source.js'
import type { Translated } from './translate.js'

/** How a picture is looked at: `straight` undoes the premultiplied alpha of the chain, `grey` has one channel, `part` fills a part of its texture. */
export type Look = 'plain' | 'straight' | 'grey' | 'part'

/** Something a shader looks at: an image or sound input, an imported picture, or a target. */
export interface Seen {
  readonly name: string
  readonly look: Look
}

const TYPES: Readonly<Record<IsfType, string>> = {
  event: 'bool', bool: 'bool', long: 'int', float: 'float', point2D: 'vec2', color: 'vec4', image: 'sampler2D', audio: 'sampler2D', audioFFT: 'sampler2D',
}
const PICTURES: ReadonlySet<IsfType> = new Set(['image', 'audio', 'audioFFT'])

/** Everything a shader may look at, in the order in which the host numbers it. `partial` are targets that change their size. */
export const seenBy = ({ inputs, images, passes }: IsfProgram, partial: ReadonlySet<string>): Seen[] => {
  const lookOf = ({ name, type }: IsfInput): Look => (type !== 'image' || name === 'maskImage' ? 'grey' : name === 'inputImage' ? 'straight' : 'plain')
  const targets = new Set(passes.flatMap(({ target }) => target ?? []))
  return [
    ...inputs.filter(({ type }) => PICTURES.has(type)).map((input) => ({ name: input.name, look: lookOf(input) })),
    ...images.map(({ name }) => ({ name, look: 'plain' as const })),
    ...[...targets].map((name) => ({ name, look: partial.has(name) ? 'part' as const : 'plain' as const })),
  ]
}

/** What a look gives; `t` is the texture's name, `p` where a part of it is: its size (0..1 of the texture) and half a texel. */
const LOOKED: Readonly<Record<Look, (t: string, p: string) => string>> = {
  plain: (t) => `texture(${t}, uv)`,
  straight: (t) => `hostStraight(texture(${t}, uv))`,
  grey: (t) => `vec4(vec3(texture(${t}, uv).r), 1.0)`,
  part: (t, p) => `texture(${t}, clamp(uv * ${p}.xy, ${p}.zw, ${p}.xy - ${p}.zw))`,
}

const waysToLook = (seen: readonly Seen[], nameOf: (name: string) => string): string => seen.map(({ name, look }, i) => {
  const texture = nameOf(name)
  return [
    `uniform sampler2D ${texture};\n`,
    look === 'part' ? `uniform vec4 hostPart${i};\n` : '',
    `vec4 hostAt${i}(vec2 uv) { return ${LOOKED[look](texture, `hostPart${i}`)}; }\n`,
    // There are no smaller versions of a picture to choose from.
    `vec4 hostAt${i}(vec2 uv, float bias) { return hostAt${i}(uv); }\n`,
    `vec2 hostSize${i}() { return vec2(textureSize(${texture}, 0))${look === 'part' ? ` * hostPart${i}.xy` : ''}; }\n`,
    `vec4 hostPixel${i}(vec2 at) { return hostAt${i}(at / hostSize${i}()); }\n`,
    `vec4 hostThis${i}() { return hostAt${i}(isf_FragNormCoord); }\n`,
  ].join('')
}).join('')

const MOMENT = 'uniform int PASSINDEX;\nuniform vec2 RENDERSIZE;\nuniform float TIME;\nuniform float TIMEDELTA;\nuniform vec4 DATE;\nuniform int FRAMEINDEX;\n'
const STRAIGHT = 'vec4 hostStraight(vec4 c) { return c.a > 0.0 ? vec4(c.rgb / c.a, c.a) : vec4(0.0); }\n'
const GIVEN = `vec2 hostSizeOf(sampler2D t) { return vec2(textureSize(t, 0)); }
vec4 hostPixelOf(sampler2D t, vec2 at) { return texture(t, at / hostSizeOf(t)); }
vec4 hostThisOf(sampler2D t) { return texture(t, isf_FragNormCoord); }
`

const declarations = ({ inputs }: IsfProgram, seen: readonly Seen[], nameOf: (name: string) => string): string => [
  MOMENT,
  uniforms(inputs.filter(({ type }) => !PICTURES.has(type)).map(({ name, type }) => [TYPES[type], nameOf(name)])),
  STRAIGHT,
  waysToLook(seen, nameOf),
  GIVEN,
].join('')

/** Largest number a 16 bit float holds: nothing but finite numbers is kept, or they would spread from tick to tick. */
const LARGEST = '65504.0'

const fragment = (program: IsfProgram, seen: readonly Seen[], { text, nameOf }: Translated, main: string): string => [
  HEAD,
  'in vec2 isf_FragNormCoord;\nvec4 hostFragColor;\nlayout(location = 0) out vec4 hostColour;\n',
  declarations(program, seen, nameOf),
  authored(text),
  main,
].join('')

/** A pass that draws a buffer: what it gives is kept as it is. */
export const bufferSource = (program: IsfProgram, seen: readonly Seen[], translated: Translated): string => fragment(program, seen, translated, `
void main() {
  hostFragColor = vec4(0.0);
  hostMain();
  hostColour = mix(clamp(hostFragColor, -${LARGEST}, ${LARGEST}), vec4(0.0), isnan(hostFragColor));
}
`)

/** Premultiplies `hostFragColor`, lays a generator's over the picture, and mixes as every effect does. */
const ending = (generator: boolean): string => `
  hostFragColor = ${sound('hostFragColor')};
  vec4 hostWet = vec4(hostFragColor.rgb * hostFragColor.a, hostFragColor.a);
  vec4 hostHere = texelFetch(hostSource, ivec2(gl_FragCoord.xy), 0);
${generator ? '  hostWet += hostHere * (1.0 - hostWet.a);\n' : ''}  float hostAmount = hostMix;
  if (hostMaskMode != 0) {
    float hostInside = texture(hostMask, gl_FragCoord.xy / vec2(textureSize(hostSource, 0))).r;
    hostAmount *= hostMaskMode == 1 ? hostInside : 1.0 - hostInside;
  }
  hostColour = hostAmount < 1.0 ? mix(hostHere, hostWet, hostAmount) : hostWet;
}
`
const MIXED = 'uniform sampler2D hostSource;\nuniform sampler2D hostMask;\nuniform float hostMix;\nuniform int hostMaskMode;\n'

/** The last pass, where it draws the effect's picture at once. */
export const pictureSource = (program: IsfProgram, seen: readonly Seen[], translated: Translated): string =>
  fragment(program, seen, translated, `\n${MIXED}void main() {\n  hostFragColor = vec4(0.0);\n  hostMain();${ending(program.generator)}`)

/** The effect's picture from what its last pass has drawn into a buffer, `hostDrawn`. */
export const showSource = (generator: boolean): string =>
  `${HEAD}in vec2 hostUv;\nlayout(location = 0) out vec4 hostColour;\nuniform sampler2D hostDrawn;\nuniform vec2 hostDrawnPart;\n${MIXED}void main() {\n  vec4 hostFragColor = texture(hostDrawn, hostUv * hostDrawnPart);${ending(generator)}`

/** The chain's picture with straight alpha, for shaders that hand it to functions of theirs. */
export const straightSource = (): string => `${HEAD}in vec2 hostUv;\nout vec4 hostColour;\nuniform sampler2D hostSource;\n${STRAIGHT}void main() { hostColour = hostStraight(texture(hostSource, hostUv)); }\n`

/** Two triangles over the whole of what is drawn to: six corners. */
const CORNER = 'vec2 hostCorner = vec2(gl_VertexID == 1 || gl_VertexID == 3 || gl_VertexID == 4 ? 1.0 : 0.0, gl_VertexID == 2 || gl_VertexID >= 4 ? 1.0 : 0.0);'
export const CORNERS = 6

const BEGIN = `void isf_vertShaderInit() {
  ${CORNER}
  gl_Position = vec4(hostCorner * 2.0 - 1.0, 0.0, 1.0);
  isf_FragNormCoord = hostCorner;
}
`

/** The shader of the corners: the author's `.vs`, which may move them, or none. */
export const vertexSource = (program: IsfProgram, seen: readonly Seen[], translated: Translated | undefined): string => [
  HEAD,
  'out vec2 isf_FragNormCoord;\n',
  translated ? declarations(program, seen, translated.nameOf) : '',
  BEGIN,
  translated ? `${authored(translated.text, 1)}\nvoid main() { hostMain(); }\n` : 'void main() { isf_vertShaderInit(); }\n',
].join('')
