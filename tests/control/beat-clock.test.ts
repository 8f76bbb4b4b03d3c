import { describe, expect, it } from 'vitest'
import { createBeatClock, createTickTime, type BeatPosition, type Follower, type PlayedBeatClock } from '../../src/control/beat/index.js'

/** A clock whose time a test moves. */
const opened = (bpm = 120, more: { beatsPerBar?: number; barsPerPhrase?: number } = {}) => {
  const time = { ms: 0 }
  const clock = createBeatClock({ bpm, now: () => time.ms, ...more })
  return { clock, time }
}

/** A follower a test plays. */
const leader = (bpm: number, offset = 0) => {
  const state = { bpm, offset, locked: true, running: true }
  const follower: Follower = {
    get bpm() { return state.bpm },
    beatAt: (ms) => state.offset + (ms * state.bpm) / 60_000,
    get locked() { return state.locked },
    get running() { return state.running },
  }
  return { state, follower }
}

/** Ticks at 60 fps from one moment to another; gives the smallest and the largest step between ticks, as speed (1 is the clock's own). */
const run = (clock: PlayedBeatClock, time: { ms: number }, untilMs: number) => {
  let [slowest, fastest] = [Infinity, -Infinity]
  // A new tempo counts from here on.
  clock.update(time.ms)
  let before = clock.beatAt(time.ms)
  while (time.ms < untilMs) {
    time.ms += 1000 / 60
    clock.update(time.ms)
    const beat = clock.beatAt(time.ms)
    const speed = (beat - before) / ((1000 / 60) * (clock.bpm / 60_000))
    slowest = Math.min(slowest, speed)
    fastest = Math.max(fastest, speed)
    before = beat
  }
  return { slowest, fastest }
}

/** Distance of two beat counts on the circle of `unit` beats. */
const apart = (a: number, b: number, unit = 1) => Math.abs(a - b - Math.round((a - b) / unit) * unit)

describe('counting', () => {
  it('is exact at any moment, asked in any order', () => {
    const { clock } = opened(128)
    expect(clock.beatAt(60_000)).toBeCloseTo(128, 9)
    expect(clock.beatAt(0)).toBe(0)
    expect(clock.beatAt(468.75)).toBeCloseTo(1, 9)
    expect(clock.beatAt(24 * 3600_000)).toBeCloseTo(128 * 60 * 24, 6)
  })

  it('knows bars and phrases', () => {
    const { clock } = opened(60, { beatsPerBar: 3, barsPerPhrase: 4 })
    const into: BeatPosition = { beat: 0, phase: 0, bar: 0, barPhase: 0, phrase: 0, phrasePhase: 0 }
    expect(clock.positionAt(16_500, into)).toBe(into)
    expect(into).toMatchObject({ bar: 5, phrase: 1 })
    expect([into.beat, into.phase, into.barPhase, into.phrasePhase]).toEqual([16.5, 0.5, 0.5, 4.5 / 12].map((value) => expect.closeTo(value, 9) as number))
  })

  it('keeps the phase when the tempo changes', () => {
    const { clock, time } = opened(120)
    time.ms = 10_250
    const beat = clock.beatAt(time.ms)
    clock.bpm = 87.31
    expect(clock.beatAt(time.ms)).toBeCloseTo(beat, 9)
    expect(clock.beatAt(time.ms + 1000) - beat).toBeCloseTo(87.31 / 60, 9)
    clock.half()
    expect(clock.bpm).toBeCloseTo(43.655, 9)
    clock.double()
    clock.double()
    expect([clock.bpm, clock.beatAt(time.ms)]).toEqual([expect.closeTo(174.62, 9), expect.closeTo(beat, 9)])
  })

  it('refuses tempi nobody means', () => {
    const { clock } = opened(120)
    for (const wrong of [Number.NaN, Infinity, 0, -3, 19.9, 401]) clock.bpm = wrong
    expect(clock.bpm).toBe(120)
    clock.bpm = 390
    clock.double()
    expect(clock.bpm).toBe(390)
    expect(() => createBeatClock({ bpm: 1000, now: () => 0 })).toThrow(/20 to 400 beats per minute, not 1000/)
    expect(() => createBeatClock({ bpm: 120, beatsPerBar: 0, now: () => 0 })).toThrow(/beats per bar/)
  })

  it('is the same twice when ticks drive it', () => {
    const play = () => {
      const time = createTickTime()
      const clock = createBeatClock({ bpm: 127.5, now: time.now })
      const heard: number[] = []
      for (let n = 0; n < 300; n++) {
        time.advance({ time: n / 30 })
        if (n === 100) clock.nudge(20, 'ms')
        if (n === 200) clock.resync()
        clock.update()
        heard.push(clock.beatAt(time.now()))
      }
      return heard
    }
    expect(play()).toEqual(play())
  })
})

describe('nudging and resync', () => {
  it.each([[40, 'ms', 0.08], [-40, 'ms', -0.08], [0.5, 'beats', 0.5], [-1, 'beats', -1]] as const)('%d %s glides and never runs backwards', (amount, unit, beats) => {
    const { clock, time } = opened(120)
    time.ms = 1000
    const before = clock.beatAt(1000)
    clock.nudge(amount, unit)
    expect(clock.beatAt(1000)).toBeCloseTo(before, 9)
    const { slowest, fastest } = run(clock, time, 6000)
    expect(slowest).toBeGreaterThan(0.74)
    expect(fastest).toBeLessThan(1.26)
    expect(clock.beatAt(6000)).toBeCloseTo(12 + beats, 2)
  })

  it('a correction ends by itself, also when nobody looks', () => {
    const { clock } = opened(120)
    clock.nudge(0.5, 'beats')
    expect(clock.beatAt(60_000)).toBeCloseTo(120.5, 9)
  })

  it('resync puts the one of a phrase here, stepping forward', () => {
    const { clock, time } = opened(120)
    time.ms = 1800
    clock.resync()
    expect(clock.beatAt(1800)).toBe(32)
    // A hand a little late means the one that has just been.
    time.ms = 1830
    clock.resync()
    expect(clock.beatAt(1830)).toBe(32)
  })
})

