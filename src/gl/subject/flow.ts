import type { Program } from '../program.js'
import { clearTarget } from '../target.js'
import type { Gpu, Target } from '../types.js'
import { createMotionFinder } from './motion.js'

/** How the picture moves: from the last but one different picture to the last. */
export interface Flow {
  /** Takes in a picture when its `seq` is new. `time` in seconds. */
  update(colour: Target, seq: number, time: number): void
  /** Gives a program in use what `flowAt` reads. */
  apply(program: Program): void
  /** Forgets the pictures: there is no motion until two more have come. */
  reset(): void
  close(): void
}

/** Pictures farther apart than this, seconds, are not compared, and a picture that stays longer is at rest. */
const PATIENCE = 0.5
const REST = 0.1
/** Pictures come a tick sooner or later than their own rate: by so much of each new interval the mean is corrected. */
const SETTLING = 0.2

/** Makes the flow. Everything is allocated here; throws a {@link DoppelError} when memory is short. */
export const createFlow = (gpu: Gpu, { width, height }: { readonly width: number; readonly height: number }): Flow => {
  const finder = createMotionFinder(gpu, { width, height })
  const scale = new Float32Array(2)
  let motion = finder.trace(0, 1)
  let newest: 0 | 1 = 0
  let shown = Number.NaN
  let changedAt = 0
  let interval = 0
  let now = 0
  return {
    update(colour, seq, time) {
      now = time
      if (seq === shown) return
      const since = time - changedAt
      const known = !Number.isNaN(shown) && since > 0 && since <= PATIENCE
      newest = newest === 0 ? 1 : 0
      finder.take(colour, newest)
      shown = seq
      changedAt = time
      if (!known) {
        interval = 0
        return
      }
      motion = finder.trace(newest === 0 ? 1 : 0, newest)
      const steady = since > interval / 2 && since < interval * 2
      interval = steady ? interval + SETTLING * (since - interval) : since
    },
    apply(program) {
      const moving = interval > 0 && now - changedAt <= Math.max(REST, 2 * interval)
      scale[0] = moving ? 1 / (finder.width * interval) : 0
      scale[1] = moving ? 1 / (finder.height * interval) : 0
      program.texture('hostFlow', motion.texture)
      program.set('hostFlowScale', scale)
    },
    reset() {
      if (Number.isNaN(shown)) return
      shown = Number.NaN
      interval = 0
      clearTarget(gpu, motion)
    },
    close() { finder.close() },
  }
}
