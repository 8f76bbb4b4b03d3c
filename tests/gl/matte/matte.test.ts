import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMaskLook } from '../../../src/engine/look.js'
import { openGpu } from '../../../src/gl/context.js'
import { mapToStored, placeOn } from '../../../src/gl/fit.js'
import { createMatte } from '../../../src/gl/matte/matte.js'
import type { Matte } from '../../../src/gl/matte/types.js'
import type { Gpu, Target } from '../../../src/gl/types.js'
import { overlap } from '../../support/sequence.js'
import { filledTarget, scatter } from '../support.js'
import { createLayerReader, shrink, smallMasks, stretched } from './support.js'

const [W, H] = [320, 180]
/** As the segmenter gave it: not fitted, not closed, not steadied. */
const RAW = { guide: 0, steady: 0, holes: 0 }
let gpu: Gpu
let reader: ReturnType<typeof createLayerReader>
let grey: Target
beforeAll(() => {
  gpu = openGpu()
  reader = createLayerReader(gpu, W, H)
  grey = filledTarget(gpu, W, H, () => [90, 90, 90, 255])
})
afterAll(() => { gpu.close() })

const full = (inside: (x: number, y: number) => boolean) => ({ width: W, height: H, data: Uint8Array.from({ length: W * H }, (_, i) => (inside(i % W, Math.floor(i / W)) ? 255 : 0)) })
const disc = (cx: number, cy: number, r: number) => (x: number, y: number) => Math.hypot(x + 0.5 - cx, y + 0.5 - cy) < r
const using = <T>(most: number, play: (matte: Matte) => T): T => {
  const matte = createMatte(gpu, { width: W, height: H, most })
  try {
    return play(matte)
  } finally {
    matte.close()
    expect(gpu.gl.getError()).toBe(0)
  }
}
const area = (mask: Uint8Array) => mask.reduce((sum, value) => sum + value, 0) / 255

