import { createProgram, type Program } from '../program.js'
import { clearTarget, createTarget } from '../target.js'
import type { Gpu, Target } from '../types.js'
import { memorySource } from './glsl.js'
import type { KeyDecl, KeyValues, MemoryDecl } from './types.js'
import { createOwned } from '../owned.js'

/** What a key remembers of earlier pictures. */
export interface Memory {
  readonly texture: WebGLTexture
  /** 0 until it can be keyed with. */
  readonly ready: number
  /** Takes a picture in when the key wants it; `mask` is the last one. `time` in seconds. */
  update(mask: Target, values: KeyValues, time: number, isNew: boolean, dress: (program: Program) => void): void
  reset(): void
  close(): void
}

export const createMemory = (gpu: Gpu, decl: KeyDecl, { glsl, pixel, pace: createPace }: MemoryDecl, { width, height }: { readonly width: number; readonly height: number }): Memory => {
  const { keep, all, close } = createOwned()
  const build = () => {
    const target = () => keep(createTarget(gpu, { width: Math.ceil(width / pixel), height: Math.ceil(height / pixel), format: 'rgba16f' }))
    return { targets: [target(), target()] as const, program: keep(createProgram(gpu, { fragment: memorySource(decl, glsl), file: `${decl.id} key: memory` })) }
  }
  const built = all(build)
  const { program } = built
  let [before, after] = built.targets
  const pace = createPace()
  return {
    get texture() { return after.texture },
    get ready() { return pace.ready },
    update(mask, values, time, isNew, dress) {
      const step = pace.step(values, time, isNew)
      if (!step) return
      if (step.first > 0) clearTarget(gpu, after);
      [before, after] = [after, before]
      program.use()
      dress(program)
      program.set('rate', step.rate)
      program.set('first', step.first)
      program.set('elapsed', step.elapsed)
      program.set('adapting', step.adapting)
      program.texture('lastMask', mask.texture)
      program.texture('memory', before.texture)
      program.draw(after)
    },
    reset() { pace.reset() },
    close,
  }
}
