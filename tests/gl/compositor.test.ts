import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTransform, type BlendMode, type Transform } from '../../src/engine/look.js'
import { createCompositor } from '../../src/gl/compositor.js'
import { openGpu } from '../../src/gl/context.js'
import { createMaster } from '../../src/gl/master.js'
import type { Gpu, Master, Target } from '../../src/gl/types.js'
import { filledTarget, pixelAt } from './support.js'

const [W, H] = [16, 8]
let gpu: Gpu
beforeAll(() => { gpu = openGpu() })
afterAll(() => { gpu.close() })

const open: Master = { opacity: 1, blackout: false, freeze: false, testCard: false }
const flat = (...rgba: number[]): Target => filledTarget(gpu, W, H, () => rgba)
type Laid = readonly [layer: Target, opacity: number, blend?: BlendMode, transform?: Transform]
const composed = (layers: readonly Laid[], alone = false) => {
  const compositor = createCompositor(gpu, { width: W, height: H })
  compositor.begin(alone)
  for (const layer of layers) compositor.add(...layer)
  return compositor.finish()
}
const colour = (target: Target, x = 1, y = 1) => pixelAt(gpu, target, x, y)

describe('the compositor', () => {
  it('is black with no layer', () => { expect(colour(composed([]))).toEqual([0, 0, 0, 255]) })
  it('gives a layer that is alone, whole and in place back as it is', () => {
    const layer = flat(9, 8, 7, 255)
    expect(composed([[layer, 1]], true)).toBe(layer)
    expect(composed([[layer, 1, 'multiply', createTransform()]], true)).toBe(layer)
    for (const moved of [{ scale: 0.5 }, { position: [0, 0] }, { cropTop: 0.1 }, { mirrorX: true }, { rotation: 1 }]) {
      expect(composed([[layer, 1, 'normal', { ...createTransform(), ...moved }]], true)).not.toBe(layer)
    }
    expect(composed([[layer, 0.5]], true)).not.toBe(layer)
  })
  it('lays premultiplied layers over one another, and over black', () => {
    const [bottom, half, cut] = [flat(200, 100, 0, 255), flat(0, 0, 100, 128), flat(0, 0, 0, 0)]
    expect(colour(composed([[bottom, 1], [half, 1], [cut, 1]]))).toEqual([100, 50, 100, 255])
    expect(colour(composed([[bottom, 0.5]]))).toEqual([100, 50, 0, 255])
    expect(colour(composed([[half, 1], [cut, 1]]))).toEqual([0, 0, 100, 255])
    expect(colour(composed([[bottom, 1], [bottom, 0.5]]))).toEqual([200, 100, 0, 255])
    expect(colour(composed([[bottom, 1], [half, 0]]))).toEqual([200, 100, 0, 255])
  })
  it('draws a layer as it is added: its target may be drawn over at once', () => {
    const compositor = createCompositor(gpu, { width: W, height: H })
    const shared = flat(200, 0, 0, 255)
    compositor.begin()
    compositor.add(shared, 1)
    gpu.gl.bindFramebuffer(gpu.gl.FRAMEBUFFER, shared.framebuffer)
    gpu.gl.clearColor(0, 0, 0.2, 0.2)
    gpu.gl.clear(gpu.gl.COLOR_BUFFER_BIT)
    compositor.add(shared, 1)
    expect(colour(compositor.finish())).toEqual([160, 0, 51, 255])
  })
  it('leaves no error and no blending behind', () => {
    expect([gpu.gl.getError(), gpu.gl.isEnabled(gpu.gl.BLEND)]).toEqual([0, false])
  })
})

describe('the master', () => {
  const see = (picture: Target, master: Partial<Master>, stage = createMaster(gpu, { width: W, height: H })) => colour(stage.finish(picture, { ...open, ...master }))
  it('costs nothing at rest', () => {
    const picture = flat(1, 2, 3, 255)
    expect(createMaster(gpu, { width: W, height: H }).finish(picture, open)).toBe(picture)
  })
  it('fades, and goes black', () => {
    const picture = flat(200, 100, 0, 255)
    expect(see(picture, { opacity: 0.5 })).toEqual([100, 50, 0, 255])
    expect(see(picture, { opacity: 0 })).toEqual([0, 0, 0, 255])
    expect(see(picture, { blackout: true })).toEqual([0, 0, 0, 255])
    expect(colour(picture)).toEqual([200, 100, 0, 255])
  })
  it('holds the picture while frozen, can fade it, and lets go again', () => {
    const stage = createMaster(gpu, { width: W, height: H })
    const [one, two] = [flat(10, 20, 30, 255), flat(200, 200, 200, 255)]
    expect(see(one, {}, stage)).toEqual([10, 20, 30, 255])
    expect(see(one, { freeze: true }, stage)).toEqual([10, 20, 30, 255])
    expect(stage.holding).toBe(true)
    expect(see(two, { freeze: true }, stage)).toEqual([10, 20, 30, 255])
    expect(see(two, { freeze: true, opacity: 0.5 }, stage)).toEqual([5, 10, 15, 255])
    expect(see(two, { freeze: true, blackout: true }, stage)).toEqual([0, 0, 0, 255])
    expect(see(two, { freeze: true }, stage)).toEqual([10, 20, 30, 255])
    expect(see(two, {}, stage)).toEqual([200, 200, 200, 255])
    expect(stage.holding).toBe(false)
  })
})

