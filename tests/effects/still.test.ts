import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { colour } from '../../src/effects/plain/colour.js'
import { kaleidoscope } from '../../src/effects/plain/kaleidoscope.js'
import { pixelate } from '../../src/effects/plain/pixelate.js'
import { rgbSplit } from '../../src/effects/plain/rgb-split.js'
import type { EffectDecl } from '../../src/engine/effect.js'
import type { ParamValue } from '../../src/engine/params.js'
import { openGpu } from '../../src/gl/context.js'
import type { Gpu } from '../../src/gl/types.js'
import { drawnOf, filledTarget, moment, scatter } from '../gl/support.js'
import { H, imageOf, playEffect, W } from './play.js'

type Pixel = (x: number, y: number) => readonly number[]

let gpu: Gpu
beforeAll(() => { gpu = openGpu() })
afterAll(() => { gpu.close() })

/** What an effect makes of a picture, as a function of the pixel counted from the top left. At the start of a beat. */
const apply = (decl: EffectDecl, values: Record<string, ParamValue>, picture: Pixel, beat = 0): Pixel => {
  const target = filledTarget(gpu, W, H, picture)
  const { chain, faults } = playEffect(gpu, decl, values)
  const { data } = imageOf(gpu, chain.run(drawnOf(target), moment(1, { beat })))
  expect(faults).toEqual([])
  chain.close()
  target.close()
  return (x, y) => [...data.subarray((y * W + x) * 4, (y * W + x) * 4 + 4)]
}
const noise: Pixel = (x, y) => [scatter(x, y, 0) & 255, scatter(x, y, 1) & 255, scatter(x, y, 2) & 255, 255]
const everyPixel = (check: (x: number, y: number) => void) => { for (let y = 0; y < H; y++) for (let x = 0; x < W; x++) check(x, y) }
const worst = (a: Pixel, b: Pixel): number => {
  let most = 0
  everyPixel((x, y) => { most = Math.max(most, ...a(x, y).map((v, c) => Math.abs(v - (b(x, y)[c] ?? 0)))) })
  return most
}
const flat = (r: number, g: number, b: number, a = 255): Pixel => () => [r, g, b, a]
const at = (p: Pixel) => p(9, 9)

describe('colour', () => {
  it('changes nothing at its defaults, opaque or not', () => {
    expect(worst(apply(colour, {}, noise), noise)).toBe(0)
    const clear: Pixel = (x, y) => [x & 63, y & 63, (x + y) & 63, 64 + ((x * 7 + y) & 127)]
    expect(worst(apply(colour, {}, clear), clear)).toBeLessThanOrEqual(1)
    expect(at(apply(colour, { brightness: 1, invert: 1 }, flat(0, 0, 0, 0)))).toEqual([0, 0, 0, 0])
  })

  it('computes what its parameters say', () => {
    const is = (values: Record<string, ParamValue>, from: Pixel, to: readonly number[]) => {
      at(apply(colour, values, from)).forEach((v, c) => { expect(Math.abs(v - (to[c] ?? 0)), JSON.stringify(values)).toBeLessThanOrEqual(1) })
    }
    is({ brightness: 0.2 }, flat(10, 100, 250), [61, 151, 255, 255])
    is({ contrast: -1 }, flat(10, 100, 250), [128, 128, 128, 255])
    is({ contrast: 1 }, flat(120, 130, 250), [0, 255, 255, 255])
    is({ gamma: 2 }, flat(64, 16, 255), [128, 64, 255, 255])
    is({ saturation: 0 }, flat(255, 0, 0), [54, 54, 54, 255])
    is({ invert: 1 }, flat(10, 100, 250), [245, 155, 5, 255])
    is({ invert: 0.5 }, flat(10, 100, 250), [128, 128, 128, 255])
    is({ hue: 1 / 3 }, flat(200, 50, 10), [10, 200, 50, 255])
    is({ hue: -1 / 3 }, flat(200, 50, 10), [50, 10, 200, 255])
    is({ hue: 0.27 }, flat(90, 90, 90), [90, 90, 90, 255])
    // Half transparent red stays half transparent and becomes cyan of the same alpha.
    is({ invert: 1 }, flat(128, 0, 0, 128), [0, 128, 128, 128])
  })

  it('warms without making white brighter', () => {
    const [r, g, b] = at(apply(colour, { temperature: 1 }, flat(100, 100, 100)))
    expect([r, g, b].map((v) => Math.sign((v ?? 0) - 100))).toEqual([1, -1, -1])
    expect(0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0)).toBeCloseTo(100, 0)
  })
})

