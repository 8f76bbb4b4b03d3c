import { createEnvelope, createGain } from './gain.js'
import { createOnsets, FLUX_LAG } from './onsets.js'
import { createPulse, type Pulse } from './pulse.js'
import { BANDS, createSpectrum, HOP, HOPS_PER_SECOND, WINDOW } from './spectrum.js'

/** Samples of `wave`, and bins of `spectrum` (46.9 Hz wide each: 0 Hz to 12 kHz). */
export const WAVE = 512
export const SPECTRUM_BINS = 256

/** What is heard, hop by hop. The same arrays all along. */
export interface Analysis {
  /** Loudness, 0..1 of the loudest of the last ten seconds or so; up within 10 ms, down within 200 ms. */
  readonly level: number
  /** As `level`, for bass, low mids, high mids and treble, each by itself. */
  readonly bands: Float32Array
  /** Amplitudes by bin, 0..1 of the loudest bin of the last seconds. */
  readonly spectrum: Float32Array
  /** The newest samples, oldest first. */
  readonly wave: Float32Array
  readonly onsets: number
  /** Sample of the newest onset, counted from the first sample heard; -1 before any. */
  readonly onsetSample: number
  readonly pulse: Pulse
  /** Samples heard so far. */
  readonly heard: number
  /** Hears the next samples, any number of them. Allocates nothing. */
  add(samples: Float32Array, count: number): void
  /** There is nothing to hear any more: everything is 0 at once. Tempo and beat are kept. */
  hush(): void
}

const HOP_SECONDS = 1 / HOPS_PER_SECOND
/** Seconds in which what was loudest is half forgotten. */
const FORGET_LEVEL = 6
const FORGET_BAND = 4
/** -50 dB: nothing quieter is brought up to full. */
const FLOOR = 0.003
/** Of a loud tone so much leaks through the window into the bands beside its own (-38 dB), and is taken off there. */
const LEAK = 0.0125
const ATTACK = 0.01
const RELEASE = 0.2

/** Analyses 48 kHz mono sound: pure arithmetic on memory allocated here. */
export const createAnalysis = (): Analysis => {
  const ring = new Float32Array(WINDOW)
  const newest = new Float32Array(WINDOW)
  const look = createSpectrum()
  const onsets = createOnsets()
  const pulse = createPulse()
  const loudest = createGain(HOP_SECONDS, FORGET_BAND, FLOOR)
  const levelGain = createGain(HOP_SECONDS, FORGET_LEVEL, FLOOR)
  const levelEnvelope = createEnvelope(HOP_SECONDS, ATTACK, RELEASE)
  const bandGains = Array.from({ length: BANDS }, () => createGain(HOP_SECONDS, FORGET_BAND, FLOOR))
  const bandEnvelopes = Array.from({ length: BANDS }, () => createEnvelope(HOP_SECONDS, ATTACK, RELEASE))
  const bands = new Float32Array(BANDS)
  const spectrum = new Float32Array(SPECTRUM_BINS)
  const wave = new Float32Array(WAVE)
  let heard = 0
  let place = 0
  let level = 0
  let onsetSample = -1

  const hop = (): void => {
    let power = 0
    for (let i = 0; i < WINDOW; i++) {
      const sample = ring[(place + i) & (WINDOW - 1)]!
      newest[i] = sample
      if (i >= WINDOW - HOP) power += sample * sample
    }
    level = levelEnvelope(levelGain.apply(Math.sqrt(power / HOP)))
    look.analyse(newest)
    let peak = 0
    for (let k = 0; k < SPECTRUM_BINS; k++) peak = Math.max(peak, look.magnitudes[k]!)
    // What is new is compared as loud as things were before it: it must not turn down what it is measured by.
    const before = loudest.factor
    loudest.apply(peak)
    const { factor } = loudest
    for (let k = 0; k < SPECTRUM_BINS; k++) spectrum[k] = Math.min(1, look.magnitudes[k]! * factor)
    let most = 0
    for (let b = 0; b < BANDS; b++) most = Math.max(most, look.bands[b]!)
    for (let b = 0; b < BANDS; b++) bands[b] = bandEnvelopes[b]!(bandGains[b]!.apply(Math.max(0, look.bands[b]! - LEAK * most)))
    if (onsets.hear(look.magnitudes, before)) onsetSample = heard - onsets.age
    pulse.hear(onsets.strength, heard - FLUX_LAG)
  }

  return {
    get level() { return level },
    bands,
    spectrum,
    wave,
    get onsets() { return onsets.count },
    get onsetSample() { return onsetSample },
    pulse,
    get heard() { return heard },
    add(samples, count) {
      for (let i = 0; i < count; i++) {
        const sample = samples[i]!
        // A driver that gives nonsense must not silence everything after it.
        ring[place] = sample >= -8 && sample <= 8 ? sample : 0
        place = (place + 1) & (WINDOW - 1)
        heard += 1
        if ((place & (HOP - 1)) === 0) hop()
      }
      for (let i = 0; i < WAVE; i++) wave[i] = ring[(place + WINDOW - WAVE + i) & (WINDOW - 1)]!
    },
    hush() {
      level = 0
      ring.fill(0)
      for (const values of [bands, spectrum, wave]) values.fill(0)
    },
  }
}
