import { createProgram } from '../program.js'
import { createTarget } from '../target.js'
import type { Gpu, Target } from '../types.js'
import { HALVE, LUMA, MOTION, SLOPES } from './flow-source.js'
import { createOwned } from '../owned.js'

/** Finds how one picture became another. It holds two pictures, 0 and 1, as pyramids of their lightness. */
export interface MotionFinder {
  /** Of the finest level, which the motion is given at. */
  readonly width: number
  readonly height: number
  /** Takes a picture in as number `which`. */
  take(colour: Target, which: 0 | 1): void
  /** RG16F: at each place of picture `to` the motion v, in pixels of this size, with which picture `from` at p - v looks like it. Overwritten by the next call. */
  trace(from: 0 | 1, to: 0 | 1): Target
  close(): void
}

/** Canvas pixels for one of the finest level, where the canvas is large enough to keep this many of those along its shorter side. */
const PIXEL = 4
const LEAST_SIDE = 144
/** The coarsest level's shorter side is at most twice this. Motion is found up to about 1.5 times the coarsest level's pixel. */
const COARSEST = 12
const MOST_LEVELS = 4

interface Level {
  readonly lumas: readonly [Target, Target]
  readonly slopes: Target
  readonly motion: Target
}

/**
 * Makes the finder: Lucas and Kanade, "An Iterative Image Registration Technique with an Application to Stereo Vision" (IJCAI 1981),
 * coarse to fine on luma pyramids (after Bouguet, 2000), one step per level, all on the GPU. Everything is allocated here; throws a
 * {@link DoppelError} when memory is short.
 */
export const createMotionFinder = (gpu: Gpu, { width, height, most = MOST_LEVELS }: { readonly width: number; readonly height: number; readonly most?: number }): MotionFinder => {
  const { keep, all, close } = createOwned()
  const createLevel = (w: number, h: number): Level => {
    const target = (format: 'r16f' | 'rg16f' | 'rgba16f', filter: 'linear' | 'nearest' = 'linear') => keep(createTarget(gpu, { width: w, height: h, format, filter }))
    return { lumas: [target('r16f'), target('r16f')], slopes: target('rgba16f', 'nearest'), motion: target('rg16f') }
  }
  const build = () => {
    const pixel = Math.min(PIXEL, Math.max(1, Math.floor(Math.min(width, height) / LEAST_SIDE)))
    let [w, h] = [Math.max(1, Math.round(width / pixel)), Math.max(1, Math.round(height / pixel))]
    const finest = createLevel(w, h)
    const levels = [finest]
    for ([w, h] = [Math.ceil(w / 2), Math.ceil(h / 2)]; levels.length < most && Math.min(w, h) >= COARSEST; [w, h] = [Math.ceil(w / 2), Math.ceil(h / 2)]) levels.push(createLevel(w, h))
    const program = (name: string, fragment: string) => keep(createProgram(gpu, { fragment, file: `motion: ${name}` }))
    return { finest, levels, luma: program('luma', LUMA), halve: program('halve', HALVE), slopes: program('slopes', SLOPES), motion: program('motion', MOTION) }
  }
  const built = all(build)
  const { finest, levels, luma, halve, slopes, motion } = built
  return {
    width: finest.motion.width,
    height: finest.motion.height,
    take(colour, which) {
      let finer: Target | undefined
      for (const { lumas } of levels) {
        const program = finer ? halve : luma
        program.use()
        program.texture(finer ? 'finer' : 'colour', (finer ?? colour).texture)
        finer = lumas[which]
        program.draw(finer)
      }
    },
    trace(from, to) {
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
      return finest.motion
    },
    close,
  }
}
