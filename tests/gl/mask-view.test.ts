import { afterAll, beforeAll, expect, it } from 'vitest'
import { SUBJECT_COLOURS } from '../../src/engine/palette.js'
import { openGpu } from '../../src/gl/context.js'
import { createMaskView } from '../../src/gl/mask-view.js'
import { clearTarget, createTarget } from '../../src/gl/target.js'
import { createLayers } from '../../src/gl/subject/layers.js'
import type { Gpu, Target } from '../../src/gl/types.js'
import { ensureDisplay } from '../../src/native/display.js'

const [W, H] = [32, 16]
let gpu: Gpu
beforeAll(async () => {
  await ensureDisplay({ headless: true })
  gpu = openGpu()
})
afterAll(() => { gpu.close() })

const pixelAt = ({ framebuffer }: Target, x: number, y: number): number[] => {
  const { gl } = gpu
  const out = new Uint8Array(4)
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer)
  gl.readPixels(x, y, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, out)
  return [...out]
}
const greyPicture = () => {
  const colour = createTarget(gpu, { width: W, height: H, format: 'rgba8' })
  clearTarget(gpu, colour, 0.5, 0.5, 0.5, 1)
  return colour
}

it('shows each subject in its colour, and what nobody follows darker', () => {
  const colour = greyPicture()
  const layers = createLayers(gpu, { width: 2, height: 1, count: 2, format: 'R8', purpose: 'a test' })
  const { gl } = gpu
  // Subject 2 is the right half.
  layers.aim(1)
  gl.enable(gl.SCISSOR_TEST)
  gl.scissor(1, 0, 1, 1)
  gl.clearColor(1, 0, 0, 0)
  gl.clear(gl.COLOR_BUFFER_BIT)
  gl.disable(gl.SCISSOR_TEST)
  const view = createMaskView(gpu, { width: W, height: H })
  const shown = view.draw({ colour, mask: undefined, layers: layers.texture, subjects: { count: 2, packed: 'layers' }, seq: 1 }, 1)
  const [dark] = pixelAt(shown, 1, 8)
  expect(dark).toBeCloseTo(0.55 * 127.5, -1)
  const inside = pixelAt(shown, W - 2, 8)
  SUBJECT_COLOURS[1]?.forEach((part, i) => { expect(inside[i]).toBeCloseTo(255 * (0.35 + 0.3 * part), -1) })
  view.close()
  layers.close()
  colour.close()
})

it('shows the picture as it is while there is no subject', () => {
  const colour = greyPicture()
  const view = createMaskView(gpu, { width: W, height: H })
  expect(pixelAt(view.draw({ colour, mask: undefined, seq: 1 }, 0), 5, 5)).toEqual([128, 128, 128, 255])
  view.close()
  colour.close()
})
