import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blur } from '../../src/effects/plain/blur.js'
import { colour } from '../../src/effects/plain/colour.js'
import { edge } from '../../src/effects/plain/edge.js'
import { feedback } from '../../src/effects/plain/feedback.js'
import { filmGrain } from '../../src/effects/plain/film-grain.js'
import { glow } from '../../src/effects/plain/glow.js'
import { gradientMap } from '../../src/effects/plain/gradient-map.js'
import { invert } from '../../src/effects/plain/invert.js'
import { kaleidoscope } from '../../src/effects/plain/kaleidoscope.js'
import { mirror } from '../../src/effects/plain/mirror.js'
import { noiseDisplace } from '../../src/effects/plain/noise-displace.js'
import { pixelate } from '../../src/effects/plain/pixelate.js'
import { polar } from '../../src/effects/plain/polar.js'
import { posterise } from '../../src/effects/plain/posterise.js'
import { rgbSplit } from '../../src/effects/plain/rgb-split.js'
import { ripple } from '../../src/effects/plain/ripple.js'
import { sharpen } from '../../src/effects/plain/sharpen.js'
import { strobe } from '../../src/effects/plain/strobe.js'
import { threshold } from '../../src/effects/plain/threshold.js'
import { tile } from '../../src/effects/plain/tile.js'
import { trails } from '../../src/effects/plain/trails.js'
import { vhs } from '../../src/effects/plain/vhs.js'
import { zoomBlur } from '../../src/effects/plain/zoom-blur.js'
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

/** One colour all over through an effect, at the start of a beat. */
const one = (decl: EffectDecl, values: Record<string, ParamValue>, rgb: readonly [number, number, number], beat = 0) => at(apply(decl, values, flat(...rgb), beat)).slice(0, 3)
const near = (is: readonly number[], wanted: readonly number[], by = 1) => {
  const off = is.map((v, c) => Math.abs(v - (wanted[c] ?? 0)))
  expect(Math.max(...off), `${is.join(', ')} for ${wanted.join(', ')}`).toBeLessThanOrEqual(by)
}
/** Black on the left, white on the right. */
const edged: Pixel = (x) => (x < W / 2 ? [0, 0, 0, 255] : [255, 255, 255, 255])

describe('effects of one pixel', () => {
  it('gradient-map paints black, its middle brightness and white in the three colours', () => {
    const values = { dark: [0.2, 0, 0, 1], middle: [0, 0.6, 0, 1], bright: [0, 0, 0.8, 1], balance: 0.4, contrast: 0 }
    near(one(gradientMap, values, [0, 0, 0]), [51, 0, 0])
    near(one(gradientMap, values, [102, 102, 102]), [0, 153, 0])
    near(one(gradientMap, values, [255, 255, 255]), [0, 0, 204])
    near(one(gradientMap, values, [51, 51, 51]), [26, 77, 0])
  })

  it('invert turns colours, their lightness, or what is bright over', () => {
    near(one(invert, { look: 'negative' }, [10, 100, 250]), [245, 155, 5])
    near(one(invert, { look: 'brightness' }, [10, 100, 250]), [5, 95, 245])
    near(one(invert, { look: 'solarise', above: 0.5 }, [10, 100, 250]), [20, 200, 10])
  })

  it('threshold divides at its level', () => {
    const values = { level: 0.5, soft: 0, dark: [0.2, 0, 0, 1], bright: [0, 0, 0.8, 1] }
    near(one(threshold, values, [120, 120, 120]), [51, 0, 0])
    near(one(threshold, values, [135, 135, 135]), [0, 0, 204])
    near(one(threshold, { ...values, flip: true }, [135, 135, 135]), [51, 0, 0])
  })

  it('posterise leaves so many steps', () => {
    near(one(posterise, { levels: 2, gamma: 1, saturation: 1 }, [100, 140, 250]), [0, 255, 255])
    near(one(posterise, { levels: 4, gamma: 1, saturation: 1 }, [100, 140, 250]), [85, 170, 255])
  })

  it('strobe lights once a beat, and once in two where that is more often than its limit', () => {
    near(one(strobe, {}, [0, 0, 0], 1), [230, 230, 230])
    near(one(strobe, {}, [0, 0, 0], 1.5), [0, 0, 0], 0)
    near(one(strobe, { limit: 1.5 }, [0, 0, 0], 1), [0, 0, 0], 0)
    near(one(strobe, { limit: 1.5 }, [0, 0, 0], 2), [230, 230, 230])
  })

  it('film-grain is grain around the same brightness', () => {
    const out = apply(filmGrain, { amount: 0.5, flicker: 0, vignette: 0, chroma: 0 }, flat(128, 128, 128))
    let [sum, least, most] = [0, 255, 0]
    everyPixel((x, y) => {
      const [v = 0] = out(x, y)
      sum += v
      least = Math.min(least, v)
      most = Math.max(most, v)
    })
    expect(Math.abs(sum / (W * H) - 128)).toBeLessThan(4)
    expect(most - least).toBeGreaterThan(60)
  })
})

