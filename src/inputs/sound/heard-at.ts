import { SAMPLE_RATE } from '../../engine/sound/ring.js'

/** Finds when samples were heard from when their blocks arrived. */
export interface HeardAt {
  /** A block has arrived at `ms`, and `samples` were heard so far. */
  block(samples: number, ms: number): void
  /** When a sample was heard, ms. */
  at(sample: number): number
}

/** How fast the estimate may fall behind, ms per second: more than clocks of interfaces drift (100 ppm), less than shows. */
const DRIFT = 0.5
/** The stream paused or lost samples: begin anew. */
const JUMP_MS = 150

/** Blocks arrive late by chance and never early, so the earliest arrivals tell the truth. */
export const createHeardAt = (): HeardAt => {
  let offset = Number.NaN
  let lastMs = 0
  return {
    block(samples, ms) {
      const seen = ms - (samples * 1000) / SAMPLE_RATE
      const allowed = offset + (DRIFT * Math.max(0, ms - lastMs)) / 1000
      offset = Math.abs(seen - offset) < JUMP_MS ? Math.min(seen, allowed) : seen
      lastMs = ms
    },
    at: (sample) => offset + (sample * 1000) / SAMPLE_RATE,
  }
}
