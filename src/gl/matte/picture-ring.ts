import { createProgram } from '../program.js'
import { createTarget } from '../target.js'
import type { Gpu } from '../types.js'
import type { PictureRing } from './types.js'
import { createOwned } from '../owned.js'

const COPY = `#version 300 es
precision highp float;
uniform sampler2D from;
out vec4 colour;
void main() { colour = texelFetch(from, ivec2(gl_FragCoord.xy), 0); }
`

/** Makes room for `count` pictures of the canvas's size, and never allocates again. Throws a {@link DoppelError} when memory is short. */
export const createPictureRing = (gpu: Gpu, { width, height, count }: { readonly width: number; readonly height: number; readonly count: number }): PictureRing => {
  const { keep, all, close } = createOwned()
  const { slots, copy } = all(() => ({
    slots: Array.from({ length: count }, () => ({ target: keep(createTarget(gpu, { width, height, format: 'rgba8' })), seq: Number.NaN })),
    copy: keep(createProgram(gpu, { fragment: COPY, file: 'kept pictures' })),
  }))
  let next = 0
  return {
    keep(colour, seq) {
      if (slots.some((slot) => slot.seq === seq)) return
      const slot = slots[next]
      if (!slot) return
      next = (next + 1) % count
      slot.seq = seq
      copy.use()
      copy.texture('from', colour.texture)
      copy.draw(slot.target)
    },
    find: (seq) => slots.find((slot) => slot.seq === seq)?.target,
    reset() { for (const slot of slots) slot.seq = Number.NaN },
    close,
  }
}