describe('the transform', () => {
  // Every pixel its own colour, so that where it came from can be read off.
  const grid = () => filledTarget(gpu, W, H, (x, y) => [x * 16, y * 32, 0, 255])
  const placed = (t: Partial<Transform>) => composed([[grid(), 1, 'normal', { ...createTransform(), ...t }]])
  const from = (target: Target, x: number, y: number) => {
    const [r = 0, g = 0, b = 0] = colour(target, x, y)
    return b > 0 ? 'bad' : r + g === 0 ? '-' : `${r / 16},${g / 32}`
  }
  it('moves', () => {
    const moved = placed({ position: [0.75, 0.25] })
    expect([from(moved, 9, 5), from(moved, 3, 4), from(moved, 3, 7), from(moved, 8, 1)]).toEqual(['5,3', '-', '-', '-'])
  })
  it('mirrors about its anchor', () => {
    expect(from(placed({ mirrorX: true }), 2, 3)).toBe('13,3')
    expect(from(placed({ mirrorY: true }), 2, 3)).toBe('2,4')
    expect(from(placed({ mirrorX: true, anchor: [0.25, 0.5], position: [0.25, 0.5] }), 2, 3)).toBe('5,3')
  })
  it('turns counter-clockwise in square pixels', () => {
    const turned = placed({ rotation: 90 })
    // The layer's right half lies above the middle now: a canvas pixel 2 up and 1 right of the middle was 2 right, 1 down.
    expect(from(turned, 9, 1)).toBe('10,5')
    expect(from(placed({ rotation: 180 }), 2, 3)).toBe('13,4')
    expect(from(turned, 2, 3)).toBe('-')
  })
  it('scales about its anchor and averages what it shrinks', () => {
    expect(from(placed({ scale: 2, anchor: [0, 1], position: [0, 1] }), 15, 7)).toBe('7.25,3.25')
    const small = placed({ scale: 0.5 })
    expect([from(small, 2, 4), from(small, 12, 4)]).toEqual(['-', '-'])
    expect(from(small, 6, 3)).toBe('4.5,2.5')
    const stripes = filledTarget(gpu, W, H, (x) => (x % 4 < 2 ? [255, 255, 255, 255] : [0, 0, 0, 255]))
    const [grey = 0] = colour(composed([[stripes, 1, 'normal', { ...createTransform(), scale: 0.25 }]]), 8, 4)
    expect(grey).toBeGreaterThan(90)
    expect(grey).toBeLessThan(165)
  })
  it('crops each side, with a soft edge of a pixel', () => {
    const cropped = placed({ cropLeft: 0.25, cropRight: 0.125, cropTop: 0.25, cropBottom: 0.5 })
    expect([from(cropped, 3, 3), from(cropped, 4, 3), from(cropped, 13, 3), from(cropped, 14, 3), from(cropped, 8, 1), from(cropped, 8, 2), from(cropped, 8, 4)])
      .toEqual(['-', '4,3', '13,3', '-', '-', '8,2', '-'])
    const half = composed([[flat(200, 200, 200, 255), 1, 'normal', { ...createTransform(), cropLeft: 4.5 / W }]])
    expect(Math.abs((colour(half, 4, 3)[0] ?? 0) - 100)).toBeLessThanOrEqual(1)
  })
  it.each<[string, Partial<Transform>]>([['no size', { scale: 0 }], ['cropped to nothing', { cropLeft: 0.6, cropRight: 0.4 }], ['far away', { position: [1e30, 0.5] }]])('shows nothing with %s', (_name, t) => {
    expect(colour(placed(t), 8, 4)).toEqual([0, 0, 0, 255])
    expect(gpu.gl.getError()).toBe(0)
  })
})
