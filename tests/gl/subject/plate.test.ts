import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openGpu } from '../../../src/gl/context.js'
import { createSubjectWatch } from '../../../src/gl/subject/watch.js'
import type { Gpu } from '../../../src/gl/types.js'
import { filledMask, filledTarget, moment } from '../support.js'
import { circle, createProbe, drawnWith, type Signed } from './support.js'

const [W, H] = [320, 180]
let gpu: Gpu
let probe: ReturnType<typeof createProbe>
beforeAll(() => {
  gpu = openGpu()
  probe = createProbe(gpu, W, H, 'plateAt(uv)')
})
afterAll(() => { gpu.close() })

const pattern = (x: number, y: number): number[] => [(x * 3) & 255, (y * 5) & 255, ((x >> 3) ^ (y >> 3)) & 1 ? 200 : 40, 255]
const RED = [255, 0, 0, 255]

const open = (lit = true, subjects = 0) => {
  const watch = createSubjectWatch(gpu, { width: W, height: H, reads: new Set(['plate'] as const), lit, subjects })
  return {
    watch,
    show(n: number, signed: Signed | undefined, rgba: (x: number, y: number) => readonly number[]) {
      const drawn = drawnWith(gpu, W, H, signed, n + 1, rgba)
      watch.update(drawn, moment(n), true)
      // Read while the picture is there: without a mask it is what the plate shows.
      const at = probe.read((program) => { watch.apply(program) })
      drawn.close()
      return (x: number, y: number) => [0, 1, 2, 3].map((c) => Math.round(at(x, y, c) * 255))
    },
  }
}
const apart = (a: readonly number[], b: readonly number[]) => Math.max(...a.map((v, i) => Math.abs(v - (b[i] ?? 0))))

