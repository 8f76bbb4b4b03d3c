import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openGpu } from '../../src/gl/context.js'
import type { Gpu, Target } from '../../src/gl/types.js'
import { dancerMask } from '../../src/inputs/generators.js'
import { pixelAt, pixelsOf, worstDifference } from '../gl/support.js'
import { expectGolden } from '../support/golden.js'
import { imageOf, playGenerator } from './play.js'

let gpu: Gpu
beforeAll(() => { gpu = openGpu() })
afterAll(() => { gpu.close() })

const maskOf = (mask: Target | undefined): Uint8Array => {
  if (!mask) throw new Error('no mask')
  return imageOf(gpu, mask).data.filter((_, i) => i % 4 === 0)
}

describe('the dancer', () => {
  it.each([[320, 180], [123, 217]] as const)('at %ix%i has exactly the mask its bones say', (width, height) => {
    const dancer = playGenerator(gpu, 'dancer', [width, height], 5)
    for (const n of [0, 100, 333, 777, 1500]) {
      const truth = dancerMask(n / 60, 5, width, height)
      expect(truth.some((v) => v === 255)).toBe(true)
      expect(worstDifference(maskOf(dancer.draw(n).mask), truth), `tick ${n}`).toBeLessThanOrEqual(2)
    }
    dancer.close()
  })

  it('is opaque, moves, and gives the same bytes for the same tick', () => {
    const dancer = playGenerator(gpu, 'dancer')
    const [a, b] = [pixelsOf(gpu, dancer.draw(10).colour), pixelsOf(gpu, dancer.draw(20).colour)]
    expect(a.filter((v, i) => i % 4 === 3 && v !== 255)).toHaveLength(0)
    expect(worstDifference(a, b)).toBeGreaterThan(60)
    expect(worstDifference(pixelsOf(gpu, dancer.draw(10).colour), a)).toBe(0)
    dancer.close()
  })

  it('looks as it did', () => {
    const dancer = playGenerator(gpu, 'dancer', [320, 180], 2)
    expectGolden('dancer', imageOf(gpu, dancer.draw(200).colour))
    dancer.close()
  })
})

describe('the test card', () => {
  it.each([[1280, 720], [640, 360], [1920, 1080], [720, 1280], [333, 197], [160, 90]] as const)('at %ix%i shows its outermost pixels, bars and a pixel-sharp frame', (width, height) => {
    const card = playGenerator(gpu, 'testcard', [width, height])
    const { colour, mask } = card.draw(0)
    // Each corner in its own colour, to the very last pixel but for the dashed line.
    const thin = Math.max(1, Math.floor(height / 540))
    const near = (x: number, y: number) => pixelAt(gpu, colour, x, y)
    expect(near(thin + 1, thin + 1)).toEqual([230, 38, 38, 255])
    expect(near(width - 2 - thin, thin + 1)).toEqual([38, 204, 64, 255])
    expect(near(thin + 1, height - 2 - thin)).toEqual([51, 89, 255, 255])
    expect(near(width - 2 - thin, height - 2 - thin)).toEqual([237, 237, 237, 255])
    // Eight bars of 75 %, one cell each, left and right of the middle.
    const cell = Math.max(4, Math.floor(Math.min(width, height) / 10))
    const bars = [-3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5].map((at) => near(Math.floor(width / 2 + at * cell), Math.floor(height / 2 - 0.75 * cell)).slice(0, 3))
    const on = 191
    expect(bars).toEqual([[on, on, on], [on, on, 0], [0, on, on], [0, on, 0], [on, 0, on], [on, 0, 0], [0, 0, on]])
    const masks = maskOf(mask)
    expect(masks.reduce((sum, v) => sum + v / 255, 0) / (Math.PI * (4 * cell) ** 2)).toBeCloseTo(1, 1)
    card.close()
  })

  it('counts frames: digits and lamps change with every tick, and repeat for the same one', () => {
    const card = playGenerator(gpu, 'testcard', [640, 360])
    const at = (n: number) => pixelsOf(gpu, card.draw(n).colour)
    const [a, b] = [at(15), at(16)]
    expect(worstDifference(a, b)).toBeGreaterThan(100)
    expect(worstDifference(at(15), a)).toBe(0)
    card.close()
  })

  it('looks as it did', () => {
    const card = playGenerator(gpu, 'testcard', [640, 360])
    expectGolden('testcard', imageOf(gpu, card.draw(1234).colour))
    card.close()
  })
})
