/** A subject is there when so many of its mask's pixels are more it than not: fewer are noise. */
const LEAST_PIXELS = 4

/** How sure a mask is of its subject, up to 1: the mean over the pixels that are more it than not. 0: it is lost. */
export const presenceOf = (mask: Uint8Array): number => {
  let sum = 0
  let count = 0
  for (const value of mask) {
    if (value < 128) continue
    sum += value
    count += 1
  }
  return count < LEAST_PIXELS ? 0 : sum / count / 255
}
