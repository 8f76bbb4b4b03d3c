import { MASK_MODES, type EffectInstance, type Moment } from '../engine/effect.js'
import type { ParamDecl, ParamValue } from '../engine/params.js'
import type { Blurred } from './blurred.js'
import type { History } from './history.js'
import { momentSetter } from './moment.js'
import type { Program, UniformValue } from './program.js'
import { SUBJECT_GLSL } from './subject/glsl.js'
import type { SoundTextures } from './sound-textures.js'
import type { SubjectWatch } from './subject/watch.js'
import type { Target } from './types.js'

/** What the effects of a chain look at besides their input. */
export interface Surroundings {
  /** The canvas, pixels. */
  readonly size: readonly [width: number, height: number]
  /** There while an effect of the chain reads it. */
  readonly history: History | undefined
  readonly watch: SubjectWatch | undefined
  /** The picture the chain began with in this tick, and the one that cut-outs take in its place. */
  readonly cutout: { of: Target | undefined; is: Target | undefined }
  /** There while an effect of the chain reads it; each of them fills it anew. */
  readonly blurred: Blurred | undefined
  /** There while an effect of the chain reads it. */
  readonly sound?: SoundTextures | undefined
}

/** An effect in a program, and what the host put before its parameters' names there. */
export interface Player {
  readonly instance: EffectInstance
  readonly prefix: string
}

/** Puts a program into use and sets everything its effects know, but `source` and `previous`; as if the first `forgotten` captures of the history had never been. */
export type Dress = (mask: WebGLTexture, moment: Moment, forgotten: number) => void

const uniformOf = (decl: ParamDecl, value: ParamValue | undefined): UniformValue =>
  decl.type === 'choice' ? Math.max(0, decl.choices.indexOf(value as string)) : (value as UniformValue | undefined) ?? 0

/** Looks once at what the program uses: only that is set from then on. */
export const createDress = (program: Program, players: readonly Player[], { size, history, watch, sound }: Surroundings): Dress => {
  const setMoment = momentSetter(program)
  const params = players.flatMap(({ instance, prefix }) => Object.entries(instance.decl.params)
    .map(([name, decl]) => ({ uniform: `${prefix}${name}`, name, decl, values: instance.values }))
    .filter(({ uniform }) => program.has(uniform)))
  const modes = players.map(({ instance, prefix }) => ({ instance, mix: `hostMix${prefix}`, maskMode: `hostMaskMode${prefix}` }))
  const past = program.has('hostHistory') || program.has('historyLength') ? history : undefined
  const subject = players.some(({ instance: { decl } }) => decl.reads.some((read) => SUBJECT_GLSL[read] !== undefined)) ? watch : undefined
  const heard = program.has('waveform') || program.has('spectrum') ? sound : undefined
  return (mask, moment, forgotten) => {
    program.use()
    program.set('resolution', size)
    setMoment(moment)
    for (const { uniform, name, decl, values } of params) program.set(uniform, uniformOf(decl, values[name]))
    for (const { instance, mix, maskMode } of modes) {
      program.set(mix, isOn(instance) ? Math.min(1, instance.mix) : 0)
      program.set(maskMode, MASK_MODES.indexOf(instance.maskMode))
    }
    program.texture('mask', mask)
    program.texture('hostMask', mask)
    past?.apply(program, forgotten)
    subject?.apply(program)
    heard?.apply(program)
  }
}

/** Whether an effect changes anything now. */
export const isOn = ({ bypass, mix }: EffectInstance): boolean => !bypass && mix > 0

/** Whether nothing of what an effect is given is to be seen through it: then it needs no mixing. */
export const isWhole = (instance: EffectInstance): boolean => isOn(instance) && instance.mix >= 1 && instance.maskMode === 'all'
