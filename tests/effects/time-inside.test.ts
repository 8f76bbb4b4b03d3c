import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { datamosh } from '../../src/effects/time/datamosh.js'
import { frozen } from '../../src/effects/time/frozen.js'
import { mosaic } from '../../src/effects/time/mosaic.js'
import { slitScan } from '../../src/effects/time/slit-scan.js'
import { stutter } from '../../src/effects/time/stutter.js'
import { timeDisplace } from '../../src/effects/time/time-displace.js'
import type { EffectDecl } from '../../src/engine/effect.js'
import type { ParamValue } from '../../src/engine/params.js'
import { openGpu } from '../../src/gl/context.js'
import type { Drawn, Gpu } from '../../src/gl/types.js'
import { drawnOf, filledMask, filledTarget, moment } from '../gl/support.js'
import { closeDrawn, H, imageOf, playEffect, W } from './play.js'

let gpu: Gpu
beforeAll(() => { gpu = openGpu() })
afterAll(() => { gpu.close() })

/** A pixel of a picture, counted from the top left: red, green and blue. */
type Pixels = (x: number, y?: number) => number[]

/** Plays ticks 0 to the last of `at` (30 are a beat) and gives the pictures of those. */
const play = (decl: EffectDecl, values: Record<string, ParamValue>, at: readonly number[], picture: (n: number) => Drawn): Pixels[] => {
  const { chain, faults } = playEffect(gpu, decl, values)
  const shown: Pixels[] = []
  for (let n = 0; n <= Math.max(...at); n++) {
    const drawn = picture(n)
    const out = chain.run(drawn, moment(n), true)
    if (at.includes(n)) {
      const { data } = imageOf(gpu, out)
      shown.push((x, y = 36) => [...data.subarray((y * W + x) * 4, (y * W + x) * 4 + 3)])
    }
    closeDrawn(drawn)
  }
  expect(faults).toEqual([])
  chain.close()
  return shown
}
const one = (decl: EffectDecl, values: Record<string, ParamValue>, at: number, picture: (n: number) => Drawn): Pixels => {
  const [pixels] = play(decl, values, [at], picture)
  if (!pixels) throw new Error('no picture was drawn')
  return pixels
}
const close = (actual: readonly number[], expected: readonly number[], by = 1) => {
  expect(Math.max(...actual.map((v, i) => Math.abs(v - (expected[i] ?? 0)))), `${actual.join()} is not ${expected.join()}`).toBeLessThanOrEqual(by)
}
const grey = (v: number) => [v, v, v]

/** All of it the subject, or what lies left of `until`; and grey, `step` brighter with every tick: the shade tells the moment. */
const ramp = (step: number, until = W) => (n: number): Drawn => drawnOf(filledTarget(gpu, W, H, () => [step * n, step * n, step * n, 255]), filledMask(gpu, W, H, (x) => (x < until ? 255 : 0)), n + 1)

const FRONT = [200, 100, 50]
const BACK = [30, 40, 50]
/** A bar four pixels wide that begins at `x`. */
const bar = (x: (n: number) => number) => (n: number): Drawn => {
  const on = (at: number) => at >= x(n) && at < x(n) + 4
  return drawnOf(filledTarget(gpu, W, H, (at) => [...(on(at) ? FRONT : BACK), 255]), filledMask(gpu, W, H, (at) => (on(at) ? 255 : 0)), n + 1)
}

describe('slit-scan', () => {
  const PLAIN = { span: 1, waves: 1, travel: 0, slices: 4, pulse: 0, tint: 0 }

  it('shows every slice of the subject later than the one below it', () => {
    const out = one(slitScan, PLAIN, 45, ramp(4))
    // The middles of four slices: 1/8, 3/8, 5/8 and 7/8 of 30 ticks ago.
    for (const [slice, y] of [63, 45, 27, 9].entries()) close(out(64, y), grey(4 * (45 - (30 * (2 * slice + 1)) / 8)))
  })

  it('is pulled together on the beat, and leaves the world alone', () => {
    const out = one(slitScan, { ...PLAIN, pulse: 1 }, 60, ramp(2, 64))
    for (const y of [9, 63]) for (const x of [10, 120]) close(out(x, y), grey(120))
  })
})

