import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openGpu } from '../../../src/gl/context.js'
import type { Gpu } from '../../../src/gl/types.js'
import { describeWithTestdata } from '../../support/testdata.js'
import { overlap, playSequence } from '../../support/sequence.js'
import { createKey } from '../../../src/gl/keys/key.js'
import { moment } from '../support.js'
import { disc, inside, maskOf, using, type Paint } from './support.js'

const SIZE = [320, 180] as const
const [W, H] = SIZE
let gpu: Gpu
beforeAll(() => { gpu = openGpu() })
afterAll(() => { gpu.close() })

const grey = (level: (x: number, y: number) => number): Paint => (x, y) => {
  const v = level(x, y)
  return [v, v, v, 255]
}
const keyed = (values: Record<string, number | boolean>, paint: Paint) => using(gpu, SIZE, 'luma', { despeckle: 0, ...values }, (show) => maskOf(gpu, show(paint)))
/** Pixels of the mask's middle row that are neither empty nor full. */
const softWidth = (mask: Uint8Array) => mask.subarray(90 * W, 91 * W).filter((v) => v > 4 && v < 251).length

describe('the luma key', () => {
  // Brightness rises by a level with every pixel, from 0 at the left to 255.
  const ramp = grey((x) => Math.min(255, x))
  it.each([0.05, 0.2, 0.4])('is full between its two levels, and fades beyond them over a softness of %f', (softness) => {
    const mask = keyed({ low: 0.5, high: 0.7, softness }, ramp)
    const row = mask.subarray(90 * W, 91 * W)
    for (const [x, v] of row.entries()) {
      const y = Math.min(255, x) / 255
      const want = Math.min(1, Math.max(0, 1 + (y - 0.5) / softness)) * Math.min(1, Math.max(0, 1 + (0.7 - y) / softness))
      expect(Math.abs(v - 255 * want), `at ${x}`).toBeLessThanOrEqual(2)
    }
  })
  it('inverts', () => {
    const [plain, inverted] = [keyed({ low: 0.5 }, ramp), keyed({ low: 0.5, invert: true }, ramp)]
    expect(plain.every((v, i) => v + (inverted[i] ?? 0) === 255)).toBe(true)
  })

  const spots: Paint = grey((x, y) => ([[20, 90, 3], [60, 90, 6], [110, 90, 12], [180, 90, 40]] as const).some(([cx, cy, r]) => disc(cx, cy, r)(x, y)) !== disc(180, 90, 3)(x, y) ? 255 : 0)
  it.each([[4, [3, 6, 12, 40], false], [12, [12, 40], true], [16, [12, 40], true], [9, [6, 12, 40], true]] as const)('takes out islands and holes narrower than %i pixels', (size, left, fills) => {
    const mask = keyed({ low: 0.5, despeckle: size / H }, spots)
    // A disc of radius r is as wide as its inscribed square, 1.4 r, in this; and in between may go or stay.
    for (const [x, r] of [[20, 3], [60, 6], [110, 12]] as const) {
      const there = mask[90 * W + x] ?? 0
      if (2 * r < size) expect(there, `radius ${r}`).toBe(0)
      if (1.4 * r > size + 2) expect(there, `radius ${r}`).toBe(255)
    }
    expect(left).toContain(40)
    // A hole 6 wide.
    if (fills && size > 8) expect(mask[90 * W + 180]).toBe(255)
    // What stays, stays to the pixel.
    const big = inside(W, H, (x, y) => disc(180, 90, 40)(x, y) && x > 140 && !disc(180, 90, 5)(x, y))
    let lost = 0
    for (let i = 0; i < mask.length; i++) if (big[i] && mask[i] !== 255) lost += 1
    expect(lost).toBe(0)
  })

  it('keeps a soft edge soft when it is despeckled', () => {
    const soft = grey((x, y) => 255 * Math.min(1, Math.max(0, 0.5 + (50 - Math.hypot(x - 160, y - 90)) / 20)))
    expect(softWidth(keyed({ low: 1, softness: 1 }, soft))).toBeGreaterThanOrEqual(36)
    expect(softWidth(keyed({ low: 1, softness: 1, despeckle: 0.03 }, soft))).toBeGreaterThanOrEqual(34)
  })

  it.each([0.02, 0.01, -0.01, -0.02])('moves the edge by a choke of %f picture heights', (choke) => {
    const mask = keyed({ low: 0.5, choke }, grey((x, y) => (disc(160, 90, 50)(x, y) ? 255 : 0)))
    const radius = Math.sqrt(mask.reduce((sum, v) => sum + v, 0) / 255 / Math.PI)
    expect(Math.abs(radius - (50 - choke * H))).toBeLessThan(0.6)
    expect(overlap(mask, inside(W, H, disc(160, 90, 50 - choke * H)))).toBeGreaterThan(0.97)
  })

  it('is nothing where there is no picture', () => {
    const mask = using(gpu, SIZE, 'luma', { low: 0, despeckle: 0 }, (show) => maskOf(gpu, show((x) => (x < 40 ? [0, 0, 0, 0] : [30, 30, 30, 255]))))
    expect([mask[90 * W + 20], mask[90 * W + 60]]).toEqual([0, 255])
  })
})

describeWithTestdata('the luma key on a real clip', (path) => {
  it('finds the black swan among what is dark, better than all of the picture would', async () => {
    const key = createKey(gpu, { width: 854, height: 480, kind: 'luma', values: { low: 0, high: 0.12, softness: 0.1, despeckle: 0.03 } })
    let [ours, all, dark] = [0, 0, 0]
    await playSequence(gpu, path('testdata'), 'blackswan', ({ n, drawn, truth }) => {
      const mask = maskOf(gpu, key.draw(drawn.colour, drawn.seq, moment(n)))
      ours += overlap(mask, truth.data) / 6
      all += overlap(new Uint8Array(mask.length).fill(255), truth.data) / 6
      dark += mask.filter((v) => v >= 128).length / mask.length / 6
    }, 6)
    key.close()
    expect(dark).toBeGreaterThan(0.02)
    expect(dark).toBeLessThan(0.6)
    expect(ours).toBeGreaterThan(all)
  })
})
