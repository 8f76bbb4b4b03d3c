import { createAnalysis } from '../../engine/sound/analysis.js'
import type { SoundFeed } from '../../engine/sound/feed.js'
import { SAMPLE_RATE } from '../../engine/sound/ring.js'
import type { Follower } from '../beat/follower.js'
import type { AudioView } from '../types.js'

/** What is heard, for uniforms, modulators and the beat clock. */
export interface Audio {
  /** The same object and arrays all along; as of the last `update`. */
  readonly view: AudioView
  /** Tempo and beat as heard, for `BeatClock.attach('audio', ...)`. */
  readonly follower: Follower
  /** When the newest onset was, ms on the feed's clock; NaN before any. */
  readonly onsetAt: number
  /** Once per tick: hears everything that has come since. Never throws, allocates nothing. `at` is ms on the feed's clock. */
  update(at: number): void
  /** Listens to something else (or to nothing) from now on; tempo and loudness known so far are kept. */
  listen(feed: SoundFeed | undefined): void
}

/** Samples taken over at once. */
const BLOCK = 2048
/** With nothing new for so long it is silent: a source that is suspended sends nothing. */
const QUIET_MS = 300

/** Analysis runs on the main thread: a hop costs a few hundredths of a millisecond, what is known outlives a worker, and offline it is exact. */
export const createAudio = (first?: SoundFeed): Audio => {
  const analysis = createAnalysis()
  const block = new Float32Array(BLOCK)
  let feed = first
  let quietSince = Number.NaN
  let hushed = true
  /** When a sample was heard: this one, at this ms. */
  let knownSample = 0
  let knownMs = Number.NaN
  const msOf = (sample: number) => knownMs + ((sample - knownSample) * 1000) / SAMPLE_RATE
  const hear = (from: SoundFeed): boolean => {
    let any = false
    for (;;) {
      const count = from.read(block)
      if (count === 0) return any
      analysis.add(block, count)
      any = true
    }
  }
  const { pulse } = analysis
  return {
    view: {
      get present() { return feed?.present === true },
      get level() { return analysis.level },
      bands: analysis.bands,
      spectrum: analysis.spectrum,
      wave: analysis.wave,
      get onsets() { return analysis.onsets },
      get bpm() { return hushed ? 0 : pulse.bpm },
      get confidence() { return hushed ? 0 : pulse.confidence },
    },
    follower: {
      get bpm() { return pulse.bpm },
      beatAt: (ms) => (Number.isNaN(knownMs) ? 0 : pulse.beatAt(knownSample + ((ms - knownMs) * SAMPLE_RATE) / 1000)),
      get locked() { return !hushed && pulse.locked },
    },
    get onsetAt() { return analysis.onsetSample < 0 ? Number.NaN : msOf(analysis.onsetSample) },
    update(at) {
      if (feed && hear(feed)) {
        knownSample = analysis.heard
        knownMs = feed.heardAt
        quietSince = at
        hushed = false
      }
      if (!hushed && (feed?.present !== true || at - quietSince > QUIET_MS)) {
        analysis.hush()
        hushed = true
      }
    },
    listen(next) { feed = next },
  }
}
