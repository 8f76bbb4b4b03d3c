import type { Moment } from '../../engine/effect.js'
import { createCutoutPass } from '../cutout-pass.js'
import type { Program } from '../program.js'
import type { Gpu } from '../types.js'
import { createLayers } from './layers.js'
import type { Outline } from './outline.js'

/** Cut-outs of the last beats, recorded round and round: the picture of phase p lies in layer p * K. */
export interface LoopRecorder {
  /** Once per tick: records the cut-out when a new step of the loop has begun. `outline` is the mask's, where it is known. */
  record(colour: WebGLTexture, mask: WebGLTexture, moment: Moment, outline?: Outline): void
  /** Gives a program in use what `loopAt` reads, and `loopReady`: 1 once every step was recorded. */
  apply(program: Program): void
  reset(): void
  close(): void
}

export interface LoopOptions {
  /** Of the canvas, pixels; the loop keeps at most 640x360, in the same shape. */
  readonly width: number
  readonly height: number
  /** How long it is. */
  readonly beats: number
}

const MOST = { width: 640, height: 360 }
const STEPS = 32
/** A tick longer than so many steps of the loop was a jump. */
const FILLED_AT_ONCE = 4

/** Makes the recorder, at most 30 MB of graphics memory. Throws a {@link DoppelError} when that is short. */
export const createLoopRecorder = (gpu: Gpu, { width, height, beats }: LoopOptions): LoopRecorder => {
  const scale = Math.min(1, MOST.width / width, MOST.height / height)
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
  const cutOut = createCutoutPass(gpu)
  const create = () => {
    try {
      return createLayers(gpu, { ...size, count: STEPS, format: 'RGBA8', purpose: `a loop of ${beats} beats` })
    } catch (thrown) {
      cutOut.close()
      throw thrown
    }
  }
  const layers = create()
  const held = new Uint8Array(STEPS)
  const filled = Array.from({ length: STEPS }, () => new Int32Array(4))
  let step = Number.NaN

  const draw = (colour: WebGLTexture, mask: WebGLTexture, at: number, outline: Outline | undefined) => {
    const layer = ((at % STEPS) + STEPS) % STEPS
    const place = filled[layer]
    if (!place) return
    layers.aim(layer)
    cutOut.draw(colour, mask, outline, layers, place)
    held[layer] = 1
  }
  return {
    record(colour, mask, { beat }, outline) {
      const now = Math.floor((beat / beats) * STEPS)
      if (now === step) return
      // Steps shorter than a tick get the picture of the tick after them. Where the beat was moved, nothing lies between.
      const steps = now - step
      for (let at = steps > 0 && steps <= FILLED_AT_ONCE ? step + 1 : now; at <= now; at++) draw(colour, mask, at, outline)
      step = now
    },
    apply(to) {
      to.texture('hostLoop', layers.texture)
      to.set('loopReady', held.includes(0) ? 0 : 1)
    },
    reset() {
      step = Number.NaN
      held.fill(0)
      for (const place of filled) place.fill(0)
      layers.clear()
    },
    close() {
      layers.close()
      cutOut.close()
    },
  }
}
