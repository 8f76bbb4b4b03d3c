import { describe, expect, it } from 'vitest'
import { createClock, createManualClock, type Time } from '../../src/engine/clock.js'
import type { Tick } from '../../src/engine/types.js'

/** A clock hand the test moves: timers fire, in order, when the hand passes them. */
const fakeTime = () => {
  let now = 1000
  const timers = new Set<{ at: number; run: () => void }>()
  const time: Time = {
    now: () => now,
    after(ms, run) {
      // Even an immediate callback takes a moment, or waiting out a fraction of a millisecond would never end.
      const timer = { at: now + Math.max(ms, 0.05), run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
  }
  const runUntil = (end: number) => {
    for (;;) {
      const next = [...timers].sort((a, b) => a.at - b.at)[0]
      if (!next || next.at > end) break
      timers.delete(next)
      now = Math.max(now, next.at)
      next.run()
    }
    now = Math.max(now, end)
  }
  return { time, runUntil, stall: (ms: number) => { now += ms }, get now() { return now }, timers }
}

describe('createClock', () => {
  it('meets absolute deadlines: 600 ticks in 10 s at 60 fps, none drifting', () => {
    const fake = fakeTime()
    const ticks: (Tick & { at: number })[] = []
    const subscription = createClock(60, fake.time).subscribe((t) => ticks.push({ ...t, at: fake.now }))
    fake.runUntil(1000 + 9999)
    subscription.unsubscribe()
    expect(ticks).toHaveLength(600)
    for (const tick of ticks) {
      expect(tick.at - (1000 + (tick.n * 1000) / 60)).toBeGreaterThanOrEqual(0)
      expect(tick.at - (1000 + (tick.n * 1000) / 60)).toBeLessThan(2)
      expect(tick.time).toBeCloseTo(tick.n / 60, 9)
    }
  })

  it('jumps whole periods when a tick ran late, counts them, and never bursts', () => {
    const fake = fakeTime()
    const ticks: Tick[] = []
    createClock(100, fake.time).subscribe((t) => {
      ticks.push(t)
      if (t.n === 3) fake.stall(55)
    })
    fake.runUntil(1102)
    expect(ticks.map(({ n }) => n)).toEqual([0, 1, 2, 3, 8, 9, 10])
    expect(ticks.map(({ skipped }) => skipped)).toEqual([0, 0, 0, 0, 4, 0, 0])
    expect(ticks[4]?.dt).toBeCloseTo(0.05, 9)
  })

  it('stops its timers when unsubscribed, also from inside a tick', () => {
    const fake = fakeTime()
    let count = 0
    const subscription = createClock(100, fake.time).subscribe(() => { if (++count === 3) subscription.unsubscribe() })
    fake.runUntil(2000)
    expect(count).toBe(3)
    expect(fake.timers.size).toBe(0)
  })

  it('refuses absurd rates', () => {
    for (const fps of [0, -1, Number.NaN, 1e9]) {
      let error: unknown
      createClock(fps).subscribe({ error: (e: unknown) => { error = e } })
      expect(error).toBeInstanceOf(RangeError)
    }
  })

  it('keeps real time', async () => {
    const ticks: Tick[] = []
    const start = performance.now()
    await new Promise<void>((done) => {
      const s = createClock(100).subscribe((t) => { ticks.push(t); if (t.n >= 30) { s.unsubscribe(); done() } })
    })
    const last = ticks.at(-1)
    expect(performance.now() - start).toBeGreaterThanOrEqual(300)
    expect(ticks.length + ticks.reduce((sum, { skipped }) => sum + skipped, 0)).toBe((last?.n ?? 0) + 1)
  })
})

describe('createManualClock', () => {
  it('gives the same ticks on demand', () => {
    const clock = createManualClock(50)
    expect([clock.tick(), clock.tick(), clock.tick(2)]).toEqual([
      { n: 0, time: 0, dt: 0, skipped: 0 }, { n: 1, time: 0.02, dt: 0.02, skipped: 0 }, { n: 4, time: 0.08, dt: 0.06, skipped: 2 },
    ])
  })
})
