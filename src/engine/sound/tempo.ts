import { createAutocorrelation, parabolaTop } from './autocorrelation.js'

export const SLOWEST = 60
export const FASTEST = 200

/** What one look at the last seconds says. */
export interface Tempo {
  /** Beats per minute; 0 while there is none to be found. */
  bpm: number
  /** 0..1: how well the sound repeats at that tempo. */
  confidence: number
  /** Seconds before the end of the series at which the newest beat was. */
  beatAge: number
}

/** Tempi near 120 are the likelier reading of the same music: exp(-(log2(bpm / 120) / width)^2 / 2). */
const LIKELY_BPM = 120
const WIDTH_OCTAVES = 1
/** Beats that must agree. */
const TEETH = 4
/** Twice as fast is right if what is between the beats is as strong as this part of the beats; less is needed where the slower reading is slower than dance music is. */
const BETWEEN = 0.75
const BETWEEN_SLOW = 0.5
const DANCE_BPM = 80
/** Less change than this (of a click's 1 or so) is no music. */
const LEAST_VARIANCE = 1e-4
/** Repetition, as a part of the variance, at which nothing is sure and at which all is. */
const UNSURE = 0.12
const SURE = 0.6

/**
 * Finds tempo and beat in a series of onset strengths, `rate` a second, by autocorrelation, a comb over four beats and a
 * prior for moderate tempi (Ellis, "Beat Tracking by Dynamic Programming", 2007); the beat is where a comb of that period
 * gathers most.
 */
export const createTempoFinder = (size: number, rate: number): ((series: Float64Array, length: number, into: Tempo) => void) => {
  const likeness = createAutocorrelation(size)
  const comb = (lag: number): number => {
    let sum = 0
    for (let k = 1; k <= TEETH; k++) sum += likeness.at(k * lag)
    return sum / TEETH
  }
  const prior = (bpm: number) => Math.exp(-0.5 * (Math.log2(bpm / LIKELY_BPM) / WIDTH_OCTAVES) ** 2)

  const findLag = (): number => {
    let best = 0
    let most = 0
    const [least, longest] = [(60 * rate) / FASTEST, (60 * rate) / SLOWEST]
    for (let lag = least; lag <= longest; lag += 0.25) {
      const score = comb(lag) * prior((60 * rate) / lag)
      if (score > most) {
        most = score
        best = lag
      }
    }
    const between = (60 * rate) / best < DANCE_BPM ? BETWEEN_SLOW : BETWEEN
    if (best / 2 >= least && bestNear(best / 2) >= between * comb(best)) best /= 2
    return best
  }
  const bestNear = (lag: number) => Math.max(comb(lag - 0.25), comb(lag), comb(lag + 0.25))

  /** The more beats apart, the finer the period is known. */
  const refine = (lag: number, length: number): number => {
    let fine = lag
    for (let beats = 1; beats <= 8 && beats * fine < 0.7 * length; beats *= 2) fine = likeness.peakNear(beats * fine, Math.max(1.5, 0.06 * fine)) / beats
    return fine
  }

  /** Steps before the end at which the newest beat was. */
  const findBeat = (series: Float64Array, length: number, lag: number): number => {
    const gathered = (age: number): number => {
      let sum = 0
      let weight = 1
      for (let at = length - 1 - age; at >= 1; at -= lag) {
        const low = Math.floor(at)
        sum += weight * (series[low]! + (at - low) * ((series[low + 1] ?? 0) - series[low]!))
        weight *= 0.9
      }
      return sum
    }
    let best = 0
    let most = -1
    for (let age = 0; age < lag; age += 0.5) {
      const sum = gathered(age)
      if (sum > most) {
        most = sum
        best = age
      }
    }
    return best + 0.5 * parabolaTop(gathered(best - 0.5), most, gathered(best + 0.5))
  }

  return (series, length, into) => {
    likeness.of(series, length)
    const variance = likeness.values[0]!
    const lag = variance > LEAST_VARIANCE ? findLag() : 0
    if (lag === 0) {
      into.bpm = 0
      into.confidence = 0
      return
    }
    const fine = refine(lag, length)
    into.bpm = (60 * rate) / fine
    into.confidence = Math.max(0, Math.min(1, (comb(fine) / variance - UNSURE) / (SURE - UNSURE)))
    into.beatAge = findBeat(series, length, fine) / rate
  }
}