describe('effects that bend the picture', () => {
  it('mirror keeps one side', () => {
    expect(worst(apply(mirror, {}, noise), (x, y) => noise(Math.min(x, W - 1 - x), y))).toBeLessThanOrEqual(1)
    expect(worst(apply(mirror, { side: 'top' }, noise), (x, y) => noise(x, Math.min(y, H - 1 - y)))).toBeLessThanOrEqual(1)
  })

  it('tile repeats the picture so often', () => {
    const out = apply(tile, { count: 4, mirrored: false, scrollx: 0, pulse: 0 }, (x, y) => [2 * x, 3 * y, 0, 255])
    everyPixel((x, y) => { near(out(x, y), out((x + W / 4) % W, (y + H / 4) % H)) })
    expect((out(W / 2 + 12, 36)[0] ?? 0) - (out(W / 2, 36)[0] ?? 0)).toBeGreaterThan(60)
  })

  it('polar comes round as often as it says', () => {
    const out = apply(polar, { repeats: 2, spin: 0, travel: 0 }, (x, y) => [2 * x, 3 * y, x + y, 255])
    // Far from the middle, where the picture is not much smaller than its pixels.
    for (const [x, y] of [[20, 30], [100, 10], [64, 5], [5, 60]] as const) near(out(x, y), out(W - 1 - x, H - 1 - y), 4)
  })

  it('ripple drops in the middle and reaches the corners later', () => {
    const out = (beat: number) => apply(ripple, { amount: 0.05, drop: 1, shine: 0 }, noise, beat)
    const corner = (picture: Pixel) => Math.max(...[0, 1, 2, 3, 4].flatMap((x) => picture(x, 2).map((v, c) => Math.abs(v - (noise(x, 2)[c] ?? 0)))))
    expect(corner(out(4))).toBeLessThanOrEqual(1)
    expect(corner(out(4.8))).toBeGreaterThan(5)
  })

  it('noise-displace pushes lines along themselves only, and nothing at amount 0', () => {
    expect(worst(apply(noiseDisplace, { amount: 0 }, noise), noise)).toBe(0)
    const stripes: Pixel = (_, y) => [3 * y, 255 - 3 * y, 0, 255]
    expect(worst(apply(noiseDisplace, { amount: 0.3, look: 'sideways' }, stripes), stripes)).toBeLessThanOrEqual(1)
    expect(worst(apply(noiseDisplace, { amount: 0.3, look: 'lift' }, stripes), stripes)).toBeGreaterThan(20)
  })
})

