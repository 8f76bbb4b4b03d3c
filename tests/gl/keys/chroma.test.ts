import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openGpu } from '../../../src/gl/context.js'
import type { Gpu } from '../../../src/gl/types.js'
import { overlap } from '../../support/sequence.js'
import { pixelAt } from '../support.js'
import { blend, disc, inside, maskOf, noise, softDisc, using, type Rgb } from './support.js'

const SIZE = [320, 180] as const
const [W, H] = SIZE
const GREEN: Rgb = [0, 176, 64]
const KEY = { key: [0, 176 / 255, 64 / 255, 1] }
const BARE = { ...KEY, despeckle: 0 }
let gpu: Gpu
beforeAll(() => { gpu = openGpu() })
afterAll(() => { gpu.close() })

/** A screen lit from `dark` at the left to 1.1 at the right, with some noise. */
const screen = (dark: number, grain: number) => (x: number, y: number): Rgb => GREEN.map((v, c) => v * (dark + ((1.1 - dark) * x) / W) + grain * noise(x, y, c)) as unknown as Rgb
const clip = (colour: readonly number[]) => [...colour.map((v) => Math.round(Math.min(255, Math.max(0, v)))), 255]

describe('the chroma key', () => {
  const skin: Rgb = [205, 150, 125]
  const subject = disc(170, 95, 55)
  const truth = inside(W, H, subject)

  it.each([['even', 1.1, 0], ['shaded', 0.35, 0], ['noisy', 1.1, 14], ['shaded and noisy', 0.45, 10]])('tells a subject from a screen that is %s', (_, dark, grain) => {
    const paint = screen(dark, grain)
    const mask = using(gpu, SIZE, 'chroma', KEY, (show) => maskOf(gpu, show((x, y) => clip(subject(x, y) ? skin.map((v, c) => v + grain * noise(x, y, c, 1)) : paint(x, y)))))
    expect(overlap(mask, truth)).toBeGreaterThan(0.995)
    // And nothing of the screen is left, nor anything of the subject lost: away from the edge all is black or white.
    const sure = inside(W, H, disc(170, 95, 52))
    const near = inside(W, H, disc(170, 95, 58))
    let worst = 0
    for (let i = 0; i < mask.length; i++) worst = Math.max(worst, sure[i] ? 255 - (mask[i] ?? 0) : near[i] ? 0 : mask[i] ?? 0)
    expect(worst).toBeLessThanOrEqual(grain > 0 ? 40 : 1)
  })

  it.each([[1, 0.35], [1, 1], [0.5, 1], [0.5, 0.35]])('at softness %f keeps an edge as soft as that, however bright the screen behind (%f)', (softness, light) => {
    const share = softDisc(160, 90, 50, 24)
    const mask = using(gpu, SIZE, 'chroma', { ...BARE, softness }, (show) => maskOf(gpu, show((x, y) => clip(blend([110, 110, 110], GREEN.map((v) => v * light), share(x, y))))))
    let [error, count] = [0, 0]
    for (let x = 160; x < W; x++) {
      const want = Math.min(1, Math.max(0, (share(x, 90) - 0.5) / softness + 0.5))
      error += Math.abs((mask[90 * W + x] ?? 0) / 255 - want)
      if (want > 0 && want < 1) count += 1
    }
    expect(count).toBeGreaterThanOrEqual(24 * softness - 2)
    expect(error / count).toBeLessThan(0.13)
  })

  it('finds the same when only the brightness of all changes', () => {
    const shown = (light: number) => using(gpu, SIZE, 'chroma', BARE, (show) => maskOf(gpu, show((x, y) => clip(blend([150, 60, 60], GREEN, softDisc(160, 90, 50, 10)(x, y)).map((v) => v * light)))))
    const [full, dim] = [shown(1), shown(0.5)]
    expect(overlap(full, dim)).toBeGreaterThan(0.99)
  })

  it.each([['grey', [128, 128, 128], 0.12], ['black', [12, 12, 12], 0.12], ['white', [215, 215, 215], 0.12], ['skin', [205, 150, 125], 0.12], ['red', [180, 20, 30], 0.12], ['yellow', [220, 190, 40], 0], ['azure', [40, 120, 200], 0]] as const)('keeps %s solid, and its colour, when the screen shines on it', (_, own, light) => {
    const lit = own.map((v, c) => v + light * (GREEN[c] ?? 0))
    const [cleaned, mask] = using(gpu, SIZE, 'chroma', KEY, (show) => {
      const keyed = show((x, y) => clip(subject(x, y) ? lit : GREEN))
      return [pixelAt(gpu, keyed.colour, 170, 95), maskOf(gpu, keyed)[95 * W + 170] ?? 0] as const
    })
    expect(mask).toBeGreaterThan(250)
    const neutral = Math.max(...own) === Math.min(...own)
    for (const [c, v] of own.entries()) {
      const [least, most] = [v - 14, (neutral ? v : lit[c] ?? 0) + 6]
      // Neutral colours come back as they were. Others may hide some of the light, but nothing is taken from them that was theirs.
      expect(cleaned[c], `channel ${c}: ${cleaned.join()}`).toBeGreaterThanOrEqual(least)
      expect(cleaned[c], `channel ${c}: ${cleaned.join()}`).toBeLessThanOrEqual(most)
    }
  })

  it('leaves colours of other hues as they are, and takes the screen out of an edge', () => {
    const blue = [40, 60, 200, 255]
    const share = softDisc(170, 95, 55, 16)
    using(gpu, SIZE, 'chroma', BARE, (show) => {
      const keyed = show((x, y) => clip(blend(blue, GREEN, share(x, y))))
      expect(pixelAt(gpu, keyed.colour, 170, 95)).toEqual(blue)
      const mask = maskOf(gpu, keyed)
      for (let x = 212; x < 236; x++) {
        const [r = 0, g = 0, b = 0] = pixelAt(gpu, keyed.colour, x, 95)
        const m = (mask[95 * W + x] ?? 0) / 255
        // What shows of it is the mask's share, and no green stands out there.
        expect((g - Math.max(r, b)) * m, `at ${x}`).toBeLessThan(6)
      }
      // The screen itself loses its colour, and keeps its brightness.
      const [r = 0, g = 0, b = 0] = pixelAt(gpu, keyed.colour, 10, 10)
      expect(Math.max(r, g, b) - Math.min(r, g, b)).toBeLessThan(12)
      expect(g).toBeGreaterThan(90)
    })
  })

  it('gives the picture itself without spill suppression', () => {
    using(gpu, SIZE, 'chroma', { ...KEY, spill: 0 }, (show) => { expect(pixelAt(gpu, show((x, y) => clip(subject(x, y) ? skin : GREEN)).colour, 10, 10)).toEqual([...GREEN, 255]) })
  })

  it('keys a blue screen as well, and with a grey one has no colour to go by', () => {
    const blue = [20, 50, 190]
    const paint = (x: number, y: number) => clip(subject(x, y) ? skin : blue)
    expect(overlap(using(gpu, SIZE, 'chroma', { key: [...blue.map((v) => v / 255), 1] }, (show) => maskOf(gpu, show(paint))), truth)).toBeGreaterThan(0.995)
    expect(Math.min(...using(gpu, SIZE, 'chroma', { key: [0.5, 0.5, 0.5, 1] }, (show) => maskOf(gpu, show(paint))))).toBe(255)
  })
})
