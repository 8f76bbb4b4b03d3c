import type { Curve } from '../engine/controls.js'
import { bend, clamp01, straighten } from './curve.js'
import type { Numeric } from './numeric.js'

/** From a control's position (0..1) to a number of its parameter and back. */
export interface Mapping {
  /** What the lowest and the highest position mean. */
  readonly low: number
  readonly high: number
  /** How many values it has; undefined where there is anything between them. */
  readonly count: number | undefined
  toNumber(position: number): number
  /** The middle of the positions that give this number. */
  toPosition(number: number): number
}

const among = (values: readonly number[], curve: Curve): Mapping => {
  const last = values.length - 1
  return {
    low: values[0] ?? 0, high: values[last] ?? 0, count: values.length,
    // Every value has the same share of the way.
    toNumber: (position) => values[Math.min(last, Math.floor(bend(curve, position) * values.length))] ?? 0,
    toPosition(number) {
      let best = 0
      for (let i = 1; i <= last; i++) if (Math.abs((values[i] ?? 0) - number) < Math.abs((values[best] ?? 0) - number)) best = i
      return straighten(curve, (best + 0.5) / values.length)
    },
  }
}

/** Whole numbers beyond so many are not listed; nobody tells them apart on a fader. */
const LISTED = 1024

/** `range` is in the parameter's own unit (indices of a choice, beats) and may run downwards; what lies outside the parameter's is brought in. */
export const createMapping = ({ min, max, whole, steps }: Numeric, curve: Curve = 'linear', range: readonly [number, number] = [min, max]): Mapping => {
  const [low, high] = range.map((end) => Math.min(max, Math.max(min, end))) as [number, number]
  const [least, most] = low < high ? [low, high] : [high, low]
  if (steps || (whole && most - least < LISTED)) {
    const values = steps?.filter((value) => value >= least && value <= most) ?? Array.from({ length: Math.round(most) - Math.round(least) + 1 }, (_, i) => Math.round(least) + i)
    const all = values.length > 0 ? [...values] : [least]
    return among(low <= high ? all : all.reverse(), curve)
  }
  const span = high - low
  return {
    low, high, count: undefined,
    toNumber: (position) => (position >= 1 ? high : low + span * bend(curve, position)),
    toPosition: (number) => straighten(curve, span === 0 ? 0 : clamp01((number - low) / span)),
  }
}
