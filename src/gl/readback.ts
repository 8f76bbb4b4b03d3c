import type { PixelView } from '../engine/types.js'
import { DoppelError } from '../engine/error.js'
import type { PixelBuffer } from '../native/gles.js'
import { packedBytes, packedSize, packSource } from './pack-source.js'
import { createProgram } from './program.js'
import { createTarget } from './target.js'
import type { Gpu, Readback } from './types.js'

export interface ReadbackOptions {
  readonly width: number
  readonly height: number
  readonly format: 'rgba' | 'i420'
  /** Pictures that may be on their way at once (3). */
  readonly depth?: number
  /**
   * A picture is fetched when the next one is issued, or when it is waited for. Software GL lets whoever fetches wait until it is drawn:
   * by then it has been, beside whatever the caller did meanwhile. Costs one tick of delay.
   */
  readonly late?: boolean
}

/** Waiting for a picture longer than this means that the graphics driver hangs. */
const PATIENCE_MS = 5000

interface Slot {
  readonly buffer: PixelBuffer
  tick: number
}

/**
 * Reads finished pictures back: packed on the GPU, fetched into pixel buffers, collected a tick or two later. All memory is
 * allocated here, and `take` always gets the same view. `issue` and `collect` throw a DoppelError when the driver refuses.
 */
export const createReadback = (gpu: Gpu, { width, height, format, depth = 3, late = false }: ReadbackOptions): Readback => {
  const { gl, gles } = gpu
  const bytes = packedBytes(format, width, height)
  const [w, h] = packedSize(format, width, height)
  const packed = createTarget(gpu, { width: w, height: h, format: 'rgba8', filter: 'nearest' })
  const program = createProgram(gpu, { fragment: packSource(format, width, height), file: `packing to ${format}` })
  const slots: Slot[] = Array.from({ length: depth }, () => ({ buffer: gles.createPixelBuffer(w * h * 4), tick: 0 }))
  const view: { -readonly [K in keyof PixelView]: PixelView[K] } = { width, height, format, data: new Uint8Array(bytes), tick: 0 }
  let next = 0
  let pending = 0
  /** The newest of those pending is packed and not fetched yet. */
  let unfetched: Slot | undefined
  const fetch = () => {
    const slot = unfetched
    if (!slot) return
    unfetched = undefined
    gl.bindFramebuffer(gl.FRAMEBUFFER, packed.framebuffer)
    if (slot.buffer.read(w, h)) return
    pending -= 1
    next = (next - 1 + depth) % depth
    throw new DoppelError('the graphics driver did not take a picture back', '')
  }
  return {
    issue(from, tick) {
      fetch()
      const slot = slots[next]
      if (!slot || pending === depth) return false
      program.use()
      program.texture('picture', from.texture)
      program.draw(packed)
      slot.tick = tick
      next = (next + 1) % depth
      pending += 1
      unfetched = slot
      // Drivers collect work: without a flush, software GL would not begin before the next tick, and in its time.
      if (late) gl.flush()
      else fetch()
      return true
    },
    collect(take, wait = false) {
      const slot = slots[(next - pending + depth) % depth]
      if (!slot || pending === 0) return false
      if (slot === unfetched) {
        if (!wait) return false
        fetch()
      }
      if (!slot.buffer.arrived(wait ? PATIENCE_MS : 0)) {
        if (wait) throw new DoppelError(`a picture did not come back from the graphics card within ${PATIENCE_MS / 1000} s`, 'the graphics driver may hang: restart, or update it')
        return false
      }
      pending -= 1
      if (!slot.buffer.copyTo(view.data)) throw new DoppelError('a picture could not be fetched from the graphics card', 'the graphics context may be lost: start again')
      view.tick = slot.tick
      take(view)
      return true
    },
    get pending() { return pending },
    close() {
      for (const { buffer } of slots) buffer.close()
      program.close()
      packed.close()
      gl.bindFramebuffer(gl.FRAMEBUFFER, null)
    },
  }
}
