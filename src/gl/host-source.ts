import type { EffectDecl, Reads } from '../engine/effect.js'
import { DoppelError } from '../engine/error.js'
import type { ParamDecl } from '../engine/params.js'
import { literalOf, type Plain } from './plain.js'
import { AUTHOR } from './shader-error.js'
import { SUBJECT_GLSL, SUBJECT_NAMES } from './subject/glsl.js'

export const HEAD = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
precision highp sampler2DArray;
`

/** What every shader knows of the moment it is drawn for. Names and types; `Moment` gives the values. */
const MOMENT: readonly (readonly [type: string, name: string])[] = [
  ['vec2', 'resolution'],
  ['float', 'time'], ['float', 'timeDelta'], ['int', 'frame'],
  ['float', 'bpm'], ['float', 'beat'], ['float', 'beatPhase'], ['float', 'barPhase'], ['float', 'beatSeconds'],
  ['float', 'seed'], ['vec4', 'audio'],
]

/** GLSL type of a parameter: beats are a float, a choice its index, a trigger how often it fired. */
const PARAM_TYPES: Readonly<Record<ParamDecl['type'], string>> = {
  float: 'float', beats: 'float', int: 'int', choice: 'int', trigger: 'int', bool: 'bool', colour: 'vec4', point: 'vec2',
}

const RESERVED: ReadonlySet<string> = new Set([
  ...MOMENT.map(([, name]) => name),
  ...SUBJECT_NAMES,
  'source', 'mask', 'maskAt', 'previous', 'fresh', 'history', 'historyAgo', 'historyLength', 'historyStep', 'blurredAt', 'softenedAt', 'blurOf', 'soften', 'settle', 'settledAt', 'waveform', 'waveformAt', 'spectrum', 'spectrumAt',
  'effect', 'remember', 'clone', 'main', 'uv', 'here', 'cutout', 'extra', 'piece', 'plain', 'mix', 'bypass', 'reset',
])

/** Whether the host keeps this name for itself. */
export const isReserved = (name: string): boolean => RESERVED.has(name) || name.startsWith('host') || name.startsWith('gl_') || name.includes('__')

export const uniforms = (list: readonly (readonly [type: string, name: string])[]): string => list.map(([type, name]) => `uniform ${type} ${name};\n`).join('')

export const MOMENT_GLSL = uniforms(MOMENT)

const MASK = `uniform sampler2D mask;
float maskAt(vec2 uv) { return texture(mask, uv).r; }
`

/**
 * The ring's layers go round: `hostNewest` is the layer captured last, `hostAge` seconds ago, and each layer before it is
 * `hostStep` seconds older. The picture nearest in time is taken whole: mixing two of them would show every limb twice.
 */
const HISTORY = `uniform sampler2DArray hostHistory;
uniform int hostNewest;
uniform int hostFilled;
uniform float hostStep;
uniform float hostAge;
uniform float historyLength;
uniform float historyStep;
vec4 historyAgo(float seconds, vec2 uv) {
  if (uv.x < 0.0 || uv.y < 0.0 || uv.x > 1.0 || uv.y > 1.0) return vec4(0.0);
  int back = clamp(int(floor((seconds - hostAge) / hostStep + 0.5)), 0, hostFilled - 1);
  int layers = textureSize(hostHistory, 0).z;
  int layer = hostNewest - back;
  return texture(hostHistory, vec3(uv, float(layer < 0 ? layer + layers : layer)));
}
`

const PREVIOUS = 'uniform sampler2D previous;\nuniform bool fresh;\n'

/** Most sizes `blurred.ts` keeps a picture in. */
export const BLUR_SIZES = 9

/**
 * Where a size stands in its texture (corner and extent, in uv of the texture), and a look at it that keeps clear of its
 * neighbours; `margin` is half a texel.
 */
export const BLUR_LOOK = `vec4 hostBlurLook(sampler2D sizes, vec4 place, vec2 margin, vec2 uv) {
  return texture(sizes, place.xy + clamp(uv * place.zw, margin, place.zw - margin));
}
`

/**
 * `radius` is that of a disc as soft, in heights of the canvas; the half size is the least soft there is. A size has 0.77 of its texel's
 * width as its standard deviation, a disc half its radius: so one as soft has 1 / 0.65 of the texel as its radius. The size is the exponent of
 * that texel (in bits 23 to 30 of a float), and how far it is on the way to the next the mantissa below. `blurOf` finds them once where the
 * radius is the same for all pixels.
 */
const BLURRED = `uniform sampler2D hostBlurOdd;
uniform sampler2D hostBlurEven;
uniform vec4 hostBlurPlaces[${BLUR_SIZES + 1}];
uniform vec4 hostBlurMargins;
uniform float hostBlurLargest;
mat4 blurOf(float radius) {
  float texel = clamp(0.65 * radius * resolution.y, 2.0, hostBlurLargest);
  int below = (floatBitsToInt(texel) >> 23) - 127;
  float above = intBitsToFloat((floatBitsToInt(texel) & 0x7fffff) | 0x3f800000) - 1.0;
  vec4 even = hostBlurPlaces[below + 1 & ~1];
  vec4 odd = hostBlurPlaces[below | 1];
  return mat4(even, odd, vec4(even.zw, odd.zw) - hostBlurMargins, vec4((below & 1) == 1 ? 1.0 - above : above));
}
vec4 blurredAt(vec2 uv, mat4 of) {
  vec4 even = texture(hostBlurEven, of[0].xy + clamp(uv * of[0].zw, hostBlurMargins.xy, of[2].xy));
  vec4 odd = texture(hostBlurOdd, of[1].xy + clamp(uv * of[1].zw, hostBlurMargins.zw, of[2].zw));
  return mix(even, odd, of[3].x);
}
vec4 softenedAt(vec2 uv) {
  vec4 half2 = hostBlurPlaces[1];
  return texture(hostBlurOdd, half2.xy + clamp(uv * half2.zw, hostBlurMargins.zw, half2.zw - hostBlurMargins.zw));
}
vec4 blurredAt(vec2 uv, float radius) { return blurredAt(uv, blurOf(radius)); }
uniform sampler2D hostSettled;
vec4 settledAt(vec2 uv) { return texture(hostSettled, uv); }
`

/** As ISF has its `audio` and `audioFFT`: a row for each channel (one: it is heard in mono), a column for each sample or bin; a wave's rest is 0.5. */
const WAVEFORM = `uniform sampler2D waveform;
float waveformAt(float x) { return 2.0 * texture(waveform, vec2(x, 0.5)).r - 1.0; }
`
const SPECTRUM = `uniform sampler2D spectrum;
float spectrumAt(float x) { return texture(spectrum, vec2(x, 0.5)).r; }
`

const READ_GLSL: Readonly<Partial<Record<Reads, string>>> = { ...SUBJECT_GLSL, mask: `${MASK}${SUBJECT_GLSL.mask ?? ''}`, history: HISTORY, previous: PREVIOUS, blurred: BLURRED, waveform: WAVEFORM, spectrum: SPECTRUM }

/** Declares what effects read. */
export const readsGlsl = (reads: ReadonlySet<Reads>): string => [...reads].map((read) => READ_GLSL[read] ?? '').join('')

/**
 * The parameters as uniforms, their names after `prefix`; those of `plain` are constants, and whether there are any is another. Throws a {@link DoppelError} when one has a name the host keeps
 * for itself.
 */
export const paramsGlsl = ({ id, params }: EffectDecl, prefix = '', plain?: Plain): string => {
  const clash = Object.keys(params).find(isReserved)
  if (clash !== undefined) throw new DoppelError(`the effect ${id} has a parameter "${clash}", a name the host uses itself`, 'rename the parameter: docs/writing-an-effect.md lists what the host declares')
  const declarations = Object.entries(params).map(([name, decl]) => {
    const value = plain?.[name]
    const declared = `${PARAM_TYPES[decl.type]} ${prefix}${name}`
    return value === undefined || typeof value === 'object' ? `uniform ${declared};\n` : `const ${declared} = ${literalOf(decl, value)};\n`
  })
  return `const bool ${prefix}plain = ${plain !== undefined};\n${declarations.join('')}`
}

/** An author's part, counted from line 1 in messages whatever stands before it; `index` tells it from others in one shader. */
export const authored = (body: string, index = 0): string => `#line 1 ${AUTHOR + index}\n${body.endsWith('\n') ? body : `${body}\n`}`

/** `max(0, NaN)` is 0 by GLSL's definition of max (y where x < y, else x), so nothing but 0..1 leaves here. */
export const sound = (colour: string): string => `min(max(vec4(0.0), ${colour}), 1.0)`
