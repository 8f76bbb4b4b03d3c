const words = new WeakMap<Uint8Array, Uint32Array>()
const wordsOf = (pixels: Uint8Array): Uint32Array => {
  const known = words.get(pixels) ?? new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.byteLength >> 2)
  words.set(pixels, known)
  return known
}

/** A different number in every word of every frame (Knuth's multiplicative hash). */
const first = (n: number) => Math.imul(n, 2654435761)

/** Fills a frame, front to back, with words that follow from its number; the last word is their checksum. */
export const stamp = (pixels: Uint8Array, n: number): void => {
  const to = wordsOf(pixels)
  const last = to.length - 1
  let word = first(n)
  let sum = 0
  for (let i = 0; i < last; i++) {
    to[i] = word
    sum = (sum + word) | 0
    word = (word + 0x9e3779b9) | 0
  }
  to[last] = sum
}

/** Whether every word is of frame `n` and of no other: the checksum agrees, and first and last word are that frame's. */
export const isWhole = (pixels: Uint8Array, n: number): boolean => {
  const from = wordsOf(pixels)
  const last = from.length - 1
  let sum = 0
  for (let i = 0; i < last; i++) sum = (sum + (from[i] ?? 0)) | 0
  return sum === (from[last] ?? 0) >> 0 && from[0] === first(n) >>> 0
}
