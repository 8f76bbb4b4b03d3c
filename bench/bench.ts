import type { Clips } from './clips.js'

/** What the project promises of a number. */
export interface Target {
  readonly op: '<=' | '>=' | '=='
  readonly value: number
}

/** One measured number. `value` is null when it could not be measured here; `note` then says why. */
export interface Row {
  readonly metric: string
  readonly value: number | null
  readonly unit: string
  readonly target?: Target
  readonly note?: string
}

/** Pixels. */
export type Size = readonly [width: number, height: number]

export interface Context {
  /** A rough look in a fraction of the time: fewer ticks, frames and rounds. */
  readonly quick: boolean
  /** Of the canvas, for benches that take any. */
  readonly size: Size
  readonly clips: Clips
  /** What is being done, for whoever waits; never on standard output. */
  say(text: string): void
}

/** Something measured. Each runs in a process of its own, so it may open the one GL context there is. */
export interface Bench {
  readonly name: string
  readonly about: string
  run(context: Context): Promise<Row[]>
}

const HOLDS: Readonly<Record<Target['op'], (value: number, target: number) => boolean>> = {
  '<=': (value, target) => value <= target,
  '>=': (value, target) => value >= target,
  '==': (value, target) => value === target,
}

/** Whether a number keeps its promise; undefined when none was made, or there is no number. */
export const isMet = ({ value, target }: Row): boolean | undefined => (target && value !== null ? HOLDS[target.op](value, target.value) : undefined)