describe('the plate', () => {
  it('has the background behind a disc that moves, as soon as it was seen', () => {
    const { watch, show } = open()
    const disc = (n: number) => circle(100 + 4 * n, 90, 40)
    const scene = (n: number) => (x: number, y: number) => (disc(n)(x + 0.5, y + 0.5) > 0 ? RED : pattern(x, y))
    const first = show(0, disc(0), scene(0))
    expect(apart(first(200, 90), pattern(200, 90))).toBeLessThanOrEqual(1)
    let last = first
    for (let n = 1; n <= 30; n++) last = show(n, disc(n), scene(n))
    // All but the place that was never free of it: by now everything was, the disc having moved on by more than its size.
    let worst = 0
    for (let y = 0; y < H; y++) for (let x = 0; x < W; x++) worst = Math.max(worst, apart(last(x, y), pattern(x, y)))
    expect(worst).toBeLessThanOrEqual(2)
    watch.close()
  })

  it('does not take in what is soft at the subject\'s edge', () => {
    const { watch, show } = open()
    const disc = circle(160, 90, 50)
    // A halo of 3 pixels around a mask a little too tight.
    const at = show(0, disc, (x, y) => (disc(x + 0.5, y + 0.5) > -3 ? RED : pattern(x, y)))
    const later = show(1, circle(60, 90, 30), (x, y) => (circle(60, 90, 30)(x + 0.5, y + 0.5) > 0 ? RED : pattern(x, y)))
    expect(at(160 + 58, 90)).toEqual(pattern(160 + 58, 90))
    for (let x = 100; x < 230; x++) expect(apart(later(x, 90), pattern(x, 90))).toBeLessThanOrEqual(1)
    watch.close()
  })

  it('fills what was never seen from around it, and lets that go when it is seen', () => {
    const { watch, show } = open()
    const disc = circle(160, 90, 50)
    const ramp = (x: number, y: number) => [40 + (x >> 1), 220 - y, 90, 255]
    const scene = (x: number, y: number) => (disc(x + 0.5, y + 0.5) > 0 ? RED : ramp(x, y))
    let at = show(0, disc, scene)
    for (let n = 1; n < 3; n++) at = show(n, disc, scene)
    for (const [x, y] of [[160, 90], [125, 70], [190, 120], [160, 130]] as const) expect(apart(at(x, y), ramp(x, y)), `${x}, ${y}`).toBeLessThan(30)
    // Later on, too, when it learns in parts; and where nothing is hidden it is exact.
    for (let n = 3; n < 120; n++) at = show(n, disc, scene)
    expect(apart(at(160, 90), ramp(160, 90))).toBeLessThan(30)
    expect(apart(at(40, 90), ramp(40, 90))).toBeLessThanOrEqual(2)
    for (let n = 120; n < 140; n++) at = show(n, circle(40, 30, 20), (x, y) => (circle(40, 30, 20)(x + 0.5, y + 0.5) > 0 ? RED : ramp(x, y)))
    expect(apart(at(160, 90), ramp(160, 90))).toBeLessThanOrEqual(2)
    watch.close()
  })

  it('does not take who is clicked later for background', () => {
    const { watch } = open(true, 2)
    const [disc, square] = [circle(90, 90, 30), circle(230, 90, 30)]
    const inside = (shape: Signed, x: number, y: number) => shape(x + 0.5, y + 0.5) > 0
    const grey = [90, 100, 110, 255]
    const scene = (x: number, y: number) => (inside(disc, x, y) || inside(square, x, y) ? RED : grey)
    // Labels are 1 and 2 in 255ths.
    const labelled = (shapes: readonly Signed[]) => ({ mask: filledMask(gpu, W, H, (x, y) => shapes.findIndex((shape) => inside(shape, x, H - 1 - y)) + 1), count: shapes.length })
    const look = (n: number, shapes: readonly Signed[]) => {
      const { mask, count } = labelled(shapes)
      const colour = filledTarget(gpu, W, H, (x, y) => scene(x, H - 1 - y))
      watch.update({ colour, mask, seq: n + 1, subjects: { count, packed: 'labels' } }, moment(n), true)
      const at = probe.read((program) => { watch.apply(program) })
      colour.close()
      mask.close()
      return (x: number, y: number) => [0, 1, 2, 3].map((c) => Math.round(at(x, y, c) * 255))
    }
    let at = look(0, [])
    for (let n = 1; n < 40; n++) at = look(n, [])
    expect(apart(at(90, 90), RED)).toBeLessThanOrEqual(2)
    for (let n = 40; n < 44; n++) at = look(n, [disc])
    expect(apart(at(90, 90), grey)).toBeLessThanOrEqual(12)
    expect(apart(at(230, 90), RED)).toBeLessThanOrEqual(2)
    for (let n = 44; n < 48; n++) at = look(n, [disc, square])
    expect(apart(at(230, 90), grey)).toBeLessThanOrEqual(12)
    watch.close()
  })

  it('is shown in the light of now, behind the subject too', () => {
    const { watch, show } = open()
    const disc = (n: number) => circle(60 + 4 * n, 90, 30)
    const lit = (light: readonly number[]) => (x: number, y: number) => [0, 1, 2].map((c) => Math.round((pattern(x, y)[c] ?? 0) * 0.5 + (light[c] ?? 0))).concat(255)
    const dark = lit([0, 0, 0])
    let n = 0
    for (; n < 30; n++) show(n, disc(n), (x, y) => (disc(n)(x + 0.5, y + 0.5) > 0 ? RED : dark(x, y)))
    for (const light of [lit([100, 0, 0]), lit([0, 100, 40]), dark]) {
      n++
      const at = show(n, disc(n), (x, y) => (disc(n)(x + 0.5, y + 0.5) > 0 ? RED : light(x, y)))
      for (let dy = -20; dy <= 20; dy += 10) for (let dx = -20; dx <= 20; dx += 10) {
        const [x, y] = [60 + 4 * n + dx, 90 + dy]
        expect(apart(at(x, y), light(x, y)), `${n}: ${x}, ${y}`).toBeLessThan(25)
      }
    }
    watch.close()
  })

  it('averages the first pictures, then follows a change in about a second, all the way', () => {
    const { watch, show } = open(false)
    const level = (v: number) => () => [v, v, v, 255]
    let at = show(0, circle(20, 20, 10), level(100))
    at = show(1, circle(20, 20, 10), level(110))
    expect(Math.abs((at(200, 100)[0] ?? 0) - 105)).toBeLessThanOrEqual(1)
    for (let n = 2; n < 80; n++) at = show(n, circle(20, 20, 10), level(100 + 10 * (n & 1)))
    const mean = (field: typeof at) => {
      let sum = 0
      for (let y = 60; y < 160; y++) for (let x = 60; x < 300; x++) sum += field(x, y)[0] ?? 0
      return sum / (100 * 240)
    }
    // Rounding is right on average; a pixel alone wanders by a few 255ths while its picture flickers.
    expect(Math.abs(mean(at) - 105)).toBeLessThan(1)
    expect(Math.abs((at(200, 100)[0] ?? 0) - 105)).toBeLessThanOrEqual(5)
    for (let n = 80; n < 140; n++) at = show(n, circle(20, 20, 10), level(205))
    expect(Math.abs(mean(at) - 105 - 100 * (1 - Math.exp(-1)))).toBeLessThan(3)
    for (let n = 140; n < 500; n++) at = show(n, circle(20, 20, 10), level(205))
    expect(Math.abs((at(200, 100)[0] ?? 0) - 205)).toBeLessThanOrEqual(1)
    watch.close()
  })

  it('without a mask, or with a full one, is the picture; with an empty one the background', () => {
    const { watch, show } = open()
    expect(show(0, undefined, pattern)(77, 30)).toEqual(pattern(77, 30))
    expect(show(1, () => 100, () => RED)(77, 30)).toEqual(RED)
    expect(show(2, () => -100, pattern)(77, 30)).toEqual(pattern(77, 30))
    expect(show(3, () => 100, () => RED)(77, 30)).toEqual(pattern(77, 30))
    watch.close()
  })

  it('begins anew after a reset, and when the show does', () => {
    for (const again of ['reset', 'rewind'] as const) {
      const { watch, show } = open()
      show(5, circle(20, 20, 10), pattern)
      if (again === 'reset') watch.reset()
      expect(show(again === 'reset' ? 6 : 0, () => 100, () => RED)(200, 90)).toEqual(RED)
      watch.close()
    }
    expect(gpu.gl.getError()).toBe(0)
  })
})
