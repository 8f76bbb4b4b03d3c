import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { echo } from '../../src/effects/clones/echo.js'
import { feedback } from '../../src/effects/plain/feedback.js'
import type { ParamValue } from '../../src/engine/params.js'
import { openGpu } from '../../src/gl/context.js'
import type { Drawn, Gpu } from '../../src/gl/types.js'
import { drawnOf, filledMask, filledTarget, moment } from '../gl/support.js'
import { closeDrawn, H, imageOf, playEffect, W } from './play.js'

let gpu: Gpu
beforeAll(() => { gpu = openGpu() })
afterAll(() => { gpu.close() })

/** The picture after ticks 0 to `last`, as a function of the pixel counted from the top left. */
const play = (decl: typeof echo | typeof feedback, values: Record<string, ParamValue>, last: number, picture: (n: number) => Drawn) => {
  const { chain, faults } = playEffect(gpu, decl, values)
  for (let n = 0; n < last; n++) {
    const drawn = picture(n)
    chain.run(drawn, moment(n))
    closeDrawn(drawn)
  }
  const drawn = picture(last)
  const { data } = imageOf(gpu, chain.run(drawn, moment(last)))
  closeDrawn(drawn)
  expect(faults).toEqual([])
  chain.close()
  return (x: number, y = 36) => [...data.subarray((y * W + x) * 4, (y * W + x) * 4 + 3)]
}
const close = (a: readonly number[], b: readonly number[], by: number) => { expect(Math.max(...a.map((v, i) => Math.abs(v - (b[i] ?? 0)))), `${a.join()} is not ${b.join()}`).toBeLessThanOrEqual(by) }

describe('echo', () => {
  // A subject 4 pixels wide that moves 4 pixels a tick: copy k of a step of 3 ticks lies 12 k pixels behind it.
  const STEP = { spacing: 0.1 }
  const BACK = [30, 40, 50]
  const runner = (n: number): Drawn => {
    const on = (x: number) => x >= 4 * n && x < 4 * n + 4
    return drawnOf(filledTarget(gpu, W, H, (x) => (on(x) ? [200, 100, 50, 255] : [...BACK, 255])), filledMask(gpu, W, H, (x) => (on(x) ? 255 : 0)))
  }
  const where = (n: number) => 4 * n + 2

  it('puts every copy where the subject was, each fainter, over the backdrop', () => {
    const out = play(echo, { ...STEP, copies: 4, decay: 0.5 }, 25, runner)
    close(out(where(25)), [200, 100, 50], 0)
    const over = (share: number) => [200, 100, 50].map((v, c) => v * share + (BACK[c] ?? 0) * (1 - share))
    for (let k = 1; k <= 4; k++) close(out(where(25 - 3 * k)), over(0.5 ** (k - 1)), 2)
    close(out(where(25 - 15)), BACK, 0)
    close(out(where(24)), BACK, 0)
  })

  it('dims the backdrop, and neither the copies nor the subject', () => {
    const out = play(echo, { ...STEP, copies: 2, decay: 1, backdrop: 0.5 }, 25, runner)
    close(out(where(25)), [200, 100, 50], 0)
    close(out(where(22)), [200, 100, 50], 1)
    for (const x of [0, where(24), W - 1]) for (const y of [0, 36, H - 1]) close(out(x, y), [15, 20, 25], 1)
  })

  it('makes no copies of what was before the show', () => {
    const out = play(echo, { ...STEP, copies: 16, decay: 1 }, 7, runner)
    for (let k = 1; k <= 2; k++) close(out(where(7 - 3 * k)), [200, 100, 50], 1)
    close(out(where(0)), BACK, 0)
  })

  it('colours copies by hue and tint, more with every copy', () => {
    const turned = play(echo, { ...STEP, copies: 3, decay: 1, hue: 1 }, 25, runner)
    close(turned(where(22)), [50, 200, 100], 2)
    close(turned(where(19)), [100, 50, 200], 2)
    close(turned(where(16)), [200, 100, 50], 2)
    const tinted = play(echo, { ...STEP, copies: 2, decay: 1, tint: [0, 0, 1, 1] }, 25, runner)
    expect(tinted(where(19))[0]).toBeLessThanOrEqual(1)
    expect(tinted(where(22))[0]).toBeGreaterThan(90)
  })

  it('moves copies by drift, and zooms them about the middle', () => {
    const out = play(echo, { ...STEP, copies: 1, drift: 24 / H }, 15, runner)
    close(out(where(12) + 24), [200, 100, 50], 1)
    close(out(where(12)), BACK, 0)
    // Both at once, twice: x to 1.25 x + 8 about the middle.
    const grown = play(echo, { ...STEP, copies: 2, decay: 1, zoom: 1.25, drift: 8 / H }, 15, runner)
    close(grown(Math.round(64 + 1.25 * (1.25 * (where(9) - 64) + 8) + 8)), [200, 100, 50], 1)
    close(grown(where(12)), BACK, 0)
  })

  it('is the picture itself without a subject, and with nothing but subject', () => {
    const picture = (mask: number) => () => drawnOf(filledTarget(gpu, W, H, (x, y) => [x, y, 99, 255]), filledMask(gpu, W, H, () => mask))
    for (const mask of [0, 255]) close(play(echo, {}, 20, picture(mask))(77, 22), [77, 22, 99], 0)
  })
})

