import type { Moment } from '../engine/effect.js'
import type { Faults } from '../engine/guard.js'
import type { Picture } from '../engine/types.js'
import { createPictureStage } from '../gl/picture.js'
import { createReadback } from '../gl/readback.js'
import type { Gpu, ShaderText } from '../gl/types.js'
import type { Masker, MaskView, View } from '../masking/types.js'
import { createJumps } from './jumps.js'
import type { Subjects } from './subjects.js'

/** Brings a source's pictures to its mask worker, and its masks back. */
export interface LiveMasks {
  /** Call in every tick with the newest picture: hands it to the worker when that is idle. Never waits. */
  look(picture: Picture, moment: Moment): void
  /** As `look`, but gives the worker up to `ms` to answer for this very picture. */
  lookAndWait(picture: Picture, moment: Moment, ms: number): void
  /**
   * Call at the end of every tick: hands the worker the picture that `look` drew small, if that is back already. Where the GPU is
   * the processor, it then works in the pause between ticks and not beside the next one's drawing.
   */
  handOver(): void
  /** Resolves when the masks of this very picture are there. Rejects with a DoppelError when they never will be. */
  lookExactly(picture: Picture, moment: Moment): Promise<void>
  /** The newest masks, frozen ones in their places; undefined before the first, and while there is nothing to follow. */
  newest(): MaskView | undefined
  close(): void
}

export interface LiveMasksOptions {
  readonly masker: Masker
  /** What is followed. While that is nothing, no picture is looked at. */
  readonly subjects: Subjects
  readonly shaderText: ShaderText
  readonly faults: Faults
}

/** A worker that dies while one exact picture is waited for is given the picture again. */
const TRIES = 5
/** Pictures on their way from the GPU: one, and one that is being given up for a newer. */
const DEPTH = 2

/** Makes the small picture a segmenter wants on the GPU, and reads it back without stalling. */
export const createLiveMasks = (gpu: Gpu, { masker, subjects, shaderText, faults: { guard } }: LiveMasksOptions): LiveMasks => {
  const size = masker.input
  if (!size) throw new RangeError(`${masker.id} was not open when its pictures were asked for`)
  const stage = createPictureStage(gpu, { ...size, shaderText })
  const readback = createReadback(gpu, { ...size, format: 'rgba', depth: DEPTH })
  const taken: { -readonly [K in keyof Omit<View, 'dt'>]: View[K] } = { ...size, data: new Uint8Array(0), seq: Number.NaN, capturedAt: 0 }
  let issued = Number.NaN
  let capturedAt = 0
  const post: Parameters<typeof readback.collect>[0] = ({ data, tick }) => {
    taken.data = data
    taken.seq = tick
    taken.capturedAt = capturedAt
    masker.post(taken)
  }
  const jumps = createJumps()
  const issue = (picture: Picture, moment: Moment) => {
    if (jumps(picture)) masker.reset()
    const { colour } = stage.draw(picture, 'stretch', moment)
    if (!readback.issue(colour, picture.seq)) return
    issued = picture.seq
    ;({ capturedAt } = picture)
  }
  const step = (picture: Picture, moment: Moment, wait: boolean) => {
    masker.watch()
    if (readback.pending > 0) readback.collect(post, wait)
    if (!subjects.any && !masker.stale) return
    if ((picture.seq === issued && !masker.stale) || !masker.idle || readback.pending > 0) return
    issue(picture, moment)
    if (wait) readback.collect(post, true)
  }
  return {
    look(picture, moment) { guard(masker.id, undefined, () => { step(picture, moment, false) }) },
    lookAndWait(picture, moment, ms) {
      guard(masker.id, undefined, () => {
        step(picture, moment, true)
        masker.wait(ms)
      })
    },
    handOver() { if (readback.pending > 0) guard(masker.id, undefined, () => readback.collect(post)) },
    async lookExactly(picture, moment) {
      if (!subjects.any && !masker.stale) return
      for (let i = 0; i < TRIES && (masker.stale || masker.newest()?.seq !== picture.seq); i++) {
        gpu.makeCurrent()
        issue(picture, moment)
        while (readback.pending > 0 && readback.collect(post, true));
        await masker.settle()
      }
    },
    newest: () => (subjects.begun ? subjects.through(masker.newest()) : undefined),
    close() {
      readback.close()
      stage.close()
    },
  }
}
