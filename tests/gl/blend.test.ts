import { afterAll, beforeAll, expect, it } from 'vitest'
import { BLEND_MODES, type BlendMode } from '../../src/engine/look.js'
import { createCompositor } from '../../src/gl/compositor.js'
import { openGpu } from '../../src/gl/context.js'
import type { Gpu } from '../../src/gl/types.js'
import { filledTarget, pixelsOf, scatter } from './support.js'

type Colour = [number, number, number]
const of = (f: (i: number) => number): Colour => [f(0), f(1), f(2)]
const each = (f: (b: number, s: number) => number) => (b: Colour, s: Colour): Colour => of((i) => f(b[i] ?? 0, s[i] ?? 0))

// Compositing and Blending Level 1, sections 9.1 and 9.2, written down a second time and as the page has them.
const screen = (b: number, s: number) => b + s - b * s
const hardLight = (b: number, s: number) => (s <= 0.5 ? b * 2 * s : screen(b, 2 * s - 1))
const lum = ([r, g, b]: Colour) => 0.3 * r + 0.59 * g + 0.11 * b
const clip = (c: Colour): Colour => {
  const [l, n, x] = [lum(c), Math.min(...c), Math.max(...c)]
  return of((i) => {
    let v = c[i] ?? 0
    if (n < 0) v = l + ((v - l) * l) / (l - n)
    if (x > 1) v = l + ((v - l) * (1 - l)) / (x - l)
    return v
  })
}
const setLum = (c: Colour, l: number) => clip(of((i) => (c[i] ?? 0) + l - lum(c)))
const sat = (c: Colour) => Math.max(...c) - Math.min(...c)
const setSat = (c: Colour, s: number): Colour => {
  const order = [0, 1, 2].sort((x, y) => (c[x] ?? 0) - (c[y] ?? 0))
  const [min, mid, max] = order.map((i) => c[i] ?? 0) as Colour
  const out: Colour = [0, 0, 0]
  if (max > min) {
    out[order[1] ?? 0] = ((mid - min) * s) / (max - min)
    out[order[2] ?? 0] = s
  }
  return out
}
const B: Record<Exclude<BlendMode, 'add'>, (b: Colour, s: Colour) => Colour> = {
  'normal': (_b, s) => s,
  'screen': each(screen),
  'multiply': each((b, s) => b * s),
  'overlay': each((b, s) => hardLight(s, b)),
  'hard-light': each(hardLight),
  'soft-light': each((b, s) => {
    const d = b <= 0.25 ? ((16 * b - 12) * b + 4) * b : Math.sqrt(b)
    return s <= 0.5 ? b - (1 - 2 * s) * b * (1 - b) : b + (2 * s - 1) * (d - b)
  }),
  'colour-dodge': each((b, s) => (b === 0 ? 0 : s === 1 ? 1 : Math.min(1, b / (1 - s)))),
  'colour-burn': each((b, s) => (b === 1 ? 1 : s === 0 ? 0 : 1 - Math.min(1, (1 - b) / s))),
  'darken': each(Math.min),
  'lighten': each(Math.max),
  'difference': each((b, s) => Math.abs(b - s)),
  'exclusion': each((b, s) => b + s - 2 * b * s),
  'hue': (b, s) => setLum(setSat(s, sat(b)), lum(b)),
  'saturation': (b, s) => setLum(setSat(b, sat(s)), lum(b)),
  'colour': (b, s) => setLum(s, lum(b)),
  'luminosity': (b, s) => setLum(b, lum(s)),
}
const expected = (mode: BlendMode, backdrop: Colour, source: Colour, alpha: number): Colour => {
  const [b, S, a] = [of((i) => (backdrop[i] ?? 0) / 255), of((i) => (source[i] ?? 0) / 255), alpha / 255]
  if (mode === 'add') return of((i) => 255 * Math.min(1, (b[i] ?? 0) + (S[i] ?? 0)))
  const mixed = B[mode](b, a > 0 ? of((i) => Math.min(1, (S[i] ?? 0) / a)) : [0, 0, 0])
  return of((i) => 255 * (a * (mixed[i] ?? 0) + (1 - a) * (b[i] ?? 0)))
}

const [W, H] = [64, 32]
const ENDS = [0, 255, 128, 127, 1, 254]
// A quarter of the channels are extremes, where the formulas have their corners.
const byte = (...at: number[]) => (scatter(...at) % 4 === 0 ? ENDS[scatter(...at, 1) % ENDS.length] ?? 0 : scatter(...at, 2) % 256)
const backdropAt = (x: number, y: number): Colour => of((i) => (x < 8 ? byte(x, y, 0) : byte(x, y, i)))
const sourceAt = (x: number, y: number): readonly [Colour, number] => {
  const alpha = y < 16 ? 255 : byte(x, y, 9)
  return [of((i) => Math.round((byte(x, y, 5 + (y % 4 === 0 ? 0 : i)) * alpha) / 255)), alpha]
}

let gpu: Gpu
beforeAll(() => { gpu = openGpu() })
afterAll(() => { gpu.close() })

it('offers at least the sixteen modes of the W3C, and add', () => expect(BLEND_MODES.length).toBe(17))

it.each(BLEND_MODES)('%s is within 1/255 of the formula, for 2048 pairs of colours', (mode) => {
  const compositor = createCompositor(gpu, { width: W, height: H })
  compositor.begin()
  compositor.add(filledTarget(gpu, W, H, (x, y) => [...backdropAt(x, y), 255]), 1)
  compositor.add(filledTarget(gpu, W, H, (x, y) => { const [c, a] = sourceAt(x, y); return [...c, a] }), 1, mode)
  const got = pixelsOf(gpu, compositor.finish())
  const wrong: unknown[] = []
  for (let y = 0; y < H; y++) for (let x = 0; x < W; x++) {
    const at = ((H - 1 - y) * W + x) * 4
    const [source, alpha] = sourceAt(x, y)
    const want = expected(mode, backdropAt(x, y), source, alpha)
    const seen = [...got.subarray(at, at + 4)]
    if (want.some((v, i) => Math.abs(v - (seen[i] ?? 0)) > 1) || seen[3] !== 255) wrong.push({ backdrop: backdropAt(x, y), source, alpha, want, seen })
  }
  expect(wrong.length, JSON.stringify(wrong.slice(0, 3))).toBe(0)
  compositor.close()
})

it('follows the opacity in every mode', () => {
  const compositor = createCompositor(gpu, { width: W, height: H })
  const [below, above]: [Colour, Colour] = [[200, 90, 30], [40, 180, 250]]
  for (const mode of BLEND_MODES) {
    compositor.begin()
    compositor.add(filledTarget(gpu, W, H, () => [...below, 255]), 1)
    compositor.add(filledTarget(gpu, W, H, () => [...above, 255]), 0.4, mode)
    const want = expected(mode, below, of((i) => (above[i] ?? 0) * 0.4), 102)
    const got = pixelsOf(gpu, compositor.finish())
    for (let i = 0; i < 3; i++) expect(Math.abs((got[i] ?? 0) - (want[i] ?? 0)), mode).toBeLessThanOrEqual(1)
  }
  expect(gpu.gl.getError()).toBe(0)
})