describe('time-displace', () => {
  const PLAIN = { span: 1, contrast: 0, pulse: 0, lines: 0, tint: [0, 0, 0, 0] }

  it('shows what is bright later than what is dark', () => {
    const out = one(timeDisplace, { ...PLAIN, by: 'light' }, 45, (n) => drawnOf(filledTarget(gpu, W, H, (x) => [x < 64 ? 0 : 255, x < 64 ? 0 : 255, 4 * n, 255]), undefined, n + 1))
    // Luma (BT.709) is how late it is, of 30 ticks.
    const blue = (0.0722 * 180) / 255
    close(out(20), [0, 0, 180 - 4 * 30 * blue], 2)
    close(out(100), [255, 255, 180 - 4 * 30 * (0.2126 + 0.7152 + blue)], 2)
  })

  it('shows blobs of other moments within the span, and is still while there is no sound', () => {
    const liquid = one(timeDisplace, { ...PLAIN, by: 'liquid' }, 45, ramp(4))
    const moments = Array.from({ length: W / 4 }, (_, i) => liquid(4 * i)[0] ?? 0)
    expect(Math.min(...moments)).toBeGreaterThanOrEqual(60)
    expect(Math.max(...moments) - Math.min(...moments)).toBeGreaterThan(60)
    close(one(timeDisplace, { ...PLAIN, by: 'sound' }, 45, ramp(4))(64), grey(180))
  })
})

describe('mosaic', () => {
  const PLAIN = { tiles: 2, share: 1, span: 2, change: 1, follow: 0, loose: 0, hue: 0 }
  const TICKS = Array.from({ length: 30 }, (_, i) => 70 + i)
  const centres = (values: Record<string, ParamValue>) => play(mosaic, { ...PLAIN, ...values }, TICKS, ramp(2)).map((out) => out(64)[0] ?? 0)

  it('shows in a tile a moment between an eighth of a beat and the span ago, which plays', () => {
    const seen = centres({})
    for (const [i, value] of seen.entries()) {
      const ago = 70 + i - value / 2
      expect(ago).toBeGreaterThanOrEqual(3)
      expect(ago).toBeLessThanOrEqual(61)
    }
    expect(new Set(seen).size).toBeGreaterThan(20)
  })

  it('stands still in a tile at speed 0, until the tile changes once in a beat', () => {
    expect(new Set(centres({ speed: 0 })).size).toBe(2)
  })

  it('is the live picture where no tile shows the past', () => {
    expect(centres({ share: 0 })).toEqual(TICKS.map((n) => 2 * n))
  })
})

describe('stutter', () => {
  const PLAIN = { slice: 1 / 2, every: 2, share: 1, jump: 0, punch: 0, flip: false, trail: 0, flash: 0 }

  it('moves the playhead as its motion says', () => {
    // Tick 100 is 40 after the grab at 60: ten ticks into the third piece of fifteen. Half of a piece is 7.5.
    const heads = { repeat: 60 + 10, reverse: 60 - 10, pingpong: 60 + 7.5 - 2.5, scratch: 60 - 7.5 * 1.5 }
    for (const [motion, head] of Object.entries(heads)) close(one(stutter, { ...PLAIN, motion }, 100, ramp(2))(64), grey(2 * head), 2)
  })

  it('is live for the rest of its time', () => {
    const [stuttering, live] = play(stutter, { ...PLAIN, share: 0.5 }, [85, 100], ramp(2))
    close(stuttering?.(64) ?? [], grey(2 * 70))
    close(live?.(64) ?? [], grey(200))
  })

  it('hops aside with every repeat, out of the place of the live subject, and leaves the earlier ones', () => {
    // A bar that stands at 60 to 64 from tick 15 on; a quarter of the height is 18 pixels.
    const stands = bar((n) => Math.min(60, 4 * n))
    const [first, second] = play(stutter, { ...PLAIN, jump: 0.25 }, [65, 80], stands)
    close(first?.(62) ?? [], FRONT, 2)
    close(second?.(80) ?? [], FRONT, 2)
    close(second?.(62) ?? [], BACK, 2)
    expect(one(stutter, { ...PLAIN, jump: 0.25, trail: 1 }, 80, stands)(62)).not.toEqual(BACK)
  })
})

