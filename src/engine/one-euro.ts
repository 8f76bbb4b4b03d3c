export interface OneEuroOptions {
  /** Hz: how firmly values at rest are held. Lower is calmer and later. */
  readonly minCutoff: number
  /** Hz per (unit of value per second): how much a fast value is let through. */
  readonly beta: number
  /** Hz: smoothing of the speed itself (1). */
  readonly derivativeCutoff?: number
}

/** Smooths several values at once: calm at rest, prompt in motion. Allocates only when it is made. */
export interface OneEuro {
  /** What was smoothed last. */
  readonly values: Float64Array
  /** Their smoothed speeds, units per second. */
  readonly rates: Float64Array
  /** Takes the next measurement, `dt` seconds after the last; the first one is taken as it is. Ignores a `dt` that is not above 0. */
  filter(measured: ArrayLike<number>, dt: number): void
  /** The next measurement is again taken as it is. */
  reset(): void
}

/** Weight of a new value in a first order low-pass: 1 / (1 + tau / dt) with tau = 1 / (2 pi cutoff). */
const weight = (cutoff: number, dt: number): number => 1 / (1 + 1 / (2 * Math.PI * cutoff * dt))

/**
 * The 1 euro filter: a low-pass whose cutoff rises with the speed, cutoff = minCutoff + beta |speed|. Casiez, Roussel and
 * Vogel, "1 Euro Filter: A Simple Speed-based Low-pass Filter for Noisy Input in Interactive Systems", CHI 2012. The speed is
 * taken between measurements, so that a steady one is given as it is. What is not a finite number leaves its value alone.
 */
export const createOneEuro = (size: number, { minCutoff, beta, derivativeCutoff = 1 }: OneEuroOptions): OneEuro => {
  const values = new Float64Array(size)
  const rates = new Float64Array(size)
  const raw = new Float64Array(size)
  let begun = false
  return {
    values,
    rates,
    filter(measured, dt) {
      if (begun && !(dt > 0)) return
      const rateWeight = weight(derivativeCutoff, dt)
      for (let i = 0; i < size; i++) {
        const next = measured[i] ?? Number.NaN
        if (!Number.isFinite(next)) continue
        if (begun) {
          const rate = (rates[i] ?? 0) + rateWeight * ((next - (raw[i] ?? 0)) / dt - (rates[i] ?? 0))
          rates[i] = rate
          values[i] = (values[i] ?? 0) + weight(minCutoff + beta * Math.abs(rate), dt) * (next - (values[i] ?? 0))
        } else {
          values[i] = next
        }
        raw[i] = next
      }
      begun = true
    },
    reset() {
      begun = false
      rates.fill(0)
    },
  }
}
