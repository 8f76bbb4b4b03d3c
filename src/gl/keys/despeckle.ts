import { createProgram, type Program } from '../program.js'
import { createTarget } from '../target.js'
import type { Gpu } from '../types.js'
import { gridSource, WEAR } from './glsl.js'
import type { KeyDecl } from './types.js'
import { createOwned } from '../owned.js'

/** Finds what of a key's mask, and of its background, is wider than a size. */
export interface Despeckle {
  /** R: near something of the subject that is wide enough; G: of the background. */
  readonly near: WebGLTexture
  /** `size` in picture heights; `dress` sets the key's program, once it is in use. */
  find(size: number, dress: (program: Program) => void): void
  close(): void
}

/** Cells of the grid along the picture's height, at most; and the least canvas pixels to a side of one. */
const CELLS = 144
const LEAST_CELL = 2
/** What is wide enough is followed beyond its own size by this part of it, and so many cells more: into its corners and soft ends. */
const FURTHER = 1.5
const MARGIN = 1.5

/**
 * Makes it: an opening of the subject and of the background at once (the least within the size, then the greatest within a little
 * more), on a grid. Only what it loses altogether is taken out of the mask, which itself stays as fine as it was.
 */
export const createDespeckle = (gpu: Gpu, decl: KeyDecl, { width, height }: { readonly width: number; readonly height: number }): Despeckle => {
  const { keep, all, close } = createOwned()
  const cell = Math.max(LEAST_CELL, Math.round(height / CELLS))
  const build = () => {
    const target = () => keep(createTarget(gpu, { width: Math.ceil(width / cell), height: Math.ceil(height / cell), format: 'rgba8' }))
    return {
      grids: [target(), target()] as const,
      grid: keep(createProgram(gpu, { fragment: gridSource(decl), file: `${decl.id} key: grid` })),
      wear: keep(createProgram(gpu, { fragment: WEAR, file: 'key: despeckle' })),
    }
  }
  const built = all(build)
  const { grids: [here, there], grid, wear } = built
  const side = [cell / 4 / width, cell / 4 / height]
  const [across, up] = [[1 / here.width, 0], [0, 1 / here.height]]
  const pass = (from: typeof here, to: typeof here, along: readonly number[]) => {
    wear.set('along', along)
    wear.texture('both', from.texture)
    wear.draw(to)
  }
  return {
    near: here.texture,
    find(size, dress) {
      grid.use()
      dress(grid)
      grid.set('side', side)
      grid.draw(here)
      const reach = (size * height) / cell / 2
      wear.use()
      wear.set('sense', -1)
      wear.set('reach', reach)
      pass(here, there, across)
      pass(there, here, up)
      wear.set('sense', 1)
      wear.set('reach', reach * FURTHER + MARGIN)
      pass(here, there, across)
      pass(there, here, up)
    },
    close,
  }
}
