import { RING_META, type Slot } from './ring.js'

/** What crosses to the other thread. */
export interface QueueMemory {
  /** [written, taken]: counts that only grow (modulo 2^32). */
  readonly state: Int32Array<SharedArrayBuffer>
  readonly meta: Float64Array<SharedArrayBuffer>
  readonly pixels: Uint8Array<SharedArrayBuffer>
  readonly slotBytes: number
  readonly depth: number
}

const WRITTEN = 0
const TAKEN = 1

/**
 * Memory for a bounded first-in-first-out queue of pictures from one thread to another, for outputs that must not lose
 * any (recording). A full queue refuses: the writer decides whether to drop or to wait.
 */
export const createQueue = (slotBytes: number, depth: number): QueueMemory => {
  if (!Number.isSafeInteger(slotBytes) || slotBytes < 1) throw new RangeError(`a queue slot needs a whole number of bytes above 0, not ${slotBytes}`)
  if (!Number.isSafeInteger(depth) || depth < 1) throw new RangeError(`a queue needs a depth of at least 1, not ${depth}`)
  const aligned = (slotBytes + 63) & ~63
  return {
    state: new Int32Array(new SharedArrayBuffer(64)),
    meta: new Float64Array(new SharedArrayBuffer(depth * RING_META * 8)),
    pixels: new Uint8Array(new SharedArrayBuffer(depth * aligned)),
    slotBytes: aligned,
    depth,
  }
}

const slotsOf = (queue: QueueMemory): Slot[] =>
  Array.from({ length: queue.depth }, (_, i) => ({
    meta: queue.meta.subarray(i * RING_META, (i + 1) * RING_META),
    pixels: queue.pixels.subarray(i * queue.slotBytes, (i + 1) * queue.slotBytes),
  }))

export interface QueueWriter {
  /** The slot to fill, or undefined while the queue is full. */
  slot(): Slot | undefined
  /** Hands over the slot given last. */
  publish(): void
  /** Pictures the reader has not taken yet. */
  readonly pending: number
  /** Resolves when at least one slot is free. */
  room(): Promise<void>
  /** Resolves when the reader has taken everything. */
  drained(): Promise<void>
}

export const queueWriter = (queue: QueueMemory): QueueWriter => {
  const all = slotsOf(queue)
  const pending = () => (Atomics.load(queue.state, WRITTEN) - Atomics.load(queue.state, TAKEN)) | 0
  const below = async (limit: number) => {
    for (;;) {
      const taken = Atomics.load(queue.state, TAKEN)
      if (pending() < limit) return
      await Atomics.waitAsync(queue.state, TAKEN, taken).value
    }
  }
  return {
    slot: () => (pending() < queue.depth ? all[(Atomics.load(queue.state, WRITTEN) >>> 0) % queue.depth] : undefined),
    publish() {
      Atomics.add(queue.state, WRITTEN, 1)
      Atomics.notify(queue.state, WRITTEN)
    },
    get pending() { return pending() },
    room: () => below(queue.depth),
    drained: () => below(1),
  }
}

export interface QueueReader {
  /** The oldest slot, waiting up to `timeoutMs` for one (blocks the thread: workers only); undefined when none came. */
  take(timeoutMs: number): Slot | undefined
  /** Gives the slot taken last back to the writer. */
  release(): void
}

export const queueReader = (queue: QueueMemory): QueueReader => {
  const all = slotsOf(queue)
  return {
    take(timeoutMs) {
      const taken = Atomics.load(queue.state, TAKEN)
      const written = Atomics.load(queue.state, WRITTEN)
      if (written === taken && Atomics.wait(queue.state, WRITTEN, written, timeoutMs) === 'timed-out') return undefined
      return Atomics.load(queue.state, WRITTEN) === taken ? undefined : all[(taken >>> 0) % queue.depth]
    },
    release() {
      Atomics.add(queue.state, TAKEN, 1)
      Atomics.notify(queue.state, TAKEN)
    },
  }
}
