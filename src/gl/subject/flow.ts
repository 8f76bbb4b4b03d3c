import { createProgram, type Program } from '../program.js'
import { clearTarget, createTarget } from '../target.js'
import type { Gpu, Target } from '../types.js'
import { HALVE, LUMA, MOTION, SLOPES } from './flow-source.js'

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

/** Canvas pixels for one of the finest level, where the canvas is large enough to keep this many of those along its shorter side. */
const PIXEL = 4
const LEAST_SIDE = 144
/** The coarsest level's shorter side is at most twice this. Motion is found up to about 1.5 times the coarsest level's pixel. */
const COARSEST = 12
const MOST_LEVELS = 4
/** Pictures farther apart than this, seconds, are not compared, and a picture that stays longer is at rest. */
const PATIENCE = 0.5
const REST = 0.1
/** Pictures come a tick sooner or later than their own rate: by so much of each new interval the mean is corrected. */
const SETTLING = 0.2

interface Level {
  readonly width: number
  readonly height: number
  /** The last picture's luma and the one before, in turns. */
  readonly lumas: readonly [Target, Target]
  readonly slopes: Target
  readonly motion: Target
}

/**
 * Makes the flow: Lucas and Kanade, "An Iterative Image Registration Technique with an Application to Stereo Vision" (IJCAI 1981),
 * coarse to fine on luma pyramids (after Bouguet, 2000), one step per level, all on the GPU. Everything is allocated here; throws a
 * {@link DoppelError} when memory is short.
 */
export const createFlow = (gpu: Gpu, { width, height }: { readonly width: number; readonly height: number }): Flow => {
  const opened: { close(): void }[] = []
  const keep = <T extends { close(): void }>(unit: T): T => {
    opened.push(unit)
    return unit
  }
  const close = () => {
    for (const unit of opened.splice(0).reverse()) unit.close()
  }
  const createLevel = (w: number, h: number): Level => {
    const target = (format: 'r16f' | 'rg16f' | 'rgba16f', filter: 'linear' | 'nearest' = 'linear') => keep(createTarget(gpu, { width: w, height: h, format, filter }))
    return { width: w, height: h, lumas: [target('r16f'), target('r16f')], slopes: target('rgba16f', 'nearest'), motion: target('rg16f') }
  }
  const build = () => {
    const pixel = Math.min(PIXEL, Math.max(1, Math.floor(Math.min(width, height) / LEAST_SIDE)))
    const levels: Level[] = []
    let [w, h] = [Math.max(1, Math.round(width / pixel)), Math.max(1, Math.round(height / pixel))]
    do {
      levels.push(createLevel(w, h));
      [w, h] = [Math.ceil(w / 2), Math.ceil(h / 2)]
    } while (levels.length < MOST_LEVELS && Math.min(w, h) >= COARSEST)
    const program = (name: string, fragment: string) => keep(createProgram(gpu, { fragment, file: `flow: ${name}` }))
    return { levels, luma: program('luma', LUMA), halve: program('halve', HALVE), slopes: program('slopes', SLOPES), motion: program('motion', MOTION) }
  }
  let built
  try {
    built = build()
  } catch (thrown) {
    close()
    throw thrown
  }
  const { levels, luma, halve, slopes, motion } = built
  const [finest] = levels
  const scale = new Float32Array(2)
  let newest: 0 | 1 = 0
  let shown = Number.NaN
  let changedAt = 0
  let interval = 0
  let now = 0

  const takeIn = (colour: Target) => {
    let finer: Target | undefined
    for (const { lumas } of levels) {
      const program = finer ? halve : luma
      program.use()
      program.texture(finer ? 'finer' : 'colour', (finer ?? colour).texture)
      finer = lumas[newest]
      program.draw(finer)
    }
  }
  /** From one luma pyramid to the other; what moves `to` back is kept in each level's motion. */
  const trace = (from: 0 | 1, to: 0 | 1) => {
    slopes.use()
    for (const level of levels) {
      slopes.texture('luma', level.lumas[to].texture)
      slopes.draw(level.slopes)
    }
    motion.use()
    let coarser: Level | undefined
    for (let i = levels.length - 1; i >= 0; i--) {
      const level = levels[i]
      if (!level) continue
      motion.set('first', coarser ? 0 : 1)
      motion.texture('slopes', level.slopes.texture)
      motion.texture('earlier', level.lumas[from].texture)
      // The coarsest starts from none, but a sampler needs a texture, and not the one that is drawn to.
      motion.texture('coarser', (coarser?.motion ?? level.slopes).texture)
      motion.draw(level.motion)
      coarser = level
    }
  }
  const reset = () => {
    if (Number.isNaN(shown)) return
    shown = Number.NaN
    interval = 0
    if (finest) clearTarget(gpu, finest.motion)
  }

  return {
    update(colour, seq, time) {
      now = time
      if (seq === shown) return
      const since = time - changedAt
      const known = !Number.isNaN(shown) && since > 0 && since <= PATIENCE
      newest = newest === 0 ? 1 : 0
      takeIn(colour)
      shown = seq
      changedAt = time
      if (!known) {
        interval = 0
        return
      }
      trace(newest === 0 ? 1 : 0, newest)
      const steady = since > interval / 2 && since < interval * 2
      interval = steady ? interval + SETTLING * (since - interval) : since
    },
    apply(program) {
      if (!finest) return
      const moving = interval > 0 && now - changedAt <= Math.max(REST, 2 * interval)
      scale[0] = moving ? 1 / (finest.width * interval) : 0
      scale[1] = moving ? 1 / (finest.height * interval) : 0
      program.texture('hostFlow', finest.motion.texture)
      program.set('hostFlowScale', scale)
    },
    reset,
    close,
  }
}
