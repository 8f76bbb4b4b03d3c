import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKeyedPicture } from '../../src/app/keyed-picture.js'
import { openGpu } from '../../src/gl/context.js'
import type { Gpu } from '../../src/gl/types.js'
import { drawnOf, filledMask, filledTarget, moment, pixelAt } from '../gl/support.js'

const [W, H] = [64, 36]
let gpu: Gpu
beforeAll(() => { gpu = openGpu() })
afterAll(() => { gpu.close() })

describe('a keyed picture', () => {
  const halves = (right: readonly number[]) => filledTarget(gpu, W, H, (x) => (x < W / 2 ? [0, 176, 64, 255] : right))

  it('has the mask of its key in place of its own, and the screen taken out of its colour', () => {
    const picture = createKeyedPicture(gpu, { width: W, height: H, kind: 'chroma', values: {} })
    const colour = halves([200, 40, 40, 255])
    const own = filledMask(gpu, W, H, () => 255)
    const shown = picture.show({ ...drawnOf(colour, own), subjects: { count: 3, packed: 'labels' } }, moment(1))
    if (!shown.mask) throw new Error('it has no mask')
    expect([pixelAt(gpu, shown.mask, 8, 18)[0], pixelAt(gpu, shown.mask, 56, 18)[0]]).toEqual([0, 255])
    expect(shown.subjects).toBeUndefined()
    const [r = 0, g = 0] = pixelAt(gpu, shown.colour, 8, 18)
    expect(Math.abs(r - g)).toBeLessThan(12)
    expect(pixelAt(gpu, shown.colour, 56, 18)).toEqual([200, 40, 40, 255])
    for (const unit of [picture, colour, own]) unit.close()
  })

  it('is the same object every tick, and new when its picture or a value is', () => {
    const values: Record<string, number> = { low: 0.4 }
    const picture = createKeyedPicture(gpu, { width: W, height: H, kind: 'luma', values })
    const colour = halves([255, 255, 255, 255])
    const first = picture.show(drawnOf(colour), moment(1))
    const { seq } = first
    expect(first.colour).toBe(colour)
    expect(picture.show(drawnOf(colour), moment(2))).toBe(first)
    expect(first.seq).toBe(seq)
    values['low'] = 0.2
    expect(picture.show(drawnOf(colour), moment(3)).seq).toBe(seq + 1)
    expect(picture.show(drawnOf(colour, undefined, 2), moment(4)).seq).toBe(seq + 2)
    for (const unit of [picture, colour]) unit.close()
    expect(gpu.gl.getError()).toBe(0)
  })

  it('says so when there is no such key', () => {
    expect(() => createKeyedPicture(gpu, { width: W, height: H, kind: 'magic', values: {} })).toThrow('there is no key "magic"')
  })
})
