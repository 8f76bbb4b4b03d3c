/** Takes a value put together from two 7-bit halves, 0..1. */
export type PairValue = (index: number, value: number, at: number) => void

export interface Pairs {
  /** The upper half came. */
  msb(index: number, value: number, at: number): void
  /** The lower half came. */
  lsb(index: number, value: number, at: number): void
  /** Something else came on the way: a half that still waits for its other is given as it is. */
  other(at: number): void
  /** Gives values also before lower halves were seen to follow: somebody listens for them. */
  want(index: number): void
  /** Whether an upper half is held back for its lower one; call `other` a few milliseconds later. */
  readonly waiting: boolean
}

/** A lower half this long after its upper one is another gesture. */
const TOGETHER_MS = 20
/** So many lower halves right behind their upper ones prove a pair; plain controllers of both numbers never do that. */
const PROOF = 2
const MOST_PROOF = 4

/**
 * Puts 14-bit values together. A controller number has a lower half only if the device sends it, so a pair has to prove
 * itself: from then on an upper half waits for its lower one, which spares the listener a step back to a lower half of 0. A
 * pair that stops coming in twos loses its proof again.
 */
export const createPairs = (count: number, give: PairValue): Pairs => {
  const upper = new Int16Array(count).fill(-1)
  const proof = new Uint8Array(count)
  const wanted = new Uint8Array(count)
  let last = -1
  let lastAt = 0
  let held = false

  const settle = (at: number): void => {
    if (last < 0) return
    const index = last
    last = -1
    proof[index] = Math.max(0, (proof[index] ?? 0) - 1)
    if (!held) return
    held = false
    give(index, ((upper[index] ?? 0) << 7) / 16383, at)
  }
  return {
    msb(index, value, at) {
      settle(at)
      upper[index] = value
      last = index
      lastAt = at
      if ((proof[index] ?? 0) >= PROOF) held = true
      else if (wanted[index]) give(index, value / 127, at)
    },
    lsb(index, value, at) {
      const before = upper[index] ?? -1
      if (last === index && at - lastAt <= TOGETHER_MS) {
        proof[index] = Math.min(MOST_PROOF, (proof[index] ?? 0) + 1)
        last = -1
        held = false
      } else settle(at)
      if (before >= 0 && (wanted[index] || (proof[index] ?? 0) >= PROOF)) give(index, ((before << 7) | value) / 16383, at)
    },
    other: settle,
    want: (index) => { wanted[index] = 1 },
    get waiting() { return held },
  }
}
