import { describe, expect, it } from 'vitest'
import { createBeatClock } from '../../src/control/beat/index.js'
import { createTaps } from '../../src/control/beat/taps.js'

/** Even taps with the hand's own wobble, which is the same in every run. */
const hand = (bpm: number, count: number, wobbleMs = 0, from = 1000) =>
  Array.from({ length: count }, (_, i) => from + (i * 60_000) / bpm + wobbleMs * Math.sin(i * 12.9898))

const tapped = (times: readonly number[]) => {
  const taps = createTaps()
  return times.map((ms) => taps.tap(ms)).at(-1)
}

describe('tapping', () => {
  it('knows a tempo from the second tap on', () => {
    const taps = createTaps()
    expect(taps.tap(1000)).toBeUndefined()
    expect(taps.tap(1480)).toEqual({ bpm: 125, beatMs: 1480 })
  })

  it.each([60, 87.5, 120, 128, 174, 240])('%d BPM, with a hand that wobbles by 15 ms', (bpm) => {
    const found = tapped(hand(bpm, 8, Math.min(15, 3000 / bpm)))
    expect(Math.abs((found?.bpm ?? 0) / bpm - 1)).toBeLessThan(0.01)
  })

  it.each([1, 2, 3, 4, 5, 6])('a missed tap (number %d) changes nothing', (missing) => {
    const found = tapped(hand(120, 8, 8).filter((_, i) => i !== missing))
    expect(found?.bpm).toBeGreaterThan(118.8)
    expect(found?.bpm).toBeLessThan(121.2)
  })

  it.each([[1, 130], [2, 250], [3, 330], [4, 200], [5, 250], [6, 170]])('a wrong tap after number %d, %d ms late, changes nothing', (after, late) => {
    const times = hand(120, 8, 8)
    const found = tapped([...times, (times[after] ?? 0) + late].sort((a, b) => a - b))
    expect(found?.bpm).toBeGreaterThan(118.8)
    expect(found?.bpm).toBeLessThan(121.2)
  })

  it('a misplaced tap changes nothing', () => {
    const found = tapped(hand(120, 8, 8).map((ms, i) => (i === 4 ? ms + 140 : ms)))
    expect(Math.abs((found?.bpm ?? 0) - 120)).toBeLessThan(1.2)
  })

  it.each([[120, 90], [90, 120], [128, 174], [100, 110], [120, 80]])('from %d to %d BPM without a pause: there after four more taps', (first, second) => {
    const before = hand(first, 8, 5)
    const after = hand(second, 4, 5, (before.at(-1) ?? 0) + 60_000 / second)
    const found = tapped([...before, ...after])
    expect(Math.abs((found?.bpm ?? 0) / second - 1)).toBeLessThan(0.03)
  })

  it('begins anew after a pause', () => {
    const found = tapped([...hand(120, 8), 9000, 9600])
    expect(found?.bpm).toBeCloseTo(100, 6)
  })

  it('is not upset by two taps at once or time that stands', () => {
    const found = tapped([...hand(120, 4), 2500, 2500, 3000, 3500])
    expect(found?.bpm).toBeCloseTo(120, 1)
  })
})

describe('the clock, tapped', () => {
  it('is on the beat of the taps after a few beats, and never runs backwards', () => {
    const time = { ms: 0 }
    const clock = createBeatClock({ bpm: 100, now: () => time.ms })
    const taps = hand(126, 8, 6, 3333)
    let before = -1
    for (let next = 0; time.ms < 9000; time.ms += 5) {
      for (; (taps[next] ?? Infinity) <= time.ms; next++) clock.tap(taps[next])
      const beat = clock.beatAt(time.ms)
      expect(beat).toBeGreaterThanOrEqual(before)
      before = beat
    }
    expect([clock.source, Math.abs(clock.bpm - 126) < 0.8]).toEqual(['tap', true])
    const beat = clock.beatAt(3333 + (11 * 60_000) / 126)
    expect(Math.abs(beat - Math.round(beat)) * (60_000 / 126)).toBeLessThan(15)
  })

  it('is taken from a leader by a hand', () => {
    const time = { ms: 0 }
    const clock = createBeatClock({ bpm: 100, now: () => time.ms })
    clock.attach('midi', { bpm: 140, locked: true, beatAt: (ms) => (ms * 140) / 60_000 })
    clock.source = 'midi'
    clock.update()
    for (const ms of hand(120, 4)) {
      time.ms = ms
      clock.tap()
      clock.update()
    }
    expect([clock.source, clock.following]).toEqual(['tap', false])
    expect(clock.bpm).toBeCloseTo(120, 6)
  })
})
