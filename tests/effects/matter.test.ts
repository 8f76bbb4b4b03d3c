import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contours } from '../../src/effects/matter/contours.js'
import { disintegrate } from '../../src/effects/matter/disintegrate.js'
import { inflate } from '../../src/effects/matter/inflate.js'
import { melt } from '../../src/effects/matter/melt.js'
import { pixelSort } from '../../src/effects/matter/pixel-sort.js'
import { shatter } from '../../src/effects/matter/shatter.js'
import type { ParamValue } from '../../src/engine/params.js'
import { openGpu } from '../../src/gl/context.js'
import type { Gpu } from '../../src/gl/types.js'
import { drawnOf, filledMask, filledTarget } from '../gl/support.js'
import { H, W } from './play.js'
import { arranged, BACK, close, disc, RED, play as playOn, type Piece, type Rgb, subject as subjectOn } from './room.js'

let gpu: Gpu
beforeAll(() => { gpu = openGpu() })
afterAll(() => { gpu.close() })

const subject = (...how: Tail<typeof subjectOn>) => subjectOn(gpu, ...how)
const play = (...how: Tail<typeof playOn>) => playOn(gpu, ...how)
type Tail<F> = F extends (gpu: Gpu, ...rest: infer R) => unknown ? R : never

describe('inflate', () => {
  // By 0.1 of 72 pixels: a disc of 12 ends at 19.
  const still = { fur: 0, swell: 0.1 }
  it('moves the edge out by the swell, all the time where it rests swollen', () => {
    const out = play(inflate, { ...still, rest: 1 }, 4, () => subject(disc(12)))
    for (const r of [8, 14, 17]) close(out(64 + r), RED, 6)
    close(out(64 + 22), BACK, 0)
  })
  it('swells after the beat and not on it', () => {
    close(play(inflate, { ...still, rest: 0 }, 30, () => subject(disc(12)))(64 + 14), BACK, 0)
    close(play(inflate, { ...still, rest: 0 }, 34, () => subject(disc(12)))(64 + 14), RED, 6)
  })
})

describe('contours', () => {
  // Rings 0.2 of 72 pixels apart around a disc of 10: on the beat at 14.4 from its edge, and 0.65 of a gap farther in its middle.
  const bright = (ticks: number) => {
    const out = play(contours, { gap: 0.2, line: 0.02, glow: 0, dim: 0 }, ticks, () => subject(disc(10)))
    return (far: number) => out(Math.round(64 + 10 + far)).reduce((sum, v) => sum + v)
  }
  it('draws rings that leave the edge with the beat', () => {
    const onBeat = bright(30)
    expect(onBeat(14)).toBeGreaterThan(onBeat(8) + 150)
    const between = bright(45)
    expect(between(9)).toBeGreaterThan(between(14) + 150)
  })
  it('lights the edge itself, and leaves the inside alone', () => {
    expect(bright(40)(0)).toBeGreaterThan(BACK[0] + BACK[1] + BACK[2] + 200)
    close(play(contours, { line: 0.005, glow: 0, within: 0 }, 30, () => subject(disc(20)))(64), RED, 2)
  })
})

describe('melt', () => {
  const block = (x: number, y: number) => x >= 40 && x < 90 && y >= 10 && y < 20
  const painted = (ticks: number, values: Record<string, ParamValue> = {}) => {
    const out = play(melt, { cycle: 4, fall: 0.3, gloss: 0, ...values }, ticks, () => subject(block))
    const red = (y: number) => [...Array(W).keys()].filter((x) => (out(x, y)[0] ?? 0) > 100).length
    return red
  }
  it('runs down, never up, and no farther than it may', () => {
    const red = painted(80)
    expect(red(24)).toBeGreaterThan(10)
    expect(red(9)).toBe(0)
    // 0.3 of 72 pixels below the lower edge.
    expect(red(20 + 23)).toBe(0)
    expect(red(15)).toBe(50)
  })
  it('runs in the colours of the subject alone, though its edge is soft and it jumps with each picture of a clip', () => {
    const PALE: Rgb = [225, 230, 235]
    // A picture for two ticks each; three pixels of its edge are neither's alone.
    const clip = (n: number) => {
      const top = 8 + 3 * (Math.floor(n / 2) % 4)
      const cover = (x: number, y: number) => Math.min(1, Math.max(0, Math.min(x - 38, 92 - x, y - top + 1, top + 15 - y) / 3))
      return drawnOf(
        filledTarget(gpu, W, H, (x, y) => [...RED.map((red, i) => red * cover(x, y) + (PALE[i] ?? 0) * (1 - cover(x, y))), 255]),
        filledMask(gpu, W, H, (x, y) => 255 * cover(x, y)),
      )
    }
    const out = play(melt, { cycle: 4, fall: 0.8, gloss: 0, surge: 0 }, 80, clip)
    // Below the block there is paint of the subject's colour, or the background.
    const greens = [...Array(42 * 30).keys()].map((i) => out(44 + (i % 42), 38 + Math.floor(i / 42))[1] ?? 0)
    expect(greens.filter((green) => green < 85).length).toBeGreaterThan(300)
    expect(greens.filter((green) => green >= 85 && green < 230)).toEqual([])
  })
  it('is whole again when the cycle ends', () => {
    expect(painted(119)(21)).toBe(0)
    expect(painted(60)(21)).toBeGreaterThan(10)
  })
})

