import { afterAll, beforeAll, expect, it } from 'vitest'
import { createMaskLook } from '../../../src/engine/look.js'
import { openGpu } from '../../../src/gl/context.js'
import { createCarrier } from '../../../src/gl/matte/carrier.js'
import { createMatte } from '../../../src/gl/matte/matte.js'
import { createPictureRing } from '../../../src/gl/matte/picture-ring.js'
import type { Gpu } from '../../../src/gl/types.js'
import { overlap, playSequence, SEQUENCES, type SequenceName } from '../../support/sequence.js'
import { describeWithTestdata } from '../../support/testdata.js'
import { filledTarget, pixelAt } from '../support.js'
import { createLayerReader, smallMasks, stretched } from './support.js'

let gpu: Gpu
beforeAll(() => { gpu = openGpu() })
afterAll(() => { gpu.close() })

const [W, H] = [854, 480]
const LAG = 2
const FRAMES = 22

/** Mean overlap with the truth, of masks that come late: as they are, and carried along. */
const late = async (root: string, name: SequenceName) => {
  const reader = createLayerReader(gpu, W, H)
  const matte = createMatte(gpu, { width: W, height: H, most: 1 })
  const carrier = createCarrier(gpu, { width: W, height: H, most: 1 })
  const ring = createPictureRing(gpu, { width: W, height: H, count: LAG + 2 })
  const past: Uint8Array[] = []
  const sum = { stale: 0, carried: 0 }
  await playSequence(gpu, root, name, ({ n, drawn, truth }) => {
    ring.keep(drawn.colour, n)
    past.push(truth.data)
    const [from, then] = [ring.find(n - LAG), past[n - LAG]]
    if (!from || !then) return
    const masks = smallMasks(W, H, [then], n, n - LAG)
    matte.take(masks, stretched(masks, W, H), from, createMaskLook({ guide: 0, steady: 0, holes: 0 }))
    const layers = carrier.carry(matte.layers, 1, matte.seq, from, n - LAG, drawn.colour, n)
    sum.stale += overlap(then, truth.data)
    sum.carried += overlap(reader.read(layers, 0), truth.data)
  }, FRAMES)
  for (const unit of [reader, matte, carrier, ring]) unit.close()
  expect(gpu.gl.getError()).toBe(0)
  return { stale: sum.stale / (FRAMES - LAG), carried: sum.carried / (FRAMES - LAG) }
}

describeWithTestdata('masks two frames late', (path) => {
  it.each(SEQUENCES)('fit %s better for being carried along', async (name) => {
    const { stale, carried } = await late(path('testdata'), name)
    expect(stale).toBeLessThan(0.97)
    expect(carried, `${carried} after ${stale}`).toBeGreaterThan(name === 'dance-twirl' ? stale : 0.98 * stale)
  })
})

it('pictures are kept by their number, the oldest given up first', () => {
  const ring = createPictureRing(gpu, { width: 8, height: 8, count: 2 })
  for (const n of [1, 2, 3]) {
    const picture = filledTarget(gpu, 8, 8, () => [n * 50, 0, 0, 255])
    ring.keep(picture, n)
    picture.close()
  }
  expect(ring.find(1)).toBeUndefined()
  expect([2, 3].map((n) => { const kept = ring.find(n); return kept && pixelAt(gpu, kept, 4, 4)[0] })).toEqual([100, 150])
  ring.reset()
  expect(ring.find(3)).toBeUndefined()
  ring.close()
})
