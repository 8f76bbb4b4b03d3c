import { afterAll, beforeAll, expect, it } from 'vitest'
import { openGpu } from '../../../src/gl/context.js'
import { createChain } from '../../../src/gl/chain.js'
import { createCleanEdge } from '../../../src/gl/matte/clean-edge.js'
import { createLayers } from '../../../src/gl/subject/layers.js'
import type { Gpu, Target } from '../../../src/gl/types.js'
import { instantiate } from '../../../src/engine/effect.js'
import { effectById } from '../../../src/effects/index.js'
import { openShaderLibrary, shaderFolder } from '../../../src/effects/library.js'
import { filledTarget, moment, pixelsOf } from '../support.js'

const [W, H] = [160, 90]
const SUBJECT = [200, 40, 60]
const BACK = [20, 180, 90]
let gpu: Gpu
beforeAll(() => { gpu = openGpu() })
afterAll(() => { gpu.close() })

/** A disc with an edge six pixels soft. */
const alpha = (x: number, y: number) => Math.min(1, Math.max(0, (30 - Math.hypot(x + 0.5 - W / 2, y + 0.5 - H / 2)) / 6 + 0.5))
/** Filmed: the background shines through the edge. */
const filmed = () => filledTarget(gpu, W, H, (x, y) => [...SUBJECT.map((part, i) => Math.round(alpha(x, y) * part + (1 - alpha(x, y)) * (BACK[i] ?? 0))), 255] as [number, number, number, number])
const masked = () => {
  const { gl } = gpu
  const layers = createLayers(gpu, { width: W, height: H, count: 2, format: 'R8', purpose: 'a test' })
  gl.bindTexture(gl.TEXTURE_2D_ARRAY, layers.texture)
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1)
  gl.texSubImage3D(gl.TEXTURE_2D_ARRAY, 0, 0, 0, 0, W, H, 1, gl.RED, gl.UNSIGNED_BYTE, Uint8Array.from({ length: W * H }, (_, i) => Math.round(255 * alpha(i % W, Math.floor(i / W)))))
  return layers
}
/** Mean distance to the subject's true colour, over the pixels of which it is a part, each by its part. */
const spill = (pixels: Uint8Array): number => {
  let [sum, weight] = [0, 0]
  for (let y = 0; y < H; y++) for (let x = 0; x < W; x++) {
    const a = alpha(x, y)
    if (a <= 0.05 || a >= 0.95) continue
    const at = 4 * (y * W + x)
    sum += a * Math.hypot(...SUBJECT.map((part, i) => part - (pixels[at + i] ?? 0)))
    weight += a
  }
  return sum / weight
}

it('takes the background out of the edge, and leaves inside and outside alone', () => {
  const [picture, layers] = [filmed(), masked()]
  const clean = createCleanEdge(gpu, { width: W, height: H })
  const before = pixelsOf(gpu, picture)
  const after = pixelsOf(gpu, clean.draw(picture, layers.texture, 2, 1)).slice()
  expect(spill(after)).toBeLessThan(0.3 * spill(before))
  const changed: number[] = []
  for (let i = 0; i < W * H; i++) if (after[4 * i] !== before[4 * i] || after[4 * i + 1] !== before[4 * i + 1]) changed.push(alpha(i % W, Math.floor(i / W)))
  expect(changed.length).toBeGreaterThan(50)
  expect(changed.every((a) => a > 0 && a < 1)).toBe(true)
  expect(pixelsOf(gpu, clean.draw(picture, layers.texture, 2, 0))).toEqual(before)
  for (const unit of [clean, layers, picture]) unit.close()
})

it('is what clones and the past take their cut-outs from, while the picture itself stays as it is', () => {
  const [picture, layers] = [filmed(), masked()]
  const clean = createCleanEdge(gpu, { width: W, height: H })
  const library = openShaderLibrary(shaderFolder(), { watch: false, report: () => {} })
  const asked: number[] = []
  const drawnWith = (id: string, cut: boolean): Uint8Array => {
    const chain = createChain(gpu, { width: W, height: H, instances: [instantiate(effectById(id), id)], shaderText: library.text, report: ({ message }) => { throw new Error(message) }, subjects: 2 })
    const input = { colour: picture, mask: undefined, layers: layers.texture, subjects: { count: 1, packed: 'layers' as const }, seq: 1, get cutout() {
      asked.push(1)
      return cut ? clean.draw(picture, layers.texture, 1, 1) : undefined
    } }
    let out: Target = picture
    for (let frame = 1; frame < 40; frame++) out = chain.run(input, moment(frame), true)
    const pixels = pixelsOf(gpu, out)
    chain.close()
    return pixels
  }
  for (const id of ['mandala', 'wallpaper', 'pose-row']) expect(Buffer.compare(drawnWith(id, false), drawnWith(id, true)), id).not.toBe(0)
  // Who has no use for it does not have it drawn.
  asked.length = 0
  drawnWith('invert', true)
  expect(asked).toEqual([])
  library.close()
  for (const unit of [clean, layers, picture]) unit.close()
})
