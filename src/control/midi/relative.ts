import { RELATIVE_ENCODINGS, type RelativeEncoding } from '../../engine/controls.js'

export type { RelativeEncoding } from '../../engine/controls.js'
export const relativeEncodings: readonly RelativeEncoding[] = RELATIVE_ENCODINGS

/** Steps, signed, that a value 0..127 means. */
export const stepsOf = (encoding: RelativeEncoding, value: number): number => {
  switch (encoding) {
    case 'twos': return value < 64 ? value : value - 128
    case 'offset': return value - 64
    case 'sign': return value < 64 ? value : 64 - value
  }
}

/** A hand turns a few detents between two messages; more than this in one message is a sign of the wrong encoding. */
const QUICK_STEPS = 24

/** How unlikely a value is in an encoding: 0 for one step, growing with the steps; a message that says "no step" is hardly ever sent. */
const surprise = (encoding: RelativeEncoding, value: number): number => {
  const steps = Math.abs(stepsOf(encoding, value))
  return steps === 0 ? QUICK_STEPS : Math.min(QUICK_STEPS, steps - 1)
}

export interface Detected {
  readonly encoding: RelativeEncoding
  /** False when another encoding would explain the values just as well, as while it was turned one way only. */
  readonly sure: boolean
}

/** The encoding that needs the fewest steps to explain the values. Of equals the one that takes the turn for clockwise, then two's complement. */
const bestOf = (costs: readonly number[], clockwise: readonly number[]): Detected => {
  const order = [0, 1, 2].sort((a, b) => (costs[a] ?? 0) - (costs[b] ?? 0) || (clockwise[b] ?? 0) - (clockwise[a] ?? 0) || a - b)
  const [best = 0, next = 1] = order
  return { encoding: relativeEncodings[best] ?? 'twos', sure: (costs[next] ?? 0) - (costs[best] ?? 0) >= QUICK_STEPS / 2 }
}

/** Goes from one direction to the other without a stop between, which a knob on its way does at most once. */
const leapt = (a: number, b: number): boolean =>
  Math.abs(a - b) > 32 || ((a - 64) * (b - 64) < 0 && Math.abs(a - 64) <= 3 && Math.abs(b - 64) <= 3)

/**
 * Tells an encoder from a knob or fader, and which of the three encodings it speaks, from the values (0..127) of one gesture.
 * A knob sends a value once and passes through its neighbours; an encoder repeats itself. Undefined for a knob, and for
 * fewer than four values.
 */
export const detectRelative = (values: readonly number[]): Detected | undefined => {
  if (values.length < 4) return undefined
  const repeats = values.filter((value, i) => i > 0 && value === values[i - 1]).length
  const leaps = values.filter((value, i) => i > 0 && leapt(values[i - 1] ?? value, value)).length
  const ends = values.every((value) => value === 0 || value === 127)
  if (ends || repeats + leaps < (values.length - 1) / 3) return undefined
  const costs = relativeEncodings.map((encoding) => values.reduce((sum, value) => sum + surprise(encoding, value), 0))
  // A fader resting at its middle also repeats nothing; values all over the range are no encoder's.
  if (Math.min(...costs) / values.length > QUICK_STEPS / 3) return undefined
  return bestOf(costs, relativeEncodings.map((encoding) => values.reduce((sum, value) => sum + Math.sign(stepsOf(encoding, value)), 0)))
}

export interface Encoder {
  /** Steps, signed, of the value (0..127) that came. */
  steps(value: number): number
  readonly encoding: RelativeEncoding
}

/** After so many values an encoding that was found out stays. */
const LEARNED = 64

/** Reads one encoder. `auto` finds the encoding out while it is turned: turned both ways once, it is right. */
export const createEncoder = (encoding: RelativeEncoding | 'auto'): Encoder => {
  if (encoding !== 'auto') return { encoding, steps: (value) => stepsOf(encoding, value) }
  const costs = [0, 0, 0]
  const clockwise = [0, 0, 0]
  let heard = 0
  let now: RelativeEncoding = 'twos'
  return {
    get encoding() { return now },
    steps(value) {
      if (heard < LEARNED) {
        heard += 1
        for (let i = 0; i < 3; i++) {
          const each = relativeEncodings[i] ?? 'twos'
          costs[i] = (costs[i] ?? 0) + surprise(each, value)
          clockwise[i] = (clockwise[i] ?? 0) + Math.sign(stepsOf(each, value))
        }
        now = bestOf(costs, clockwise).encoding
      }
      return stepsOf(now, value)
    },
  }
}
