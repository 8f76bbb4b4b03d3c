/** What taps agree on. */
export interface Tapped {
  readonly bpm: number
  /** A moment at which a beat is, ms: the newest tap, freed of its own wobble. */
  readonly beatMs: number
}

export interface Taps {
  /** A tap at `ms`. Gives the tempo once two taps are known. */
  tap(ms: number): Tapped | undefined
  forget(): void
}

const KEPT = 8
/** 20 to 400 beats a minute. */
const LONGEST_MS = 3000
const SHORTEST_MS = 150
/** A tap this far off the beat (as a part of it) is a wrong one. */
const WRONG = 0.15
/** Three taps that agree this well with each other and not with what was before are a new tempo. */
const EVEN = 0.08
const OTHER = 0.07

interface Fit { readonly period: number; readonly at: number; readonly score: number }

/** The straight line through the taps that lie near whole beats of `period`, counted from tap `from`. */
const fit = (taps: readonly number[], from: number, period: number): Fit => {
  const start = taps[from] ?? 0
  let [n, sumK, sumT, sumKK, sumKT] = [0, 0, 0, 0, 0]
  let [first, last] = [Infinity, -Infinity]
  for (const tap of taps) {
    const k = Math.round((tap - start) / period)
    if (Math.abs(tap - start - k * period) > WRONG * period) continue
    const t = tap - start
    n += 1
    sumK += k
    sumT += t
    sumKK += k * k
    sumKT += k * t
    first = Math.min(first, k)
    last = Math.max(last, k)
  }
  const spread = n * sumKK - sumK * sumK
  const slope = spread > 0 ? (n * sumKT - sumK * sumT) / spread : period
  const offset = (sumT - slope * sumK) / Math.max(1, n)
  let error = 0
  for (const tap of taps) {
    const off = (tap - start - offset) / slope
    error += Math.min(WRONG, Math.abs(off - Math.round(off)))
  }
  // Beats without a tap count against a period: otherwise half of the right one would fit as well.
  return { period: slope, at: start + offset + slope * last, score: n - 0.6 * (last - first + 1 - n) - error }
}

/**
 * Tempo from taps by consensus: every distance between two taps is tried as a period (and as two, for a tap that was missed),
 * the one that most taps agree with wins, and a straight line through those gives tempo and beat. A tap that was missed
 * or one too many changes nothing. A pause begins anew, and so do three even taps in another tempo.
 */
export const createTaps = (): Taps => {
  let taps: number[] = []
  let period = 0
  const best = (): Fit | undefined => {
    let found: Fit | undefined
    for (let i = 0; i < taps.length; i++) {
      for (let j = i + 1; j < taps.length; j++) {
        for (const beats of [1, 2]) {
          const tried = (taps[j]! - taps[i]!) / beats
          if (tried < SHORTEST_MS || tried > LONGEST_MS) continue
          const one = fit(taps, i, tried)
          if (!found || one.score > found.score + 1e-9) found = one
        }
      }
    }
    return found
  }
  return {
    tap(ms) {
      const last = taps.at(-1)
      if (last !== undefined) {
        if (ms <= last) return undefined
        const gap = ms - last
        // One missed tap is no pause.
        if (gap > LONGEST_MS || (period > 0 && gap > 3.5 * period && gap > 1500)) taps = []
      }
      taps = [...taps, ms].slice(-KEPT)
      const [a, b, c] = taps.slice(-3)
      if (taps.length > 3 && a !== undefined && b !== undefined && c !== undefined) {
        const [one, two] = [b - a, c - b]
        const relation = (one + two) / 2 / period
        // Twice the speed is first a tap too many, whole multiples are taps that were missed.
        const nearest = relation < 0.75 ? 0.5 : Math.round(relation)
        if (Math.abs(one - two) < EVEN * one && Math.abs(relation - nearest) > OTHER) taps = [a, b, c]
      }
      if (taps.length < 2) return undefined
      const found = best()
      if (!found) return undefined
      period = found.period
      return { bpm: 60_000 / found.period, beatMs: found.at }
    },
    forget() {
      taps = []
      period = 0
    },
  }
}
