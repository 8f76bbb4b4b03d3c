/** Most by which a correction speeds the clock up or slows it down: a quarter is quick, and never lets time run backwards. */
const MOST = 0.25
/** Beats in which what is left of a small correction falls to 1/e. */
const SOFT = 0.5
const SMALL = MOST * SOFT

/**
 * What is left of a correction of `error` beats after `beats` have passed: a straight line while it is large, then an
 * exponential; the slope has no step between them. A function of time alone, so a correction ends by itself however
 * seldom anybody looks.
 */
export const remaining = (error: number, beats: number): number => {
  if (beats <= 0) return error
  const size = Math.abs(error)
  const straight = Math.max(0, (size - SMALL) / MOST)
  const left = beats < straight ? size - MOST * beats : Math.min(size, SMALL) * Math.exp(-(beats - straight) / SOFT)
  return Math.sign(error) * left
}