describe('disintegrate', () => {
  it('is a piece for each row at the beginning, and all flakes in the middle of the cycle', () => {
    const whole = arranged(disintegrate, { grain: 8, cycle: 4 }, 8)
    expect(whole).toHaveLength(8)
    for (const { x, y, extra, middle } of whole) {
      close([x, y], middle ?? [], 1e-6)
      expect(extra).toBe(0)
    }
    const gone = arranged(disintegrate, { grain: 8, cycle: 4 }, 8 + 4 * 0.6)
    expect(gone).toHaveLength(64)
    expect(Math.min(...gone.map(({ extra }) => extra))).toBeGreaterThan(0)
  })
  it('is carried off with the wind', () => {
    for (const [wind, way] of [[0, 1], [180, -1]] as const) {
      const flakes = arranged(disintegrate, { grain: 8, wind, swirl: 0 }, 4 * 0.6)
      for (const { x, y, middle } of flakes) {
        expect((x - (middle?.[0] ?? 0)) * way).toBeGreaterThan(0)
        expect(Math.abs(y - (middle?.[1] ?? 0))).toBeLessThan(1e-6)
      }
    }
  })
})

describe('shatter', () => {
  it('is the picture itself at the beginning: every shard at home, and no seams', () => {
    const gradient = (x: number, y: number): Rgb => [x * 2, y * 3, 99]
    const out = play(shatter, { cycle: 2 }, 60, () => subject(disc(20), gradient))
    for (let x = 46; x < 82; x += 3) for (let y = 26; y < 46; y += 3) close(out(x, y), gradient(x, y), 2)
  })
  it('throws shards away from each other', () => {
    const pieces = arranged(shatter, { cycle: 2, drop: 0, spread: 1 }, 0.6)
    const reach = (of: (p: Piece) => readonly number[]) => Math.max(...pieces.map((p) => of(p)[0] ?? 0)) - Math.min(...pieces.map((p) => of(p)[0] ?? 0))
    expect(reach(({ x }) => [x])).toBeGreaterThan(1.5 * reach(({ middle }) => middle ?? []))
  })
})

describe('pixel-sort', () => {
  // Bands of 4 pixels, in no order.
  const LEVELS = [90, 240, 30, 180, 120, 60, 210, 150]
  const bands = (_: number, y: number): Rgb => { const v = LEVELS[(y >> 2) % 8] ?? 0; return [v, v, v] }
  const block = (x: number, y: number) => x >= 40 && x < 90 && y >= 20 && y < 52
  const column = (values: Record<string, ParamValue>) => {
    const out = play(pixelSort, { ragged: 0, spill: 0, reach: 1, ...values }, 34, () => subject(block, bands))
    return [...Array(28).keys()].map((i) => out(64, 22 + i)[0] ?? 0)
  }
  const descents = (list: readonly number[]) => Math.max(0, ...list.slice(1).map((v, i) => (list[i] ?? 0) - v))
  it('lines up the brightest at the end the strand points to', () => {
    const up = column({ angle: 90 })
    expect(descents([...up].reverse())).toBeLessThan(16)
    expect((up[0] ?? 0) - (up.at(-1) ?? 0)).toBeGreaterThan(120)
    expect(descents(column({ angle: -90 }))).toBeLessThan(16)
  })
  it('spills over the edge in the colour that strand ends with, and only there', () => {
    const out = play(pixelSort, { ragged: 0, reach: 1, spill: 0.2 }, 34, () => subject(block, bands))
    // 14 pixels: half of them above the edge.
    expect(out(64, 13)[0]).toBeGreaterThan(150)
    close(out(64, 3), BACK, 0)
    close(out(64, 60), BACK, 0)
  })
})
