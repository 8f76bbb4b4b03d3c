import { setImmediate as turn } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { createRing, ringReader } from '../src/engine/ring.js'
import type { Bench } from './bench.js'
import { isWhole } from './ring-check.js'
import type { RingJob } from './ring-writer.js'

/** 960x540 in 4:2:0. Smaller than a film's, for checking every byte of a frame takes longer than moving it. */
const BYTES = 960 * 540 * 1.5
/** The writer overwrites what was not read by up to this many frames: the ring must survive being outrun. */
const LEAD = 8

/** Checksummed frames from a writing to a reading thread, as fast as both can. */
export const ring: Bench = {
  name: 'ring',
  about: 'checksummed 960x540 frames through the ring between two threads',
  async run({ quick }) {
    const frames = quick ? 1000 : 10_000
    const memory = createRing(BYTES)
    const seen = new Int32Array(new SharedArrayBuffer(4))
    const job: RingJob = { ring: memory, frames, seen, lead: LEAD }
    const started = performance.now()
    const writer = new Worker(new URL('./ring-writer.js', import.meta.url), { workerData: job })
    const reader = ringReader(memory)
    let [read, torn, backwards, last] = [0, 0, 0, 0]
    while (last < frames) {
      if (!reader.fresh) {
        await turn()
        continue
      }
      const slot = reader.newest()
      const n = slot?.meta[0] ?? 0
      // Checked twice: the writer must keep out of a slot for as long as it is being looked at.
      if (!slot || !isWhole(slot.pixels, n) || !isWhole(slot.pixels, n)) torn += 1
      if (n <= last) backwards += 1
      last = n
      read += 1
      Atomics.store(seen, 0, n)
      Atomics.notify(seen, 0)
    }
    const seconds = (performance.now() - started) / 1000
    await writer.terminate()
    return [
      { metric: 'torn', value: torn, unit: 'frames', target: { op: '==', value: 0 } },
      { metric: 'out of order', value: backwards, unit: 'frames', target: { op: '==', value: 0 } },
      { metric: 'written', value: frames, unit: 'frames' },
      { metric: 'read', value: read, unit: 'frames' },
      { metric: 'written a second', value: frames / seconds, unit: 'fps' },
    ]
  },
}