describe('datamosh', () => {
  const PLAIN = { cycle: 4, clean: 1, heal: 0, slip: 0, push: 0, gain: 1 }

  it('is clean for a beat, then stale until the next key picture, and only around the subject', () => {
    // What does not move stays as it was when the clean beat was over, at tick 30.
    const shown = play(datamosh, PLAIN, [29, 50, 119, 121], ramp(2, 64))
    expect(shown.map((out) => out(30)[0])).toEqual([58, 60, 60, 242])
    expect(shown.map((out) => out(100)[0])).toEqual([58, 100, 238, 242])
  })

  it('heals blocks by chance: in a beat, about the share it is told', () => {
    const out = one(datamosh, { ...PLAIN, heal: 0.75, blocks: 36 }, 60, ramp(2))
    const stale = Array.from({ length: 64 * 36 }, (_, i) => out(2 * (i % 64), 2 * Math.floor(i / 64))[0]).filter((v) => v === 60).length
    expect(stale / (64 * 36)).toBeGreaterThan(0.2)
    expect(stale / (64 * 36)).toBeLessThan(0.3)
  })

  it('drags the stale picture along with the motion', () => {
    const wave = (x: number) => 128 + 90 * Math.sin((2 * Math.PI * x) / 64)
    // A wave that moves a pixel a tick to the right; its crest is at 16, 80 and so on in the beginning.
    const moving = (n: number): Drawn => drawnOf(filledTarget(gpu, W, H, (x) => [...grey(Math.round(wave(x - n))), 255]), undefined, n + 1)
    const crest = (out: Pixels) => Array.from({ length: 56 }, (_, i) => 36 + i).reduce((best, x) => ((out(x)[0] ?? 0) > (out(best)[0] ?? 0) ? x : best), 36)
    const crestAt = (gain: number) => crest(one(datamosh, { ...PLAIN, gain }, 50, moving))
    expect(Math.abs(crestAt(0) - (16 + 30))).toBeLessThanOrEqual(3)
    expect(Math.abs(crestAt(1) - (16 + 50))).toBeLessThanOrEqual(6)
  })
})

describe('frozen', () => {
  const PLAIN = { cycle: 2, live: 0, stay: 0, ice: [0, 0, 0, 0], carved: 0, flash: 0 }

  it('holds the subject for two beats, while the world goes on', () => {
    const shown = play(frozen, PLAIN, [59, 60, 119, 120], ramp(2, 64))
    expect(shown.map((out) => out(30)[0])).toEqual([0, 120, 120, 240])
    expect(shown.map((out) => out(100)[0])).toEqual([118, 120, 238, 240])
  })

  it('holds the world, while the subject goes on', () => {
    const shown = play(frozen, { ...PLAIN, freeze: 'world', live: 1 }, [60, 119], ramp(2, 64))
    expect(shown.map((out) => out(30)[0])).toEqual([120, 238])
    expect(shown.map((out) => out(100)[0])).toEqual([120, 120])
  })

  it('lets go after its share of the time, and keeps earlier statues fainter', () => {
    expect(one(frozen, { ...PLAIN, held: 0.5 }, 95, ramp(2))(64)[0]).toBe(190)
    const out = one(frozen, { ...PLAIN, stay: 0.5, live: 1 }, 70, bar((n) => n))
    close(out(61), FRONT, 2)
    close(out(72), FRONT, 2)
    close(out(1), FRONT.map((v, i) => (v + (BACK[i] ?? 0)) / 2), 2)
    close(out(40), BACK, 0)
  })
})
