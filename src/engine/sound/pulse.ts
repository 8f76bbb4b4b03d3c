import { SAMPLE_RATE } from './ring.js'
import { HOP } from './spectrum.js'
import { createTempoFinder, type Tempo } from './tempo.js'

/** Where the beat of what is heard is. Times are samples since the sound began. */
export interface Pulse {
  /** As heard last; 0 before any. */
  readonly bpm: number
  readonly confidence: number
  /** Sure enough to be followed. */
  readonly locked: boolean
  /** Beats at a sample: whole on the beat. Which of them is the one is not known. */
  beatAt(sample: number): number
  /** Hears the next hop's onset strength, which belongs to this sample. */
  hear(strength: number, sample: number): void
}

/** Hops summed to one step of the series: 10.7 ms. */
const STEP_HOPS = 2
const RATE = SAMPLE_RATE / HOP / STEP_HOPS
/** Steps looked back on: 10.9 s. */
const KEPT = 1024
/** Steps needed before the first look (4 s), and between two (0.5 s). */
const FIRST = Math.round(4 * RATE)
const EVERY = Math.round(0.5 * RATE)
/** Makes one-step-wide clicks wide enough to be placed between steps: a Gaussian of 1.5 steps. */
const BLUR = [0.0104, 0.0419, 0.1113, 0.2062, 0.2603, 0.2062, 0.1113, 0.0419, 0.0104] as const
const REACH = (BLUR.length - 1) / 2
/** Lock comes at the first of these confidences and is lost at the second. */
const LOCK = 0.45
const LOSE = 0.2
/** Tempi this close are the same one, measured again. */
const SAME = 0.03
/** Looks in a row that must agree on another tempo before it is believed. */
const AGREE = 3

/** Tracks tempo and beat from onset strengths: looks every half second at the last eleven, and changes its mind slowly. */
export const createPulse = (): Pulse => {
  const kept = new Float64Array(KEPT)
  const series = new Float64Array(KEPT)
  const find = createTempoFinder(KEPT, RATE)
  const found: Tempo = { bpm: 0, confidence: 0, beatAge: 0 }
  let steps = 0
  let hops = 0
  let sum = 0
  let bpm = 0
  let confidence = 0
  let locked = false
  let other = 0
  let others = 0
  let knownSample = 0
  let knownBeat = 0

  const beatAt = (sample: number) => knownBeat + ((sample - knownSample) * bpm) / (60 * SAMPLE_RATE)

  const lay = (): number => {
    const length = Math.min(steps, KEPT)
    for (let i = 0; i < length; i++) {
      let blurred = 0
      for (let j = -REACH; j <= REACH; j++) {
        const at = i + j
        if (at >= 0 && at < length) blurred += BLUR[j + REACH]! * kept[(steps - length + at) % KEPT]!
      }
      series[i] = blurred
    }
    return length
  }

  /** Takes over another tempo, or closes in on the one that is known. */
  const agree = (heard: number): void => {
    const close = (to: number) => Math.abs(heard / to - 1) < SAME
    if (bpm > 0 && close(bpm)) {
      others = 0
      bpm += 0.3 * (heard - bpm)
      return
    }
    others = other > 0 && close(other) ? others + 1 : 1
    other = heard
    if (locked && others < AGREE) return
    bpm = heard
    others = 0
  }

  const look = (sample: number): void => {
    const length = lay()
    find(series, length, found)
    confidence += 0.4 * (found.confidence - confidence)
    locked = confidence > (locked ? LOSE : LOCK)
    if (found.bpm === 0) return
    const beatSample = sample - found.beatAge * SAMPLE_RATE
    const before = beatAt(beatSample)
    agree(found.bpm)
    if (others > 0) return
    // The count goes on; only the place of the beat is corrected.
    knownBeat = Math.round(before) + 0.5 * (before - Math.round(before))
    knownSample = beatSample
  }

  return {
    get bpm() { return bpm },
    get confidence() { return confidence },
    get locked() { return locked },
    beatAt,
    hear(strength, sample) {
      sum += strength
      hops += 1
      if (hops < STEP_HOPS) return
      kept[steps % KEPT] = sum
      hops = 0
      sum = 0
      steps += 1
      // A step's middle lies half a hop before its last hop.
      if (steps >= FIRST && steps % EVERY === 0) look(sample - HOP / 2)
    },
  }
}