describe('the matte', () => {
  it('keeps every subject in a layer of its own, and those that are lost empty', () => {
    using(3, (matte) => {
      const planes = [full((x) => x < 80), full((x) => x >= 240)].map(({ data }) => data)
      const masks = smallMasks(W, H, planes, 1)
      matte.take(masks, stretched(masks, W, H), grey, createMaskLook(RAW))
      expect(matte.count).toBe(2)
      expect(planes.map((plane, i) => overlap(reader.read(matte.layers, i), plane))).toEqual([1, 1])
      expect(area(reader.read(matte.layers, 2))).toBe(0)
      const lost = smallMasks(W, H, planes, 2)
      lost.confidence[0] = 0
      const before = matte.seq
      matte.take(lost, stretched(lost, W, H), grey, createMaskLook(RAW))
      matte.take(lost, stretched(lost, W, H), grey, createMaskLook(RAW))
      expect([matte.count, matte.seq]).toEqual([2, before + 1])
      expect(area(reader.read(matte.layers, 0))).toBe(0)
      expect(overlap(reader.read(matte.layers, 1), planes[1] ?? [])).toBe(1)
    })
  })

  it('lies where its picture lies, and nowhere beside it', () => {
    using(1, (matte) => {
      // An upright picture of 100x200, whose left half is the subject, in the middle of the canvas: 90 pixels wide.
      const masks = smallMasks(10, 20, [Uint8Array.from({ length: 200 }, (_, i) => (i % 10 < 5 ? 255 : 0))], 1)
      matte.take(masks, mapToStored(masks, placeOn({ width: 100, height: 200 }, W, H, 'letterbox')), grey, createMaskLook(RAW))
      const mask = reader.read(matte.layers, 0)
      const row = [100, 118, 130, 155, 165, 200, 210].map((x) => mask[90 * W + x])
      expect(row.map((value) => (value ?? 0) > 127)).toEqual([false, true, true, true, false, false, false])
    })
  })

  it('moves its edge by so much of the height, and softens it', () => {
    using(1, (matte) => {
      const masks = smallMasks(W, H, [full(disc(160, 90, 50)).data], 1)
      const radius = (look: object, serial: number) => {
        matte.take({ ...masks, serial }, stretched(masks, W, H), grey, createMaskLook({ ...RAW, ...look }))
        return Math.sqrt(area(reader.read(matte.layers, 0)) / Math.PI)
      }
      const plain = radius({}, 1)
      expect(plain).toBeGreaterThan(49)
      expect(plain - radius({ choke: 9 / H }, 2)).toBeCloseTo(9, 0)
      expect(radius({ choke: -6 / H }, 3) - plain).toBeCloseTo(6, 0)
      const soft = (serial: number, look: object) => {
        radius(look, serial)
        return reader.read(matte.layers, 0).filter((value) => value > 12 && value < 243).length
      }
      expect(soft(5, { feather: 9 / H })).toBeGreaterThan(3 * soft(4, { feather: 2 / H }))
    })
  })

  it('follows the edge of the picture where the mask is coarse', () => {
    const truth = full(disc(150, 80, 47))
    const picture = filledTarget(gpu, W, H, (x, y) => (disc(150, 80, 47)(x, y) ? [220, 120, 40, 255] : [40 + x / 8, 60, 110, 255]))
    const coarse = smallMasks(20, 12, [shrink(truth, 20, 12)], 1)
    const j = using(1, (matte) => [0, 1].map((guide, i) => {
      matte.take({ ...coarse, serial: i + 1 }, stretched(coarse, W, H), picture, createMaskLook({ ...RAW, guide }))
      return overlap(reader.read(matte.layers, 0), truth.data)
    }))
    expect(j[1]).toBeGreaterThan((j[0] ?? 1) + 0.02)
    picture.close()
  })

  it('fills holes up to their size, and no larger ones', () => {
    const holed = full((x, y) => disc(160, 90, 60)(x, y) && !disc(130, 90, 3)(x, y) && !disc(190, 90, 20)(x, y))
    using(1, (matte) => {
      const masks = smallMasks(W, H, [holed.data], 1)
      matte.take(masks, stretched(masks, W, H), grey, createMaskLook({ ...RAW, holes: 0.05 }))
      const mask = reader.read(matte.layers, 0)
      expect([mask[90 * W + 130], mask[90 * W + 190]].map((value) => (value ?? 0) > 127)).toEqual([true, false])
    })
  })

  it('holds still where masks flicker, moves at once where the subject moves, and begins anew after a cut', () => {
    const flicker = (n: number) => Uint8Array.from({ length: W * H }, (_, i) => (disc(100, 90, 40)(i % W, Math.floor(i / W)) ? 200 + Math.round(20 * (scatter(i, n) / 2 ** 32 - 0.5)) : 0))
    const changes = (steady: number) => using(1, (matte) => {
      let before: Uint8Array | undefined
      let sum = 0
      for (let n = 0; n < 6; n++) {
        const masks = smallMasks(W, H, [flicker(n)], n + 1)
        matte.take(masks, stretched(masks, W, H), grey, createMaskLook({ ...RAW, steady }))
        const mask = reader.read(matte.layers, 0)
        if (before) for (let i = 0; i < mask.length; i++) sum += Math.abs((mask[i] ?? 0) - (before[i] ?? 0))
        before = mask
      }
      return sum
    })
    expect(changes(0.9)).toBeLessThan(0.5 * changes(0))
    using(1, (matte) => {
      const at = (x: number, serial: number, look = createMaskLook({ ...RAW, steady: 1 })) => {
        const truth = full(disc(x, 90, 30))
        const masks = smallMasks(W, H, [truth.data], serial)
        matte.take(masks, stretched(masks, W, H), grey, look)
        return overlap(reader.read(matte.layers, 0), truth.data)
      }
      expect(at(80, 1)).toBeGreaterThan(0.95)
      expect(at(220, 2)).toBeGreaterThan(0.95)
      matte.reset()
      expect(at(90, 3)).toBeGreaterThan(0.95)
    })
  })
})
