import type { EffectDecl } from '../engine/effect.js'
import type { Plain } from './plain.js'
import { authored, HEAD, MOMENT_GLSL, paramsGlsl, readsGlsl, sound } from './host-source.js'

export { isReserved } from './host-source.js'

const SOURCE = 'uniform sampler2D source;\n'
const OWN_PIXEL = 'texelFetch(source, ivec2(gl_FragCoord.xy), 0)'

/** Largest number a 16 bit float holds. */
const LARGEST = '65504.0'

/** What goes to output 1: the effect's own picture, or what it wants to remember. `remember` comes first, so that globals it sets are there for `effect`. */
const KEPT = { no: ['', ''], picture: ['', '  hostKept = hostColour;\n'], memory: [`  vec4 hostMemory = remember(hostUv);\n  hostKept = mix(clamp(hostMemory, -${LARGEST}, ${LARGEST}), vec4(0.0), isnan(hostMemory));\n`, ''] } as const

/** Whether an effect that is played whole draws the very picture that it will read as `previous`: then it draws once, into that. */
export const isItsMemory = ({ reads, remembers }: EffectDecl): boolean => reads.includes('previous') && !remembers

const MIXING = (maskName: string) => `  float hostAmount = hostMix;
  if (hostMaskMode != 0) {
    float hostInside = texture(${maskName}, hostUv).r;
    hostAmount *= hostMaskMode == 1 ? hostInside : 1.0 - hostInside;
  }
  hostColour = mix(${OWN_PIXEL}, hostColour, hostAmount);
`

/**
 * The whole fragment shader of an effect that draws full pictures: what the host declares, the parameters as uniforms, the author's
 * `body` with its `vec4 effect(vec2 uv)`, and a `main` that mixes input and effect. What can be read is declared only for
 * effects that read it. Output 0 is the picture; for effects that read `previous`, output 1 is what becomes the next tick's
 * `previous`: the effect's own picture before mixing, or what it remembers. `whole` makes the shader for mix 1 everywhere: it
 * leaves out the mixing, which on a CPU costs as much again as a simple effect, and output 1 where that {@link isItsMemory}.
 * With `plain`, those values are constants.
 * Throws a {@link DoppelError} when a parameter has a name the host keeps for itself.
 */
export const effectSource = (decl: EffectDecl, body: string, whole = false, plain?: Plain): string => {
  const reads = new Set(decl.reads)
  const feedback = reads.has('previous')
  const kept = feedback && !(whole && isItsMemory(decl))
  const [before, after] = KEPT[!kept ? 'no' : decl.remembers ? 'memory' : 'picture']
  return [
    HEAD,
    'in vec2 hostUv;\n',
    MOMENT_GLSL,
    // A local effect has its pixel, and nothing else of the picture.
    decl.local ? '' : SOURCE,
    readsGlsl(reads),
    paramsGlsl(decl, '', plain),
    authored(body),
    decl.local ? SOURCE : '',
    whole ? '\n' : `\n${reads.has('mask') ? '' : 'uniform sampler2D hostMask;\n'}uniform float hostMix;\nuniform int hostMaskMode;\n`,
    'layout(location = 0) out vec4 hostColour;\n',
    kept ? 'layout(location = 1) out vec4 hostKept;\n' : '',
    `void main() {\n${before}  hostColour = ${sound(`effect(${decl.local ? `${OWN_PIXEL}, ` : ''}hostUv)`)};\n${after}`,
    whole ? '' : MIXING(reads.has('mask') ? 'mask' : 'hostMask'),
    '}\n',
  ].join('')
}

/** The whole fragment shader of a pass before an effect that blurs: `soften` draws what is to be blurred, and `settle` what is made of the blur. */
export const passSource = (decl: EffectDecl, body: string, pass: 'soften' | 'settle', plain?: Plain): string => [
  HEAD,
  'in vec2 hostUv;\n',
  MOMENT_GLSL,
  'uniform sampler2D source;\n',
  readsGlsl(new Set(decl.reads)),
  paramsGlsl(decl, '', plain),
  authored(body),
  `\nout vec4 hostColour;\nvoid main() { hostColour = ${sound(`${pass}(hostUv)`)}; }\n`,
].join('')

/**
 * The whole fragment shader of a generator, whose `body` declares its own uniforms and holds
 * `void generate(vec2 uv, out vec4 colour, out vec4 mask)`, with `colour` premultiplied, `uv` from the bottom left, and
 * a subject's mask in each channel. `resolution`
 * is the size it is drawn at. Output 0 is the colour, output 1 the mask; beside the picture both are 0.
 */
export const generatorSource = (body: string): string => [
  HEAD,
  'in vec2 hostUv;\n',
  MOMENT_GLSL,
  authored(body),
  `
uniform vec2 hostCorner;
layout(location = 0) out vec4 hostColour;
layout(location = 1) out vec4 hostMask;
void main() {
  vec2 hostAt = (gl_FragCoord.xy - hostCorner) / resolution;
  hostColour = vec4(0.0);
  hostMask = vec4(0.0);
  if (all(equal(hostAt, clamp(hostAt, 0.0, 1.0)))) generate(hostAt, hostColour, hostMask);
  hostColour = ${sound('hostColour')};
}
`,
].join('')
