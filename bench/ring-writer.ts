import { workerData } from 'node:worker_threads'
import { ringWriter, type RingMemory } from '../src/engine/ring.js'
import { stamp } from './ring-check.js'

export interface RingJob {
  readonly ring: RingMemory
  readonly frames: number
  /** [0]: the newest frame the reader has checked. */
  readonly seen: Int32Array<SharedArrayBuffer>
  /** The writer waits while it is this many frames ahead of the reader. */
  readonly lead: number
}

const { ring, frames, seen, lead } = workerData as RingJob
const writer = ringWriter(ring)
for (let n = 1; n <= frames; n++) {
  for (let at = Atomics.load(seen, 0); n - at > lead; at = Atomics.load(seen, 0)) Atomics.wait(seen, 0, at)
  const { pixels, meta } = writer.slot
  stamp(pixels, n)
  meta[0] = n
  writer.publish()
}
