/** Weight of a one-pole filter's new value for a time constant, both in seconds. */
export const poleWeight = (stepSeconds: number, timeSeconds: number): number => 1 - Math.exp(-stepSeconds / timeSeconds)

/** Puts a loudness in relation to what was loudest lately. */
export interface Gain {
  /** Factor that brings what was loudest lately to 1. */
  readonly factor: number
  /** Hears the next value, and gives it as 0..1. */
  apply(value: number): number
}

/**
 * Automatic gain: the peak falls by half in `halfLifeSeconds` and never below `floor`, so that silence and the hiss of an open
 * input are not blown up. What is below an eighth of the floor is nothing.
 */
export const createGain = (stepSeconds: number, halfLifeSeconds: number, floor: number): Gain => {
  const decay = 0.5 ** (stepSeconds / halfLifeSeconds)
  const gate = floor / 8
  let peak = floor
  return {
    get factor() { return 1 / peak },
    apply(value) {
      peak = Math.max(floor, value, peak * decay)
      return value <= gate ? 0 : Math.min(1, value / peak)
    },
  }
}

/** Follows upwards within about `attackSeconds`, downwards within `releaseSeconds`. */
export const createEnvelope = (stepSeconds: number, attackSeconds: number, releaseSeconds: number): ((value: number) => number) => {
  const attack = poleWeight(stepSeconds, attackSeconds)
  const release = poleWeight(stepSeconds, releaseSeconds)
  let held = 0
  return (value) => {
    held += (value > held ? attack : release) * (value - held)
    // What fades out ends: denormal numbers would cost time for ever.
    if (held < 1e-6) held = 0
    return held
  }
}
