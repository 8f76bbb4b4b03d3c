import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { createQueue, queueReader, queueWriter } from '../../src/engine/queue.js'
import { createRing, ringReader, ringWriter } from '../../src/engine/ring.js'
import { workerEntry } from '../../src/engine/worker-entry.js'

/** A worker made of the compiled engine: writes pictures whose every byte follows from their number. */
const writer = (source: string, data: unknown): Worker => {
  const engine = (name: string) => JSON.stringify(workerEntry(new URL('../../src/engine/x.ts', import.meta.url).href, `./${name}.js`).href)
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(`import { workerData } from 'node:worker_threads'; const { ringWriter } = await import(${engine('ring')}); const { queueWriter, queueReader } = await import(${engine('queue')}); ${source}`)}`), { workerData: data })
}

describe('ring', () => {
  it('gives nothing before the first picture, then the newest, each once fresh', () => {
    const ring = createRing(16)
    const [w, r] = [ringWriter(ring), ringReader(ring)]
    expect(r.newest()).toBeUndefined()
    for (const n of [1, 2, 3]) {
      w.slot.pixels.fill(n)
      w.slot.meta[0] = n
      w.publish()
    }
    expect(r.fresh).toBe(true)
    expect(r.newest()?.meta[0]).toBe(3)
    expect(r.fresh).toBe(false)
    expect(r.newest()?.pixels[15]).toBe(3)
  })

  it('never lets the writer touch the slot being read', () => {
    const ring = createRing(4)
    const [w, r] = [ringWriter(ring), ringReader(ring)]
    w.slot.pixels.fill(1); w.publish()
    const held = r.newest()
    for (let n = 2; n < 50; n++) { w.slot.pixels.fill(n); w.publish(); expect(held?.pixels[0]).toBe(1) }
  })

  it('carries 10,000 pictures between threads, none torn, order kept', async () => {
    const BYTES = 4096
    const ring = createRing(BYTES)
    const r = ringReader(ring)
    const worker = writer(`const w = ringWriter(workerData); for (let n = 1; n <= 10000; n++) { w.slot.pixels.fill(n % 251); w.slot.meta[0] = n; w.publish() }`, ring)
    const exit = new Promise<void>((done, fail) => { worker.once('exit', () => done()); worker.once('error', fail) })
    let last = 0
    let torn = 0
    let seen = 0
    while (last < 10000) {
      if (!r.fresh) { await new Promise(setImmediate); continue }
      const slot = r.newest()
      const n = slot?.meta[0] ?? 0
      expect(n).toBeGreaterThan(last)
      last = n
      seen += 1
      if (slot?.pixels.subarray(0, BYTES).some((byte) => byte !== n % 251)) torn += 1
    }
    await exit
    expect(torn).toBe(0)
    expect(seen).toBeGreaterThan(0)
  })

  it('refuses nonsense sizes', () => {
    for (const bytes of [0, -1, 1.5, Number.NaN]) expect(() => createRing(bytes)).toThrow(RangeError)
  })
})

describe('queue', () => {
  it('keeps every picture in order and refuses when full', () => {
    const queue = createQueue(4, 3)
    const [w, r] = [queueWriter(queue), queueReader(queue)]
    for (const n of [1, 2, 3]) { const slot = w.slot(); if (slot) slot.meta[0] = n; w.publish() }
    expect(w.slot()).toBeUndefined()
    expect(w.pending).toBe(3)
    expect(r.take(0)?.meta[0]).toBe(1)
    r.release()
    expect(w.slot()).toBeDefined()
    expect([r.take(0)?.meta[0], (r.release(), r.take(0)?.meta[0])]).toEqual([2, 3])
    r.release()
    expect(r.take(0)).toBeUndefined()
  })

  it('waits for room and for the end without polling', async () => {
    const queue = createQueue(4, 2)
    const w = queueWriter(queue)
    const worker = writer(`const r = queueReader(workerData); for (let n = 1; n <= 500; n++) { let s; while (!(s = r.take(1000))); if (s.meta[0] !== n) throw new Error('lost ' + n); r.release() }`, queue)
    const failed = new Promise<never>((_, fail) => worker.once('error', fail))
    for (let n = 1; n <= 500; n++) {
      await Promise.race([w.room(), failed])
      const slot = w.slot()
      if (!slot) throw new Error('room() resolved without room')
      slot.meta[0] = n
      w.publish()
    }
    await Promise.race([w.drained(), failed])
    expect(w.pending).toBe(0)
  })
})
