import { describe, expect, it } from 'vitest'
import { createBeatClock } from '../../src/control/beat/index.js'
import { createMidiClock } from '../../src/control/midi/clock-in.js'

describe('the clock on a MIDI clock', () => {
  it.each([1, 2, 3])('at 128.00 BPM with 2 ms of jitter: the tempo within 0.05, the beat within 5 ms four beats after the lock (%d)', (seed) => {
    let state = seed * 7919
    const jitter = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return 2 * (state / 2 ** 31 - 1)
    }
    const time = { ms: 0 }
    const midi = createMidiClock(() => time.ms)
    const clock = createBeatClock({ bpm: 120, now: () => time.ms })
    clock.attach('midi', midi)
    clock.source = 'midi'
    const period = 60_000 / 128 / 24
    let before = 0
    let lockedAt = Number.NaN
    const errors: number[] = []
    for (let frame = 0, tick = 0, next = 500 + jitter(); time.ms < 20_000; frame++) {
      time.ms = (frame * 1000) / 60
      if (frame === 29) midi.start()
      for (; next <= time.ms; next = 500 + ++tick * period + jitter()) midi.tick(next)
      clock.update()
      const beat = clock.beatAt(time.ms)
      expect(beat).toBeGreaterThan(frame === 0 ? -1 : before)
      before = beat
      if (clock.following && Number.isNaN(lockedAt)) lockedAt = time.ms
      const truth = (time.ms - 500) / (24 * period)
      const off = beat - truth
      if (time.ms > lockedAt + 4 * 24 * period) errors.push(Math.abs(off - 4 * Math.round(off / 4)) * 24 * period)
    }
    expect(errors.length).toBeGreaterThan(900)
    expect(Math.max(...errors)).toBeLessThan(5)
    expect(Math.abs(clock.bpm - 128)).toBeLessThan(0.05)
  })
})
