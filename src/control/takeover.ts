import type { Takeover } from '../engine/controls.js'
import { clamp01 } from './curve.js'

/** What a fader has to remember to take a parameter over without a jump. */
export interface Grip {
  /** Where it stood; NaN before it was first moved. */
  last: number
  /** Its parameter follows it. */
  held: boolean
}

/** So near counts as the same place, in parts of a fader's way: less than what 7 bits can tell apart. */
const NEAR = 1 / 128

type Way = (grip: Readonly<Grip>, position: number, current: number) => number
const WAYS: Readonly<Record<Takeover, Way>> = {
  jump: (_grip, position) => position,
  // It catches the value when it meets it or passes it.
  pickup: ({ last, held }, position, current) =>
    (held || Math.abs(position - current) <= NEAR || (last - current) * (position - current) <= 0 ? position : Number.NaN),
  // What is left of the value's way shrinks as what is left of the fader's: they meet at the end, if not before.
  scale({ last, held }, position, current) {
    if (held || Math.abs(position - current) <= NEAR) return position
    if (Number.isNaN(last) || position === last) return Number.NaN
    const up = position > last
    const room = up ? 1 - last : last
    const left = up ? 1 - position : position
    return room <= 0 ? Number.NaN : clamp01(up ? 1 - ((1 - current) * left) / room : (current * left) / room)
  },
}

/**
 * The position the parameter takes when its fader stands at `position` and the parameter itself at `current`; NaN while the fader
 * has not caught it. `grip` is kept up to date; whoever else moves the parameter has to clear its `held`.
 */
export const takeOver = (takeover: Takeover, grip: Grip, position: number, current: number): number => {
  const taken = WAYS[takeover](grip, position, current)
  grip.held = taken === position || (!Number.isNaN(taken) && Math.abs(taken - position) <= NEAR / 2)
  grip.last = position
  return taken
}