describe('pixelate', () => {
  it('shows in every cell the colour at its middle, cells counted from the middle of the picture', () => {
    // The middle cell is centred on the picture's middle, where four pixels meet.
    const cell = 10
    const smooth: Pixel = (x, y) => [2 * x, 3 * y, x + y, 255]
    const out = apply(pixelate, { size: cell / H }, smooth)
    everyPixel((x, y) => {
      const cx = W / 2 + Math.round((x + 0.5 - W / 2) / cell) * cell
      const cy = H / 2 + Math.round((y + 0.5 - H / 2) / cell) * cell
      // Where a cell's middle lies beyond the border, the border's own colour is taken.
      const [sx, sy] = [Math.min(W - 0.5, Math.max(0.5, cx)) - 0.5, Math.min(H - 0.5, Math.max(0.5, cy)) - 0.5]
      const expected = [2 * sx, 3 * sy, sx + sy, 255]
      out(x, y).forEach((v, c) => { if (Math.abs(v - (expected[c] ?? 0)) > 1.01) expect.fail(`${x},${y} channel ${c} is ${v}, not ${expected[c]}`) })
    })
  })

  it('has cells of the frame\'s own shape when they need not be regular', () => {
    const out = apply(pixelate, { size: 0.25, regular: false }, (x, y) => [2 * x, 3 * y, 0, 255])
    const across = new Set(Array.from({ length: W }, (_, x) => out(x, 36)[0]))
    const down = new Set(Array.from({ length: H }, (_, y) => out(64, y)[1]))
    expect([across.size, down.size]).toEqual([5, 5])
  })

  it('leaves gaps transparent, and makes dark cells smaller with ink', () => {
    const covered = (values: Record<string, ParamValue>, level = 255) => {
      const out = apply(pixelate, { size: 18 / H, ...values }, flat(level, level, level))
      let sum = 0
      // One whole cell around the middle.
      for (let y = 27; y < 45; y++) for (let x = 55; x < 73; x++) sum += (out(x, y)[3] ?? 0) / 255
      return sum / 18 ** 2
    }
    expect(covered({})).toBe(1)
    expect(covered({ gap: 0.5 })).toBeCloseTo(0.25, 1)
    expect(covered({ shape: 'dot' })).toBeCloseTo(Math.PI / 4, 1)
    expect(covered({ shape: 'dot', ink: 1 }, 64)).toBeCloseTo(Math.PI / 16, 1)
    expect(covered({ shape: 'dot', ink: 1 }, 0)).toBeLessThan(0.01)
  })

  it('lays hexagons of one area each without a gap', () => {
    const out = apply(pixelate, { size: 16 / H, shape: 'hex' }, flat(80, 160, 240))
    expect(worst(out, flat(80, 160, 240))).toBe(0)
    // A hexagon 16 pixels across the flats is shown from the middle of the picture: same colour 7 pixels to each side.
    const ramp = apply(pixelate, { size: 16 / H, shape: 'hex' }, (x) => [2 * x, 0, 0, 255])
    expect(new Set([-7, -3, 0, 3, 6].map((dx) => ramp(64 + dx, 36)[0])).size).toBe(1)
    expect(ramp(64 + 10, 36)[0]).toBe((ramp(64, 36)[0] ?? 0) + 32)
  })
})

