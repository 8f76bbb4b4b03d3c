import type { Quantise } from '../../engine/controls.js'

/** How bars and phrases are counted. */
export interface Metre {
  readonly beatsPerBar: number
  readonly barsPerPhrase: number
}

const LENGTHS: Readonly<Record<Quantise, (metre: Metre) => number>> = {
  none: () => 0,
  beat: () => 1,
  bar: ({ beatsPerBar }) => beatsPerBar,
  phrase: ({ beatsPerBar, barsPerPhrase }) => beatsPerBar * barsPerPhrase,
}

/** So much of a beat late is still on it: sums of ticks are not exact. */
const ON = 1e-6

/** The beat from which on a recall asked for at `beat` happens: now, when that is on one. */
export const nextBeat = (quantise: Quantise, beat: number, metre: Metre): number => {
  const length = LENGTHS[quantise](metre)
  return length > 0 ? Math.ceil((beat - ON) / length) * length - ON : beat
}
