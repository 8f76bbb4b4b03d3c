import { createProgram, type Program } from '../program.js'
import { createTarget } from '../target.js'
import type { Gpu } from '../types.js'
import { levelSource, SOFTEN } from './glsl.js'
import type { KeyDecl } from './types.js'
import { createOwned } from '../owned.js'

/** How bright a coloured screen is in every place. */
export interface Screen {
  /** R: the level times how sure it is; G: how sure. */
  readonly level: WebGLTexture
  /** Measures it in a picture; `dress` sets the key's program, once it is in use. */
  find(dress: (program: Program) => void): void
  close(): void
}

/** Cells along the picture's height; light falls softly, and the mean reaches six cells. */
const CELLS = 60

export const createScreen = (gpu: Gpu, decl: KeyDecl, levelGlsl: string, { width, height }: { readonly width: number; readonly height: number }): Screen => {
  const { keep, all, close } = createOwned()
  const cell = Math.max(1, Math.ceil(height / CELLS))
  const build = () => {
    const target = () => keep(createTarget(gpu, { width: Math.ceil(width / cell), height: Math.ceil(height / cell), format: 'rg16f' }))
    return {
      levels: [target(), target()] as const,
      measure: keep(createProgram(gpu, { fragment: levelSource(decl, levelGlsl), file: `${decl.id} key: level` })),
      soften: keep(createProgram(gpu, { fragment: SOFTEN, file: 'key: soft level' })),
    }
  }
  const built = all(build)
  const { levels: [here, there], measure, soften } = built
  const side = [cell / 4 / width, cell / 4 / height]
  const [across, up] = [[1 / here.width, 0], [0, 1 / here.height]]
  return {
    level: here.texture,
    find(dress) {
      measure.use()
      dress(measure)
      measure.set('side', side)
      measure.draw(here)
      soften.use()
      soften.set('along', across)
      soften.texture('level', here.texture)
      soften.draw(there)
      soften.set('along', up)
      soften.texture('level', there.texture)
      soften.draw(here)
    },
    close,
  }
}
