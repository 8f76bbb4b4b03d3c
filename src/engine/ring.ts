/** Numbers stored beside each slot's pixels; what they mean is between the writer and the reader. */
export const RING_META = 24

const SLOTS = 3
const FRESH = 4
const INDEX = 3

/** What crosses to the other thread: plain data over shared memory. */
export interface RingMemory {
  readonly state: Int32Array<SharedArrayBuffer>
  readonly meta: Float64Array<SharedArrayBuffer>
  readonly pixels: Uint8Array<SharedArrayBuffer>
  readonly slotBytes: number
}

export interface Slot {
  readonly meta: Float64Array
  readonly pixels: Uint8Array
}

/**
 * Memory for a three-slot ring that carries pictures from one writer thread to one reader thread. The writer always has
 * a slot of its own to fill, the reader one of its own to look at, and the third changes hands by a single
 * `Atomics.exchange`: newest wins, neither side ever waits, no picture is ever torn. The only allocation is here.
 */
export const createRing = (slotBytes: number): RingMemory => {
  if (!Number.isSafeInteger(slotBytes) || slotBytes < 1) throw new RangeError(`a ring slot needs a whole number of bytes above 0, not ${slotBytes}`)
  // Slots start on 64 byte boundaries, so two threads never share a cache line.
  const aligned = (slotBytes + 63) & ~63
  const state = new Int32Array(new SharedArrayBuffer(64))
  state[0] = 1
  return {
    state,
    meta: new Float64Array(new SharedArrayBuffer(SLOTS * RING_META * 8)),
    pixels: new Uint8Array(new SharedArrayBuffer(SLOTS * aligned)),
    slotBytes: aligned,
  }
}

const slots = (ring: RingMemory): Slot[] =>
  Array.from({ length: SLOTS }, (_, i) => ({
    meta: ring.meta.subarray(i * RING_META, (i + 1) * RING_META),
    pixels: ring.pixels.subarray(i * ring.slotBytes, (i + 1) * ring.slotBytes),
  }))

const pick = (all: readonly Slot[], index: number): Slot => {
  const slot = all[index]
  if (slot === undefined) throw new RangeError(`ring slot ${index} does not exist: the ring's memory was overwritten`)
  return slot
}

export interface RingWriter {
  /** The slot to fill now. */
  readonly slot: Slot
  /** Publishes the filled slot and takes another. */
  publish(): void
}

/** The writing end. One per ring: after a writer died, make a new ring. */
export const ringWriter = (ring: RingMemory): RingWriter => {
  const all = slots(ring)
  let own = 0
  return {
    get slot() { return pick(all, own) },
    publish() { own = Atomics.exchange(ring.state, 0, own | FRESH) & INDEX },
  }
}

export interface RingReader {
  /** The newest published slot, valid until the next call; undefined until the first one was published. */
  newest(): Slot | undefined
  /** True when `newest()` would give a picture it has not given before. */
  readonly fresh: boolean
}

/** The reading end. One per ring. */
export const ringReader = (ring: RingMemory): RingReader => {
  const all = slots(ring)
  let own = 2
  let seen = false
  const fresh = () => (Atomics.load(ring.state, 0) & FRESH) !== 0
  return {
    get fresh() { return fresh() },
    newest() {
      if (fresh()) {
        own = Atomics.exchange(ring.state, 0, own) & INDEX
        seen = true
      }
      return seen ? pick(all, own) : undefined
    },
  }
}
