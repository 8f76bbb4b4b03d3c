import { describe, expect, it } from 'vitest'
import { createAudio, type Audio } from '../../src/control/audio/index.js'
import { createBeatClock } from '../../src/control/beat/index.js'
import { createAnalysis } from '../../src/engine/sound/analysis.js'
import { createFft, createRealFft } from '../../src/engine/sound/fft.js'
import type { SoundFeed } from '../../src/engine/sound/feed.js'
import { BIN_HZ } from '../../src/engine/sound/spectrum.js'
import { babble, clicks, createNoise, RATE, samplesOf, sine } from '../inputs/sound-signals.js'

/** Hears samples as they would come at 60 ticks a second, and looks after each. */
const hear = (samples: Float32Array, look: (seconds: number) => void = () => {}, analysis = createAnalysis()) => {
  for (let at = 0; at < samples.length; at += 800) {
    const part = samples.subarray(at, at + 800)
    analysis.add(part, part.length)
    look((at + part.length) / RATE)
  }
  return analysis
}

/** A feed that gives samples by the time a test sets. */
const feedOf = (samples: Float32Array) => {
  const state = { ms: 0, present: true, taken: 0 }
  const feed: SoundFeed = {
    get present() { return state.present },
    get heardAt() { return (state.taken * 1000) / RATE },
    read(into) {
      const due = Math.min(samples.length, Math.floor((state.ms * RATE) / 1000))
      const count = Math.max(0, Math.min(into.length, due - state.taken))
      into.set(samples.subarray(state.taken, state.taken + count))
      state.taken += count
      return count
    },
  }
  return { state, feed }
}

const loudestBin = (spectrum: Float32Array) => spectrum.indexOf(Math.max(...spectrum))

describe('the transform', () => {
  it('agrees with the sum it stands for', () => {
    const random = createNoise(3)
    const values = Array.from({ length: 64 }, random)
    const [re, im] = [Float64Array.from(values), new Float64Array(64)]
    createFft(64).forward(re, im)
    for (let k = 0; k < 64; k++) {
      expect(re[k]).toBeCloseTo(values.reduce((sum, x, n) => sum + x * Math.cos((2 * Math.PI * k * n) / 64), 0), 9)
      expect(im[k]).toBeCloseTo(values.reduce((sum, x, n) => sum - x * Math.sin((2 * Math.PI * k * n) / 64), 0), 9)
    }
    const magnitudes = new Float32Array(32)
    createRealFft(64).magnitudes(Float64Array.from(values), 2, magnitudes)
    magnitudes.forEach((value, k) => { expect(value).toBeCloseTo(2 * Math.hypot(re[k] ?? 0, im[k] ?? 0), 5) })
    expect(() => createFft(100)).toThrow(/power of two from 2, not 100/)
  })
})

