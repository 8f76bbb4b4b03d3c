import type { AudioBand, Component, EnvelopeTrigger, Follow, LfoShape, Polarity } from '../../engine/controls.js'
import type { Signals } from '../types.js'

interface Common {
  /** For its address; its kind unless told. */
  readonly name?: string | undefined
  /** Address of the parameter it moves. */
  readonly to: string
  readonly component?: Component | undefined
  /** How much of the range it moves through, -1..1; negative turns it round. */
  readonly depth: number
  /** Added to what was set, as part of the range, -1..1. */
  readonly offset: number
  /** Time constant of its smoothing, ms. */
  readonly smoothMs: number
  readonly polarity?: Polarity | undefined
  readonly bypass?: boolean | undefined
}

/** A wave, once `every` so many beats, or `hz` times a second where that is given. */
export interface LfoDecl extends Common {
  readonly kind: 'lfo'
  readonly shape: LfoShape
  readonly every: number
  readonly hz?: number | undefined
  /** Where in the wave it begins, 0..1. */
  readonly phase: number
  /** Part of a square's wave that is up, 0..1. */
  readonly width: number
}
/** Rises, falls to `sustain` and stays as long as its gate is open, and falls. All but `sustain` (0..1) and `every` are seconds. */
export interface EnvelopeDecl extends Common {
  readonly kind: 'envelope'
  readonly trigger: EnvelopeTrigger
  /** Beats from one to the next, of the trigger `beat`. */
  readonly every: number
  /** Name of the note, button or key, of the trigger `control`. */
  readonly control?: string | undefined
  /** Parameter that opens it by firing or changing, of the trigger `address`. */
  readonly address?: string | undefined
  readonly attack: number
  /** How long the gate stays open, but of a control, which is released. */
  readonly hold: number
  readonly decay: number
  readonly sustain: number
  readonly release: number
}
export interface AudioDecl extends Common {
  readonly kind: 'audio'
  readonly band: AudioBand
  readonly gain: number
  /** What is not louder is silence, 0..1. */
  readonly floor: number
}
/** A new value every so many beats, the same ones every time; `loop` of them, or endless when that is 0. */
export interface RandomDecl extends Common {
  readonly kind: 'random'
  readonly every: number
  readonly loop: number
  /** Part of a step that is spent on the way to the next, 0..1. */
  readonly glide: number
}
export interface StepsDecl extends Common {
  readonly kind: 'steps'
  readonly every: number
  /** Each 0..1. */
  readonly values: readonly number[]
  readonly glide: number
}
/** How the subject moves; what lies outside `range` is brought in. */
export interface FollowDecl extends Common {
  readonly kind: 'follow'
  readonly source: string
  /** From 1. */
  readonly subject: number
  readonly what: Follow
  readonly range: readonly [number, number]
}
export type ModulatorDecl = LfoDecl | EnvelopeDecl | AudioDecl | RandomDecl | StepsDecl | FollowDecl

/** What of it is played while it runs; the registry writes here. */
export interface ModulatorPlay {
  depth: number
  offset: number
  bypass: boolean
  every: number
  hz: number
}

/** Gives 0..1 once a tick. Makes nothing new. */
export interface Generator {
  tick(signals: Signals): number
  /** A note or button was pressed (with its velocity) or released (0). */
  gate?(velocity: number): void
}
