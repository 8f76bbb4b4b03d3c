import { clearTarget, createTarget, joinTargets } from './target.js'
import type { Gpu, Target } from './types.js'

/** What an effect keeps from tick to tick (its last picture, or a canvas of its own), in 16 bit floats so that trails fade all the way. */
export interface Feedback {
  /** What the effect reads as `previous` in this tick. Drawing the same tick twice reads the same picture. */
  begin(frame: number): WebGLTexture
  /** Whether that picture was cleared in this tick (or was never drawn). */
  readonly fresh: boolean
  /** Where to draw: output 0 goes to `out`, output 1 becomes the next tick's `previous`. */
  framebufferFor(out: Target): WebGLFramebuffer
  /** What becomes the next tick's `previous`: for an effect whose picture is its memory, to draw to and to show. */
  readonly next: Target
  /** When the effect draws again it starts from nothing, not from an old picture: it did not draw in this tick, or was reset. */
  forget(): void
  close(): void
}

/** `outs` are the targets the effect may be told to draw to. */
export const createFeedback = (gpu: Gpu, outs: readonly Target[]): Feedback => {
  const [first] = outs
  if (first === undefined) throw new RangeError('feedback needs a target to draw to')
  const { width, height } = first
  const make = () => createTarget(gpu, { width, height, format: 'rgba16f' })
  const kept = [make(), make()] as const
  const joined = kept.map((target) => new Map(outs.map((out) => [out, joinTargets(gpu, [out, target])])))
  let [writing, reading]: [0 | 1, 0 | 1] = [1, 0]
  let drawn: number | undefined
  let freshAt: number | undefined
  let stale = false
  return {
    begin(frame) {
      if (stale) for (const target of kept) clearTarget(gpu, target)
      if (stale || drawn === undefined) freshAt = frame
      if (drawn !== undefined && drawn !== frame) [writing, reading] = [reading, writing]
      stale = false
      drawn = frame
      return kept[reading].texture
    },
    get fresh() { return freshAt === drawn },
    framebufferFor(out) {
      const framebuffer = joined[writing]?.get(out)
      if (framebuffer === undefined) throw new RangeError('this target was not named when the feedback was made')
      return framebuffer
    },
    get next() { return kept[writing] },
    forget() {
      stale = drawn !== undefined
    },
    close() {
      for (const map of joined) for (const framebuffer of map.values()) gpu.gl.deleteFramebuffer(framebuffer)
      for (const target of kept) target.close()
    },
  }
}
