import type { Moment } from '../engine/effect.js'
import type { Tick } from '../engine/types.js'
import { openGenerator } from '../inputs/generators.js'
import { createPictureStage } from '../gl/picture.js'
import type { Gpu, ShaderText, Target } from '../gl/types.js'

/** The test card, to be shown at any moment of the show. */
export interface TestCard {
  draw(tick: Tick, moment: Moment): Target
  close(): void
}

/** Made at the first call: most shows never need it, and whoever sets up a projector can wait for it to compile. */
export const createTestCard = (gpu: Gpu, { width, height, seed, shaderText }: { readonly width: number; readonly height: number; readonly seed: number; readonly shaderText: ShaderText }): TestCard => {
  const source = openGenerator('testcard', { id: 'test card', width, height, seed })
  let stage: ReturnType<typeof createPictureStage> | undefined
  return {
    draw(tick, moment) {
      stage ??= createPictureStage(gpu, { width, height, shaderText })
      source.advance(tick)
      const picture = source.latest()
      if (!picture) throw new RangeError('the test card is always there')
      return stage.draw(picture, 'stretch', moment).colour
    },
    close() { stage?.close() },
  }
}
