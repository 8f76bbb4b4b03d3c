import { describe, expect, it } from 'vitest'
import { createArrival } from '../../src/control/midi/arrival.js'
import { createMidiClock, type MidiClockIn } from '../../src/control/midi/clock-in.js'
import { createClockOut } from '../../src/control/midi/clock-out.js'
import { manualTime, seeded } from './midi-support.js'

const tickMs = (bpm: number) => 60_000 / bpm / 24
const phaseMs = (clock: MidiClockIn, at: number, beat: number, bpm: number) => Math.abs(clock.beatAt(at) - beat) * (60_000 / bpm)

/** Plays ticks `from`..`to` (numbers of the whole run) with +-`jitter` ms, and gives the moment of the last. */
const player = (bpm: number, jitter: number, seed: number, start = 5000) => {
  const time = { now: start }
  const clock = createMidiClock(() => time.now)
  const random = seeded(seed)
  const trueAt = (n: number) => start + n * tickMs(bpm)
  return {
    clock, time, trueAt,
    play(from: number, to: number, skip: (n: number) => boolean = () => false) {
      for (let n = from; n <= to; n++) {
        const late = (random() * 2 - 1) * jitter
        if (skip(n)) continue
        time.now = trueAt(n) + late
        clock.tick(time.now)
      }
    },
  }
}

describe('MIDI clock in', () => {
  it('at 128 BPM with 2 ms of jitter: phase within 5 ms after 4 beats, tempo within 0.05 BPM, whatever the jitter', () => {
    let [phase, tempo] = [0, 0]
    for (let seed = 1; seed <= 200; seed++) {
      const { clock, trueAt, play } = player(128, 2, seed)
      clock.start()
      play(0, 96)
      phase = Math.max(phase, phaseMs(clock, trueAt(96), 4, 128))
      tempo = Math.max(tempo, Math.abs(clock.bpm - 128))
      for (let n = 97; n <= 240; n++) {
        play(n, n)
        phase = Math.max(phase, phaseMs(clock, trueAt(n), n / 24, 128))
        tempo = Math.max(tempo, Math.abs(clock.bpm - 128))
      }
      expect(clock.locked).toBe(true)
    }
    expect(phase).toBeLessThan(1.5)
    expect(tempo).toBeLessThan(0.05)
  })

  it('goes on by itself while ticks are lost, and finds the place again', () => {
    const { clock, time, trueAt, play } = player(128, 2, 3)
    clock.start()
    play(0, 240)
    expect(phaseMs(clock, trueAt(264), 11, 128)).toBeLessThan(3)
    play(241, 480, (n) => n % 50 === 0 || (n > 300 && n < 320))
    expect(phaseMs(clock, trueAt(480), 20, 128)).toBeLessThan(3)
    expect(clock.bpm).toBeCloseTo(128, 1)
    time.now = trueAt(480) + 300
    expect(clock.locked).toBe(false)
  })

  it('is not led astray by a sender that is held up and then sends what it owes', () => {
    const { clock, time, trueAt, play } = player(120, 1, 4)
    clock.start()
    play(0, 192)
    time.now = trueAt(198)
    for (let n = 193; n <= 198; n++) clock.tick(time.now)
    expect(clock.bpm).toBeCloseTo(120, 1)
    play(199, 240)
    expect(phaseMs(clock, trueAt(240), 10, 120)).toBeLessThan(2)
    expect(clock.bpm).toBeCloseTo(120, 1)
  })

  it('is not led astray by a long hold-up either', () => {
    const { clock, time, trueAt, play } = player(120, 1, 4)
    clock.start()
    play(0, 192)
    time.now = trueAt(208)
    for (let n = 193; n <= 208; n++) clock.tick(time.now += 0.1)
    play(209, 250)
    expect(phaseMs(clock, trueAt(250), 250 / 24, 120)).toBeLessThan(2)
    expect(clock.bpm).toBeCloseTo(120, 1)
  })

  it.each([[128, 140], [128, 129], [174, 87], [90, 128]])('follows a change from %i to %i BPM within a beat', (before, after) => {
    const { clock, time, trueAt, play } = player(before, 1, 5)
    clock.start()
    play(0, 240)
    const random = seeded(9)
    const turn = trueAt(240)
    const at = (n: number) => turn + n * tickMs(after)
    for (let n = 1; n <= 96; n++) {
      time.now = at(n) + random() * 2 - 1
      clock.tick(time.now)
      if (n >= 30) expect(phaseMs(clock, at(n), 10 + n / 24, after)).toBeLessThan(6)
    }
    expect(Math.abs(clock.bpm - after)).toBeLessThan(0.3)
  })

  it('keeps start, stop, continue and song position', () => {
    const { clock, time, trueAt, play } = player(120, 0, 1)
    play(0, 47)
    expect(clock.running).toBe(true)
    clock.start()
    play(48, 96)
    expect(clock.beatAt(trueAt(96))).toBeCloseTo(2, 3)
    clock.stop(trueAt(96))
    expect(clock.running).toBe(false)
    play(97, 120)
    expect(clock.beatAt(time.now)).toBeCloseTo(2, 3)
    clock.resume()
    play(121, 145)
    expect(clock.beatAt(trueAt(145))).toBeCloseTo(3, 3)
    clock.stop(time.now)
    clock.position(64)
    expect(clock.beatAt(time.now)).toBe(16)
    clock.resume()
    play(146, 170)
    expect(clock.beatAt(trueAt(170))).toBeCloseTo(17, 3)
  })

  it('says nothing of a tempo it does not know, and forgets one after a long silence', () => {
    const { clock, time, trueAt, play } = player(120, 0, 1)
    expect([clock.bpm, clock.locked, clock.beatAt(0)]).toEqual([120, false, 0])
    play(0, 5)
    expect(clock.locked).toBe(false)
    time.now = trueAt(5) + 10_000
    expect(clock.running).toBe(false)
    for (let i = 0; i < 40; i++) {
      time.now += tickMs(100)
      clock.tick(time.now)
    }
    expect(clock.bpm).toBeCloseTo(100, 2)
    for (const at of [Number.NaN, Infinity]) expect(() => clock.tick(at)).not.toThrow()
  })
})