describe('what cues wait for', () => {
  it.each([['beat', 1300, 3], ['bar', 1300, 4], ['phrase', 1300, 32], ['beat', 1500, 4], ['bar', 16_100, 36]] as const)('the next %s after %d ms is beat %d', (unit, after, beat) => {
    const { clock } = opened(120)
    expect(clock.next(unit, after)).toBe(beat)
    expect(clock.whenBeat(beat)).toBeCloseTo(beat * 500, 6)
  })

  it('knows when a beat comes in the middle of a glide', () => {
    const { clock, time } = opened(133)
    time.ms = 5000
    clock.nudge(-0.7, 'beats')
    for (const beat of [12, 13, 20]) expect(clock.beatAt(clock.whenBeat(beat))).toBeCloseTo(beat, 9)
  })
})

describe('following', () => {
  it.each([['midi', 0.5], ['audio', 0.37], ['link', 1.8]] as const)('%s: closes in within a few beats without a jump', (source, offset) => {
    const { clock, time } = opened(100)
    const { follower } = leader(128, offset)
    clock.attach(source, follower)
    run(clock, time, 1000)
    const before = clock.beatAt(time.ms)
    clock.source = source
    expect(clock.beatAt(time.ms)).toBe(before)
    const { slowest, fastest } = run(clock, time, 6000)
    expect(clock.following).toBe(true)
    expect(clock.bpm).toBe(128)
    expect(slowest).toBeGreaterThan(0.74)
    expect(fastest).toBeLessThan(1.26)
    expect(apart(clock.beatAt(time.ms), follower.beatAt(time.ms), source === 'audio' ? 1 : 4)).toBeLessThan(0.005)
  })

  it('is within 5 ms after four beats, from half a beat off', () => {
    const { clock, time } = opened(128)
    const { follower } = leader(128, 0.5)
    clock.attach('audio', follower)
    clock.source = 'audio'
    run(clock, time, 4 * (60_000 / 128))
    expect(apart(clock.beatAt(time.ms), follower.beatAt(time.ms)) * (60_000 / 128)).toBeLessThan(5)
  })

  it('runs on freely when the leader is lost, and takes it up again', () => {
    const { clock, time } = opened(120)
    const { state, follower } = leader(140, 0.2)
    clock.attach('midi', follower)
    clock.source = 'midi'
    run(clock, time, 5000)
    state.locked = false
    state.bpm = 33
    const before = clock.beatAt(time.ms)
    run(clock, time, 8000)
    expect([clock.following, clock.bpm]).toEqual([false, 140])
    expect(clock.beatAt(time.ms) - before).toBeCloseTo(7, 1)
    // A hand may set the tempo meanwhile.
    clock.bpm = 90
    expect(clock.bpm).toBe(90)
    Object.assign(state, { locked: true, bpm: 141, offset: 2.3 })
    const { slowest, fastest } = run(clock, time, 14_000)
    expect([slowest > 0.74, fastest < 1.26, clock.bpm]).toEqual([true, true, 141])
    expect(apart(clock.beatAt(time.ms), follower.beatAt(time.ms), 4)).toBeLessThan(0.005)
    clock.bpm = 90
    expect(clock.bpm).toBe(141)
  })

  it('takes a machine\'s start for the one, and only its tempo while it stands', () => {
    const { clock, time } = opened(120)
    const { state, follower } = leader(125, 0)
    state.running = false
    clock.attach('midi', follower)
    clock.source = 'midi'
    run(clock, time, 3000)
    const stood = clock.beatAt(time.ms)
    expect([clock.bpm, stood > 6 && stood < 6.3]).toEqual([125, true])
    // Started now: it counts from 0.
    state.offset = -(time.ms * 125) / 60_000
    state.running = true
    clock.update(time.ms)
    expect(clock.beatAt(time.ms)).toBeCloseTo(32, 6)
    run(clock, time, 9000)
    expect(apart(clock.beatAt(time.ms), follower.beatAt(time.ms), 32)).toBeLessThan(0.001)
  })

  it('keeps nudges, half time and the performer\'s one while it follows', () => {
    const { clock, time } = opened(120)
    const { follower } = leader(140, 0.25)
    clock.attach('midi', follower)
    clock.source = 'midi'
    run(clock, time, 5000)
    clock.nudge(-20, 'ms')
    run(clock, time, 10_000)
    expect(apart(clock.beatAt(time.ms), follower.beatAt(time.ms)) * (60_000 / 140)).toBeCloseTo(20, 0)
    clock.half()
    run(clock, time, 15_000)
    expect(clock.bpm).toBe(70)
    clock.double()
    run(clock, time, 20_000)
    time.ms = 20_400
    clock.resync()
    const one = clock.beatAt(time.ms)
    expect(one % 32).toBe(0)
    run(clock, time, 20_400 + 32 * (60_000 / 140))
    expect(Math.abs(clock.beatAt(time.ms) - one - 32)).toBeLessThan(0.6)
  })

  it('survives a leader that talks nonsense', () => {
    const { clock, time } = opened(120)
    clock.attach('midi', { bpm: Number.NaN, beatAt: () => Number.NaN, locked: true })
    clock.source = 'midi'
    run(clock, time, 1000)
    expect(clock.beatAt(time.ms)).toBeCloseTo((time.ms * 120) / 60_000, 6)
  })
})
