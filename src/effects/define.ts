import { READS, type Constant, type EffectDecl } from '../engine/effect.js'
import { DoppelError } from '../engine/error.js'
import { expectedOf, fitsParam, type ParamDecl } from '../engine/params.js'

/** Names every shader already has: the host's own uniforms and controls. A parameter called so would clash. */
const HOST_NAMES: ReadonlySet<string> = new Set([
  'source', 'mask', 'previous', 'fresh', 'history', 'resolution', 'time', 'bpm', 'beat', 'seed', 'frame', 'audio', 'effect', 'remember', 'soften', 'settle', 'clone',
  'main', 'mix', 'bypass', 'reset', 'uv', 'here', 'cutout', 'extra', 'piece', 'plain', 'subjects', 'box', 'boxes', 'axis', 'area', 'velocity', 'present', 'waveform', 'spectrum',
])
/** Words and built-in functions of GLSL ES 3.00 a parameter could plausibly be called. */
const GLSL_NAMES: ReadonlySet<string> = new Set((
  'attribute active asm bool break buffer case cast centroid class coherent common const continue default discard do double else enum extern external false filter fixed flat float for goto '
  + 'half highp if in inline inout input int interface invariant layout long lowp mediump namespace noinline noise out output partition patch precise precision public readonly resource restrict return '
  + 'sample sampler shared short sizeof smooth static struct subroutine superp switch template this true typedef uint uniform union unsigned using vec2 vec3 vec4 void volatile while writeonly '
  + 'abs acos asin atan ceil clamp cos cosh cross degrees determinant distance dot equal exp exp2 floor fract inverse inversesqrt isinf isnan length log log2 max min mod modf normalize not '
  + 'pow radians reflect refract round sign sin sinh smoothstep sqrt step tan tanh texture transpose trunc'
).split(' '))

const ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
/** One lower-case word: it is a GLSL identifier and a segment of an address at once. */
const PARAM_NAME = /^[a-z][a-z0-9]{0,31}$/
const SHADER = /^[a-z0-9]+(-[a-z0-9]+)*\.frag$/

/**
 * Declares an effect. Gives the declaration back as it is, with the types of its parameters kept, once it is checked.
 * @throws DoppelError naming everything that is wrong with it, not only the first thing.
 */
export const defineEffect = <const P extends Record<string, ParamDecl>>(decl: EffectDecl<P>): EffectDecl<P> => {
  const problems = [...headProblems(decl), ...Object.entries(decl.params).flatMap(([name, param]) => paramProblems(name, param))]
  if (problems.length > 0) throw new DoppelError(`the effect "${decl.id}" is declared wrongly: ${problems.join('; ')}`, 'docs/writing-an-effect.md describes every field of a declaration')
  return decl
}

const headProblems = (decl: EffectDecl): string[] => [
  ...(ID.test(decl.id) ? [] : ['its id must be lower-case words joined by hyphens']),
  ...(decl.label.trim() === '' ? ['its label is empty'] : []),
  ...(decl.about.trim() === '' ? ['it does not say what it is about'] : []),
  ...(SHADER.test(decl.shader) ? [] : [`its shader "${decl.shader}" must be a file name like ${ID.test(decl.id) ? decl.id : 'echo'}.frag`]),
  ...decl.reads.filter((r, i, all) => !READS.includes(r) || all.indexOf(r) !== i).map((r) => `it reads "${r}", which is listed twice or is none of ${READS.join(', ')}`),
  ...kindProblems(decl),
  ...plainProblems(decl),
]

/** More copies than these are no longer an arrangement; and each takes 60 bytes a tick to the GPU. */
const MOST_CLONES = 4096

const kindProblems = ({ reads, local, remembers, softens, settles, clones }: EffectDecl): string[] => [
  ...(local && clones ? ['it is local and draws clones: it can be one of them'] : []),
  ...(local && remembers ? ['it is local and remembers: it can be one of them'] : []),
  ...(local ? reads.filter((read) => read === 'history' || read === 'blurred').map((read) => `it is local, so it cannot read "${read}"`) : []),
  ...(clones ? reads.filter((read) => read === 'previous' || read === 'blurred').map((read) => `it draws clones, so it cannot read "${read}"`) : []),
  ...(softens && !reads.includes('blurred') ? ['it softens, so it must read "blurred"'] : []),
  ...(settles && !reads.includes('blurred') ? ['it settles, so it must read "blurred"'] : []),
  ...(remembers && !reads.includes('previous') ? ['it remembers, so it must read "previous"'] : []),
  ...(clones && !(Number.isInteger(clones.most) && clones.most >= 1 && clones.most <= MOST_CLONES) ? [`it draws at most ${clones.most} clones, which must be a whole number from 1 to ${MOST_CLONES}`] : []),
]

/** Kinds of parameters that can be a constant of a shader. */
const PLAIN_TYPES: ReadonlySet<string> = new Set(['float', 'beats', 'int', 'choice', 'bool'])

const plainProblems = ({ plain = {}, params }: EffectDecl): string[] =>
  Object.entries(plain).flatMap(([name, value]) => {
    const param = Object.hasOwn(params, name) ? params[name] : undefined
    if (typeof value === 'object' && 'from' in value) return param && 'min' in param && fitsParam(param, value.from) ? [] : [`its plain "${name}" is no number that can be ${value.from} or more`]
    const can = (one: Constant) => param !== undefined && PLAIN_TYPES.has(param.type) && fitsParam(param, one)
    return [value].flat().filter((one) => !can(one)).map((one) => `its plain "${name}" is no parameter that can be a constant ${String(one)}`)
  })

const paramProblems = (name: string, param: ParamDecl): string[] => [
  ...(PARAM_NAME.test(name) ? [] : [`the parameter "${name}" must be one lower-case word`]),
  ...(HOST_NAMES.has(name) ? [`the name "${name}" belongs to the host`] : []),
  ...(GLSL_NAMES.has(name) ? [`the name "${name}" is a word of GLSL`] : []),
  ...rangeProblems(param).map((problem) => `the parameter "${name}" ${problem}`),
]

const rangeProblems = (param: ParamDecl): string[] => {
  if (param.type === 'trigger') return []
  if ('min' in param && !(Number.isFinite(param.min) && Number.isFinite(param.max) && param.min < param.max)) return [`has no range from ${param.min} to ${param.max}`]
  if (param.type === 'int' && !(Number.isInteger(param.min) && Number.isInteger(param.max))) return ['counts in whole numbers, so its range must too']
  if (param.type === 'beats' && param.min < 0) return ['is a length of time and cannot be below 0']
  if (param.type === 'choice' && (param.choices.length < 2 || new Set(param.choices).size !== param.choices.length)) return ['needs two or more different choices']
  if (param.type === 'colour' && !param.default.every((v) => v >= 0 && v <= 1)) return ['has a default outside 0 to 1']
  const value: unknown = param.default
  return fitsParam(param, value) ? [] : [`has the default ${String(value)}, but takes ${expectedOf(param)}`]
}