describe('spectrum, bands, level and wave', () => {
  it.each([60, 440, 1000, 5000, 11_000])('a sine of %d Hz is loudest in its bin, at full scale', (hz) => {
    const { spectrum } = hear(sine(hz, 1))
    expect(Math.abs(loudestBin(spectrum) - hz / BIN_HZ)).toBeLessThanOrEqual(0.5)
    expect(Math.max(...spectrum)).toBeGreaterThan(0.95)
    // Three bins away the window lets nothing through.
    expect(spectrum.filter((_, bin) => Math.abs(bin - hz / BIN_HZ) > 3).every((value) => value < 0.02)).toBe(true)
  })

  it.each([[80, 0], [400, 1], [2000, 2], [8000, 3]])('a sine of %d Hz is in band %d and no other', (hz, band) => {
    const { bands } = hear(sine(hz, 1))
    bands.forEach((value, i) => { expect(i === band ? value > 0.9 : value < 0.1).toBe(true) })
  })

  it('silence is 0 in everything, also after music and with an open input\'s faint hiss', () => {
    const hiss = createNoise(5)
    for (const tail of [samplesOf(20, () => 0), samplesOf(20, () => 0.0003 * hiss())]) {
      const analysis = hear(tail, undefined, hear(sine(100, 2)))
      expect([analysis.level, ...analysis.bands]).toEqual([0, 0, 0, 0, 0])
      expect(Math.max(...analysis.spectrum)).toBeLessThan(0.05)
    }
    const nothing = hear(samplesOf(2, () => 0))
    expect([nothing.level, nothing.onsets, nothing.pulse.bpm, nothing.pulse.confidence, Math.max(...nothing.spectrum)]).toEqual([0, 0, 0, 0, 0])
  })

  it('loudness follows within a few hops, and quiet music fills the range after a while', () => {
    const analysis = createAnalysis()
    const at: Record<string, number> = {}
    hear(samplesOf(3, (t) => (t > 1 && t < 2 ? 0.5 * Math.sin(2000 * t) : 0)), (t) => { at[t.toFixed(2)] = analysis.level }, analysis)
    expect(at['1.00']).toBe(0)
    expect(at['1.05']).toBeGreaterThan(0.9)
    expect(at['2.00']).toBeGreaterThan(0.95)
    expect(at['2.20']).toBeLessThan(0.45)
    expect(at['3.00']).toBeLessThan(0.02)
    const quiet = hear(sine(300, 40, 0.02), undefined, hear(sine(300, 2, 0.8)))
    expect(quiet.level).toBeGreaterThan(0.9)
  })

  it('the wave is the newest 512 samples, in the same array always', () => {
    const samples = sine(123, 1)
    const analysis = createAnalysis()
    const { wave, bands, spectrum } = analysis
    hear(samples, undefined, analysis)
    expect(wave).toEqual(samples.subarray(samples.length - 512))
    expect([analysis.wave === wave, analysis.bands === bands, analysis.spectrum === spectrum, spectrum.length]).toEqual([true, true, true, 256])
  })

  it('nonsense from a driver does no harm', () => {
    const analysis = hear(samplesOf(1, (_, i) => [Number.NaN, Infinity, 1e30, -Infinity][i % 4] ?? 0))
    hear(sine(440, 1), undefined, analysis)
    expect(loudestBin(analysis.spectrum)).toBe(Math.round(440 / BIN_HZ))
    expect(Number.isFinite(analysis.level)).toBe(true)
  })

  it('takes samples in pieces of any size', () => {
    const samples = clicks(120, 8).samples
    const whole = createAnalysis()
    whole.add(samples, samples.length)
    const pieces = createAnalysis()
    const random = createNoise(11)
    for (let at = 0; at < samples.length; ) {
      const n = Math.min(samples.length - at, 1 + Math.floor(3000 * Math.abs(random())))
      pieces.add(samples.subarray(at, at + n), n)
      at += n
    }
    expect([pieces.onsets, pieces.pulse.bpm, pieces.level]).toEqual([whole.onsets, whole.pulse.bpm, whole.level])
    expect(pieces.spectrum).toEqual(whole.spectrum)
  })
})

describe('onsets and tempo', () => {
  it.each([90, 120, 128, 174].flatMap((bpm) => [0, 0.02, 0.1].map((noise) => [bpm, noise] as const)))('clicks at %d BPM over noise of %d', (bpm, noise) => {
    const { samples, times } = clicks(bpm, 16, noise)
    const found: number[] = []
    let known = 0
    const analysis = createAnalysis()
    hear(samples, () => {
      if (analysis.onsets > known) found.push(analysis.onsetSample / RATE)
      known = analysis.onsets
    }, analysis)
    // Within the first second it is not known yet what is loud here.
    const due = times.filter((at) => at > 1.1)
    const settled = found.filter((at) => at > 1.05)
    expect(settled.length).toBe(due.length)
    settled.forEach((at, i) => { expect(Math.abs(at - (due[i] ?? 0))).toBeLessThan(0.02) })
    expect(Math.abs(analysis.pulse.bpm - bpm)).toBeLessThan(0.5)
    expect(analysis.pulse.confidence).toBeGreaterThan(0.8)
    expect(analysis.pulse.locked).toBe(true)
    for (const at of times.slice(-6)) {
      const beat = analysis.pulse.beatAt(at * RATE)
      expect(Math.abs(beat - Math.round(beat)) * (60 / bpm)).toBeLessThan(0.02)
    }
  })

  it.each([1, 2, 3, 4])('babble (%d) has no tempo to be sure of', (seed) => {
    const { pulse } = hear(babble(20, seed * 7919))
    expect([pulse.confidence < 0.3, pulse.locked]).toEqual([true, false])
  })

  it('steady noise and a steady tone have neither onsets nor a tempo', () => {
    const random = createNoise(1)
    for (const samples of [samplesOf(20, () => 0.1 * random()), sine(220, 20)]) {
      const { onsets, pulse } = hear(samples)
      expect(onsets).toBeLessThanOrEqual(2)
      expect(pulse.confidence).toBeLessThan(0.2)
    }
  })

  it.each([100, 126, 140])('kick, snare and hi-hat at %d BPM', (bpm) => {
    const hiss = createNoise(9)
    const beat = 60 / bpm
    const { pulse } = hear(samplesOf(16, (t) => {
      const n = Math.floor(t / beat)
      const inBeat = t - n * beat
      const inHalf = inBeat % (beat / 2)
      const kick = 0.7 * Math.exp(-inBeat * 18) * Math.sin(2 * Math.PI * 55 * inBeat)
      const snare = n % 2 === 1 ? 0.3 * Math.exp(-inBeat * 25) * hiss() : 0
      return kick + snare + 0.06 * Math.exp(-inHalf * 80) * hiss()
    }))
    expect(Math.abs(pulse.bpm - bpm)).toBeLessThan(0.5)
    expect(pulse.locked).toBe(true)
    const phase = pulse.beatAt(Math.round(15 / beat) * beat * RATE)
    expect(Math.abs(phase - Math.round(phase)) * beat).toBeLessThan(0.03)
  })

  it('notices another tempo', () => {
    const analysis = hear(clicks(124, 16).samples)
    hear(clicks(140, 16).samples, undefined, analysis)
    expect(Math.abs(analysis.pulse.bpm - 140)).toBeLessThan(0.5)
  })
})