describe('arrival times', () => {
  it('are those of the driver, however late the main thread takes the messages', () => {
    const random = seeded(2)
    let now = 0
    const arrival = createArrival(() => now)
    for (let i = 0; i < 500; i++) {
      now = 100 + i * 20 + (i % 7 === 0 ? 0 : random() * 16)
      const at = arrival(i === 0 ? 0 : 0.02)
      if (i > 10) expect(Math.abs(at - (100 + i * 20))).toBeLessThan(1)
      expect(at).toBeLessThanOrEqual(now)
    }
    now += 60_000
    expect(arrival(0.001)).toBe(now)
  })
})

describe('MIDI clock out', () => {
  const playing = (bpmAt: (ms: number) => number = () => 128, late: () => number = () => 0) => {
    const inner = manualTime(0)
    const time = { now: inner.now, after: (ms: number, run: () => void) => inner.after(Math.max(0, ms) + late(), run) }
    let [beats, last, jump] = [0, 0, 0]
    const beatAt = (ms: number) => {
      if (ms > last) [beats, last] = [beats + ((ms - last) * bpmAt(last)) / 60_000, ms]
      return jump + beats - ((last - ms) * bpmAt(last)) / 60_000
    }
    const sent: { at: number; bytes: number[] }[] = []
    const out = createClockOut({ beat: { get bpm() { return bpmAt(last) }, beatAt }, send: (bytes) => sent.push({ at: inner.now(), bytes: [...bytes] }), time })
    return { out, sent, advance: inner.advance, ticks: () => sent.filter(({ bytes }) => bytes[0] === 0xf8).map(({ at }) => at), jump: (by: number) => { jump += by } }
  }

  it('sends 24 ticks a beat, and none too many in ten minutes', () => {
    const { advance, ticks } = playing()
    advance(600_000)
    expect(Math.abs(ticks().length - 128 * 10 * 24)).toBeLessThanOrEqual(1)
    const last = ticks().at(-1) ?? 0
    expect(Math.abs(((last * 128 * 24) / 60_000) % 1 - 0.5)).toBeGreaterThan(0.45)
  })
  it('sends late ticks apart from one another, and loses none', () => {
    const random = seeded(8)
    const { advance, ticks } = playing(() => 128, () => (random() < 0.02 ? 100 : random() * 4))
    advance(60_000)
    const all = ticks()
    const gaps = all.slice(1).map((at, i) => at - (all[i] ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(tickMs(128) / 2 - 0.001)
    expect(Math.abs(all.length - 128 * 24)).toBeLessThanOrEqual(8)
  })
  it('starts on a sixteenth with a song position, and follows jumps by another', () => {
    const { out, sent, advance, jump } = playing(() => 120)
    advance(1010)
    out.start()
    expect(sent.slice(-3).map(({ bytes }) => bytes)).toEqual([[0xfc], [0xf2, 9, 0], [0xfb]])
    advance(1000)
    jump(16)
    advance(200)
    expect(sent.filter(({ bytes }) => bytes[0] === 0xf2)).toHaveLength(2)
    out.stop()
    expect(sent.at(-1)?.bytes).toEqual([0xfc])
    out.close()
    const count = sent.length
    advance(1000)
    expect(sent).toHaveLength(count)
  })
  it('is followed by the clock in', () => {
    const { out, sent, advance } = playing(() => 133.5)
    out.start()
    advance(10_000)
    let now = 0
    const clock = createMidiClock(() => now)
    let position = 0
    for (const { at, bytes: [status, a = 0, b = 0] } of sent) {
      now = at
      if (status === 0xf8) clock.tick(at)
      else if (status === 0xf2) clock.position(position = a | (b << 7))
      else if (status === 0xfa) clock.start()
      else if (status === 0xfb) clock.resume()
      else clock.stop(at)
    }
    expect(position).toBe(0)
    expect(clock.bpm).toBeCloseTo(133.5, 1)
    expect(Math.abs(clock.beatAt(10_000) - (10_000 * 133.5) / 60_000) * (60_000 / 133.5)).toBeLessThan(1)
  })
})
