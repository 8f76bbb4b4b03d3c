/** A hash of 32 bits that changes half of them for any one: Chris Wellons' lowbias32 (public domain, 2018). */
const mix = (n: number): number => {
  let x = n >>> 0
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
  return (x ^ (x >>> 16)) >>> 0
}

/** The `n`th number (0..1) of the row that a seed has: the same one whenever it is asked for. */
export const noise = (seed: number, n: number): number => mix(mix(seed) ^ mix(n)) / 0x1_0000_0000

/** A seed for the `index`th of several. */
export const seedOf = (seed: number, index: number): number => mix(mix(seed) + index)