describe('listening', () => {
  const play = (audio: Audio, state: { ms: number }, untilMs: number, each: () => void = () => {}) => {
    for (; state.ms < untilMs; state.ms += 1000 / 60) {
      audio.update(state.ms)
      each()
    }
  }

  it('gives one view and one follower, which a clock follows onto the beat', () => {
    const { samples, times } = clicks(128, 20, 0.02)
    const { state, feed } = feedOf(samples)
    const audio = createAudio(feed)
    const { view } = audio
    const { bands, wave, spectrum } = view
    const clock = createBeatClock({ bpm: 120, now: () => state.ms })
    clock.attach('audio', audio.follower)
    clock.source = 'audio'
    play(audio, state, 19_000, () => { clock.update() })
    expect([audio.view, view.bands, view.wave, view.spectrum].map((one, i) => one === [view, bands, wave, spectrum][i])).toEqual([true, true, true, true])
    expect([view.present, view.onsets, clock.following]).toEqual([true, times.filter((t) => t < 18.98).length, true])
    expect(Math.abs(clock.bpm - 128)).toBeLessThan(0.3)
    expect(Math.abs(audio.onsetAt / 1000 - (times.filter((t) => t < 18.98).at(-1) ?? 0))).toBeLessThan(0.02)
    const last = times.filter((t) => t < 18.9).at(-1) ?? 0
    const off = clock.beatAt(last * 1000)
    expect(Math.abs(off - Math.round(off)) * (60 / 128)).toBeLessThan(0.02)
  })

  it('is all 0 without a feed, when the feed vanishes, and when nothing comes any more', () => {
    const zero = ({ view }: Audio) => [view.level, ...view.bands, ...view.spectrum, ...view.wave, view.confidence, view.bpm].every((value) => value === 0)
    const none = createAudio()
    none.update(0)
    expect([none.view.present, zero(none), none.follower.locked, Number.isNaN(none.onsetAt)]).toEqual([false, true, false, true])

    const { state, feed } = feedOf(clicks(120, 30, 0.05).samples)
    const audio = createAudio(feed)
    play(audio, state, 12_000)
    expect([zero(audio), audio.follower.locked]).toEqual([false, true])
    state.present = false
    state.taken = 30 * RATE
    play(audio, state, 12_100)
    expect([audio.view.present, zero(audio), audio.follower.locked]).toEqual([false, true, false])
    // It comes back: what was known is not lost.
    state.present = true
    state.taken = 12.1 * RATE
    play(audio, state, 13_000)
    expect(Math.abs(audio.view.bpm - 120)).toBeLessThan(0.5)
    state.taken = 30 * RATE
    play(audio, state, 13_200)
    expect(zero(audio)).toBe(false)
    play(audio, state, 13_500)
    expect([audio.view.present, zero(audio)]).toEqual([true, true])
  })
})