describe('effects that look around', () => {
  it('blur does nothing at radius 0, softens an edge, and lets bright parts win', () => {
    expect(worst(apply(blur, { radius: 0 }, noise), noise)).toBe(0)
    const value = (values: Record<string, ParamValue>) => apply(blur, { radius: 8 / H, bloom: 0, ...values }, edged)(W / 2 - 4, H / 2)[0] ?? 0
    expect(value({})).toBeGreaterThan(20)
    expect(value({})).toBeLessThan(90)
    expect(value({ bloom: 1 })).toBeGreaterThan(value({}) + 40)
    // A line along the edge leaves it nearly as it was, one across it does not.
    expect(value({ look: 'line', angle: 0.25 })).toBeLessThan(5)
    expect(value({ look: 'line', angle: 0 })).toBeGreaterThan(20)
  })

  it('zoom-blur streaks along the way to its centre and leaves the centre alone', () => {
    const values = { amount: 1, pulse: 0, bloom: 0 }
    const rays: Pixel = (_, y) => (y < H / 2 ? [0, 0, 0, 255] : [255, 255, 255, 255])
    const out = apply(zoomBlur, values, rays)
    // The border between the halves is itself a way to the centre; a bar across it is not.
    for (const x of [10, 40, 90, 120]) near([out(x, H / 2 - 6)[0] ?? 0, out(x, H / 2 + 5)[0] ?? 0], [0, 255], 25)
    expect(apply(zoomBlur, values, (x) => (x > 100 ? [255, 255, 255, 255] : [0, 0, 0, 255]))(110, 36)[0]).toBeLessThan(200)
    expect(worst(apply(zoomBlur, { amount: 0 }, noise), noise)).toBe(0)
  })

  it('sharpen overshoots beside an edge, without halos not at all', () => {
    const step: Pixel = (x) => (x < W / 2 ? [80, 80, 80, 255] : [160, 160, 160, 255])
    const beside = (halo: number) => [-1, 0].map((d) => apply(sharpen, { amount: 1, halo, spare: 0, radius: 1 }, step)(W / 2 + d, 30)[0] ?? 0)
    // A quarter of the step of 80, on either side.
    near(beside(1), [60, 180])
    near(beside(0), [80, 160])
  })

  it('glow lights what lies beside the bright, and nothing in the dark', () => {
    expect(worst(apply(glow, { above: 0.6 }, flat(120, 120, 120)), flat(120, 120, 120))).toBeLessThanOrEqual(1)
    const lit = apply(glow, { tint: [1, 1, 1, 0], pulse: 0 }, edged)
    const [far, close] = [lit(W / 2 - 30, 36)[0] ?? 0, lit(W / 2 - 2, 36)[0] ?? 0]
    expect(close).toBeGreaterThan(100)
    expect(far).toBeLessThan(close / 4)
  })

  it('edge draws a line in its colour and leaves a faint picture behind', () => {
    const out = apply(edge, { tint: [0.2, 0.6, 1, 1], ground: 0.5, gain: 12 }, edged)
    near(out(W / 2, 36), [51, 153, 255, 255])
    near(out(W - 9, 36), [128, 128, 128, 255])
  })

  it('vhs is the picture itself with nothing of it turned on', () => {
    expect(worst(apply(vhs, { dark: 0, bleed: 0, wobble: 0, tracking: 0, snow: 0, fade: 0 }, noise), noise)).toBeLessThanOrEqual(1)
  })
})

describe('effects that remember', () => {
  /** What is left of white, so many ticks (30 a beat) after it went dark. */
  const left = (decl: EffectDecl, values: Record<string, ParamValue>, ticks: number) => {
    const [white, black] = [filledTarget(gpu, W, H, flat(255, 255, 255)), filledTarget(gpu, W, H, flat(0, 0, 0))]
    const { chain, faults } = playEffect(gpu, decl, values)
    chain.run(drawnOf(white), moment(0))
    for (let n = 1; n < ticks; n++) chain.run(drawnOf(black), moment(n))
    const { data } = imageOf(gpu, chain.run(drawnOf(black), moment(ticks)))
    expect(faults).toEqual([])
    chain.close()
    for (const target of [white, black]) target.close()
    return [...data.subarray((36 * W + 64) * 4, (36 * W + 64) * 4 + 3)]
  }

  it('feedback keeps its share a beat', () => {
    near(left(feedback, { zoom: 1, rotate: 0, hue: 0, decay: 0.5 }, 30), [128, 128, 128], 2)
    near(left(feedback, { zoom: 1, rotate: 0, hue: 0, decay: 0.5 }, 60), [64, 64, 64], 2)
  })

  it('trails have faded to a fiftieth when they say', () => {
    const values = { fade: 2, above: 0, tint: [1, 1, 1, 0] }
    // A fiftieth after two beats: its root, 0.1414, after one.
    near(left(trails, values, 30), [36, 36, 36], 2)
    near(left(trails, values, 60), [5, 5, 5], 1)
  })
})