describe('rgb-split', () => {
  const shifted = (dx: number, dy: number): Pixel => (x, y) => [noise(x + dx, y + dy)[0] ?? 0, noise(x, y)[1] ?? 0, noise(x - dx, y - dy)[2] ?? 0, 255]
  const inner = (a: Pixel, b: Pixel) => {
    let most = 0
    for (let y = 12; y < H - 12; y++) for (let x = 12; x < W - 12; x++) most = Math.max(most, ...a(x, y).map((v, c) => Math.abs(v - (b(x, y)[c] ?? 0))))
    return most
  }

  it.each([[0, 6, 0], [0.25, 0, -6], [0.5, -6, 0], [-0.25, 0, 6]] as const)('at angle %f takes red from (%i, %i) pixels away and blue from the other side', (angle, dx, dy) => {
    expect(inner(apply(rgbSplit, { amount: 6 / H, angle, pulse: 0 }, noise), shifted(dx, dy))).toBeLessThanOrEqual(1)
  })

  it('mirrors at the border and does nothing at amount 0', () => {
    const out = apply(rgbSplit, { amount: 6 / H, pulse: 0 }, noise)
    expect(Math.abs((out(W - 1, 30)[0] ?? 0) - (noise(W - 6, 30)[0] ?? 0))).toBeLessThanOrEqual(1)
    expect(worst(apply(rgbSplit, { amount: 0 }, noise), noise)).toBe(0)
  })

  it('kicks on the beat and is still just before the next', () => {
    const kicked = apply(rgbSplit, { amount: 6 / H, pulse: 1 }, noise, 4)
    expect(inner(kicked, shifted(6, 0))).toBeLessThanOrEqual(1)
    expect(inner(apply(rgbSplit, { amount: 6 / H, pulse: 1 }, noise, 4.999), noise)).toBeLessThanOrEqual(2)
  })

  it('leaves the centre of a radial split alone, and keeps grey areas grey in a spectrum', () => {
    const out = apply(rgbSplit, { amount: 0.2, pulse: 0, radial: 1, look: 'spectrum' }, flat(90, 90, 90))
    expect(worst(out, flat(90, 90, 90))).toBeLessThanOrEqual(1)
    const split = apply(rgbSplit, { amount: 0.2, pulse: 0, radial: 1 }, (x, y) => [2 * x, 3 * y, x + y, 255])
    expect(split(64, 36).map((v, c) => Math.abs(v - ([128, 108, 100, 255][c] ?? 0))).every((d) => d <= 2)).toBe(true)
  })
})

describe('kaleidoscope', () => {
  const smooth: Pixel = (x, y) => [Math.round(127 + 120 * Math.sin(x / 9)), Math.round(127 + 120 * Math.cos(y / 7)), (x + y) & 127, 255]

  it('is its own mirror image left to right and top to bottom with 8 segments at rest', () => {
    const out = apply(kaleidoscope, { segments: 8, spin: 0 }, smooth)
    expect(worst(out, (x, y) => out(W - 1 - x, y))).toBeLessThanOrEqual(2)
    expect(worst(out, (x, y) => out(x, H - 1 - y))).toBeLessThanOrEqual(2)
  })

  it('turns the wedge it looks at once in so many bars', () => {
    const still = apply(kaleidoscope, { spin: 0 }, smooth)
    expect(worst(apply(kaleidoscope, { spin: 0.25 }, smooth, 16), still)).toBeLessThanOrEqual(2)
    expect(worst(apply(kaleidoscope, { spin: 0.25 }, smooth, 8), still)).toBeGreaterThan(40)
  })

  it('shows the colour of its centre in the middle', () => {
    // 0.75, 0.25 from the bottom left is pixel 96, 54 from the top left.
    const out = apply(kaleidoscope, { centre: [0.75, 0.25], zoom: 4 }, (x, y) => [2 * x, 3 * y, 0, 255])
    expect(Math.abs((out(64, 36)[0] ?? 0) - 192)).toBeLessThanOrEqual(3)
    expect(Math.abs((out(64, 36)[1] ?? 0) - 162)).toBeLessThanOrEqual(3)
  })
})
