import { createProgram } from '../program.js'
import { createTarget } from '../target.js'
import type { Gpu, Target } from '../types.js'
import type { Masks } from './masks.js'
import { FINISH, FLOOD, GATHER, SEEDS, SPREAD } from './distance-source.js'
import { createOwned } from '../owned.js'

/** The signed distance to the edge of the chosen mask. */
export interface DistanceField {
  /** R16F: picture heights, positive inside; `FAR_AWAY` (negative outside) where there is no edge at all. */
  readonly texture: WebGLTexture
  /** Computes it anew when the masks changed since the last time. */
  update(masks: Pick<Masks, 'chosen' | 'seq'>): void
  close(): void
}

export interface DistanceOptions {
  /** The canvas, pixels. */
  readonly width: number
  readonly height: number
  /** Canvas pixels to a side of each of the field's own; 2 is half size. */
  readonly pixel?: number
  /** And of the cells that look for the edge, at least twice as many. */
  readonly cell?: number
}

/** Canvases with a shorter side below this get a field of their full size, others of half their size. */
const SMALL = 240
/** From this shorter side on canvases look for the edge in coarser cells where the CPU has to do it. */
const LARGE = 600
/** Cells along the longer side of the coarsest level: as far as one flood reaches. */
const COARSEST = 80
/** Of each flood pass, in cells: it looks two steps to every side, so that three times the next step leaves nothing out between. */
const STEPS = [27, 9, 3, 1]

/**
 * Makes the field. Jump flooding (Rong and Tan, "Jump Flooding in GPU with Applications to Voronoi Diagram and Distance
 * Transform", I3D 2006) on a pyramid: every few pixels of the field look together for a piece of the edge, to a fraction of a pixel and
 * with its direction; the coarsest level is flooded; each finer level chooses between what its neighbourhood knew and its own.
 * Distances are to short straight pieces of the edge, not to points: contours stay smooth. Allocates only here, and throws a
 * {@link DoppelError} when memory is short.
 */
export const createDistanceField = (gpu: Gpu, { width, height, pixel = Math.min(width, height) < SMALL ? 1 : 2, cell: finestCell = pixel * (gpu.info.software && Math.min(width, height) >= LARGE ? 3 : 2) }: DistanceOptions): DistanceField => {
  const { keep, all, close } = createOwned()
  const build = () => {
    const sized = (cell: number, format: 'r16f' | 'rgba16f', filter: 'linear' | 'nearest') =>
      keep(createTarget(gpu, { width: Math.ceil(width / cell), height: Math.ceil(height / cell), format, filter }))
    const field = sized(pixel, 'r16f', 'linear')
    const levels: { cell: number; own: Target; known: Target }[] = []
    for (let cell = finestCell, last = false; !last; cell *= 2) {
      last = Math.max(width, height) / cell <= COARSEST
      levels.push({ cell, own: sized(cell, 'rgba16f', 'nearest'), known: sized(cell, 'rgba16f', 'nearest') })
    }
    const program = (name: string, fragment: string) => keep(createProgram(gpu, { fragment, file: `distances: ${name}` }))
    return {
      field, levels,
      seeds: program('seeds', SEEDS), gather: program('gather', GATHER), flood: program('flood', FLOOD), spread: program('spread', SPREAD), finish: program('finish', FINISH),
    }
  }
  const built = all(build)
  const { field, levels, seeds, gather, flood, spread, finish } = built
  const canvas = [width, height]
  const piece = (levels[0]?.cell ?? 0) / 2 / height
  let computed = Number.NaN

  /** The coarsest level floods itself in turns between its two pictures; gives the one written last. */
  const floodCoarsest = (): Target | undefined => {
    const coarsest = levels[levels.length - 1]
    if (!coarsest) return undefined
    let [from, to] = [coarsest.own, coarsest.known]
    flood.use()
    flood.set('cell', coarsest.cell / height)
    flood.set('piece', piece)
    for (const step of STEPS) {
      flood.set('stride', step)
      flood.texture('seeds', from.texture)
      flood.draw(to);
      [from, to] = [to, from]
    }
    return from
  }

  return {
    texture: field.texture,
    update(masks) {
      if (masks.seq === computed) return
      computed = masks.seq
      const mask = masks.chosen.texture
      const [finest] = levels
      if (!finest) return
      seeds.use()
      seeds.set('canvas', canvas)
      seeds.set('cell', finest.cell)
      seeds.texture('mask', mask)
      seeds.draw(finest.own)
      gather.use()
      for (let i = 1; i < levels.length; i++) {
        const [from, to] = [levels[i - 1], levels[i]]
        if (!from || !to) continue
        gather.set('cell', from.cell / height)
        gather.texture('seeds', from.own.texture)
        gather.draw(to.own)
      }
      let known = floodCoarsest() ?? finest.own
      spread.use()
      spread.set('piece', piece)
      for (let i = levels.length - 2; i >= 0; i--) {
        const level = levels[i]
        if (!level) continue
        spread.set('cell', level.cell / height)
        spread.texture('coarse', known.texture)
        spread.texture('own', level.own.texture)
        spread.draw(level.known)
        known = level.known
      }
      finish.use()
      finish.set('canvas', canvas)
      finish.set('cell', finest.cell)
      finish.set('piece', piece)
      finish.texture('seeds', known.texture)
      finish.texture('mask', mask)
      finish.draw(field)
    },
    close,
  }
}