describe('feedback', () => {
  const REST = { zoom: 1, rotate: 0, hue: 0 }
  /** A lit square on black in tick 0, black from then on. */
  const flash = (x0: number, y0: number, colour = [240, 240, 240]) => (n: number): Drawn =>
    drawnOf(filledTarget(gpu, W, H, (x, y) => (n === 0 && Math.abs(x - x0) < 6 && Math.abs(y - y0) < 6 ? [...colour, 255] : [0, 0, 0, 255])), filledMask(gpu, W, H, () => 0))

  it('leaves after a beat what decay says, whatever the frame rate', () => {
    // 30 ticks are a beat at 120 bpm.
    close(play(feedback, { ...REST, decay: 0.5 }, 30, flash(64, 36))(64), [120, 120, 120], 5)
    const { chain } = playEffect(gpu, feedback, { ...REST, decay: 0.5 })
    for (let n = 0; n <= 10; n++) {
      const drawn = flash(64, 36)(n)
      const out = chain.run(drawn, moment(n, { dt: 1 / 20 }))
      if (n === 10) close([...imageOf(gpu, out).data.subarray((36 * W + 64) * 4, (36 * W + 64) * 4 + 3)], [120, 120, 120], 5)
      closeDrawn(drawn)
    }
    chain.close()
  })

  it('moves the trail as zoom, shift and rotation say', () => {
    // From 16 pixels right of the middle to 32 in a beat of doubling.
    expect(play(feedback, { ...REST, decay: 1, zoom: 2 }, 30, flash(80, 36))(96)[0]).toBeGreaterThan(180)
    expect(play(feedback, { ...REST, decay: 1, shiftx: 0.5 }, 30, flash(40, 36))(76)[0]).toBeGreaterThan(180)
    expect(play(feedback, { ...REST, decay: 1, shifty: 0.25 }, 30, flash(40, 50))(40, 32)[0]).toBeGreaterThan(180)
    // A quarter turn a beat, counter-clockwise: from the right of the middle to above it.
    expect(play(feedback, { ...REST, decay: 1, rotate: 1 }, 30, flash(84, 36))(64, 16)[0]).toBeGreaterThan(180)
  })

  it('drifts in hue: a third of a turn makes red green', () => {
    close(play(feedback, { ...REST, decay: 1, hue: 4 / 3 }, 30, flash(64, 36, [240, 0, 0]))(64), [0, 240, 0], 12)
  })

  it('smears the world behind a subject that stays as it is', () => {
    const half = (n: number): Drawn => drawnOf(filledTarget(gpu, W, H, () => (n === 0 ? [200, 0, 0, 255] : [0, 0, 200, 255])), filledMask(gpu, W, H, (x) => (x < 64 ? 255 : 0)))
    const out = play(feedback, { ...REST, decay: 0.9, blend: 'behind' }, 3, half)
    close(out(20), [0, 0, 200], 0)
    expect(out(100)[0]).toBeGreaterThan(150)
  })
})
