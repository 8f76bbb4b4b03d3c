import { HOP, HOPS_PER_SECOND } from './spectrum.js'

/** Finds where sounds begin. */
export interface Onsets {
  /** How much the newest spectrum rose over the one before, above what is usual here: what tempo is found from. */
  readonly strength: number
  /** Onsets so far. */
  readonly count: number
  /** Samples before the newest hop's end at which the newest onset was. */
  readonly age: number
  /** Hears the next hop's magnitudes; `gain` brings the loudest of late to 1. True when it makes sure of an onset. */
  hear(magnitudes: Float32Array, gain: number): boolean
}

/** Bins that are looked at: seven bands of about an octave, up to 12 kHz. Each counts the same: a kick drum moves few bins, a snare all. */
const EDGES = [1, 3, 6, 12, 24, 48, 96, 256] as const
const BINS = EDGES[EDGES.length - 1] ?? 0
/** Compression of magnitudes, log(1 + c m): soft sounds count, hiss does not. */
const COMPRESSION = 50
/** Hops over which the usual is known: 0.7 s. */
const USUAL = 128
/**
 * An onset stands out by this many times a quartile's distance from the median (about 5 standard deviations of plain noise),
 * and by this much at least. The nearer quartile: louder noise of a moment ago must not hide what comes in softer noise.
 */
const STANDS_OUT = 8.5
const LEAST = 0.03
/** Two onsets are at least this far apart. */
const APART_HOPS = Math.round(0.06 * HOPS_PER_SECOND)
/** Samples from a click to the end of the hop that shows it most: it must have come a little way into the window's slope. Found with clicks at known places. */
export const FLUX_LAG = 1.25 * HOP
/** Before so many hops it is not known what is usual. */
const UNKNOWN = USUAL / 4

/**
 * Spectral flux: the sum of all rises of compressed magnitudes from one hop to the next, peaks of which stand out from a
 * running median (Dixon, "Onset Detection Revisited", DAFx 2006; compression as in Mueller, "Fundamentals of Music Processing", 6.1).
 */
export const createOnsets = (): Onsets => {
  const before = new Float32Array(BINS)
  const recent = new Float32Array(USUAL)
  const sorted = new Float32Array(USUAL)
  let hops = 0
  let last = -APART_HOPS
  let [old, middle, newest] = [0, 0, 0]
  let threshold = 0
  let strength = 0
  let count = 0
  const rise = (magnitudes: Float32Array, gain: number): number => {
    let all = 0
    for (let band = 0; band + 1 < EDGES.length; band++) {
      const [from, to] = [EDGES[band]!, EDGES[band + 1]!]
      let sum = 0
      for (let k = from; k < to; k++) {
        const now = Math.log(1 + COMPRESSION * gain * magnitudes[k]!)
        const more = now - before[k]!
        if (more > 0) sum += more
        before[k] = now
      }
      all += sum / (to - from)
    }
    return all / (EDGES.length - 1)
  }
  return {
    get strength() { return strength },
    get count() { return count },
    get age() { return HOP + FLUX_LAG },
    hear(magnitudes, gain) {
      old = middle
      middle = newest
      newest = rise(magnitudes, gain)
      const usual = threshold
      recent[hops % USUAL] = newest
      sorted.set(recent)
      sorted.sort()
      // The zeros of what has not been heard yet lie in front.
      const known = Math.min(hops + 1, USUAL)
      const median = sorted[USUAL - 1 - (known >> 1)]!
      const lower = sorted[USUAL - 1 - (known >> 1) - (known >> 2)]!
      threshold = median + LEAST + STANDS_OUT * Math.min(sorted[USUAL - 1 - (known >> 2)]! - median, median - lower)
      strength = Math.max(0, newest - median)
      hops += 1
      // The hop before is a peak once it is known that the newest is no higher.
      if (hops < UNKNOWN || middle <= usual || middle < old || middle < newest || hops - last < APART_HOPS) return false
      last = hops
      count += 1
      return true
    },
  }
}
