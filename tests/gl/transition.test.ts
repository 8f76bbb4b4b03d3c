import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTransitionLook, TRANSITIONS, type TransitionLook } from '../../src/engine/look.js'
import { openGpu } from '../../src/gl/context.js'
import { createTransition } from '../../src/gl/transition.js'
import type { Gpu, Target, Transition } from '../../src/gl/types.js'
import { filledMask, filledTarget, pixelsOf } from './support.js'

const [W, H] = [64, 32]
let gpu: Gpu
let transition: Transition
let red: Target
let blue: Target
beforeAll(() => {
  gpu = openGpu()
  transition = createTransition(gpu, { width: W, height: H })
  red = filledTarget(gpu, W, H, () => [255, 0, 0, 255])
  blue = filledTarget(gpu, W, H, () => [0, 0, 255, 255])
})
afterAll(() => {
  transition.close()
  expect(gpu.gl.getError()).toBe(0)
  gpu.close()
})

const drawn = (look: Partial<TransitionLook>, progress: number, subject?: Target, from = red, to = blue) => {
  const pixels = pixelsOf(gpu, transition.draw(from, to, createTransitionLook(look), progress, subject))
  return (x: number, y: number) => [...pixels.subarray(((H - 1 - y) * W + x) * 4, ((H - 1 - y) * W + x) * 4 + 4)]
}
/** How blue the whole picture is, 0..1. */
const arrived = (look: Partial<TransitionLook>, progress: number, subject?: Target) => {
  const pixels = pixelsOf(gpu, transition.draw(red, blue, createTransitionLook(look), progress, subject))
  let sum = 0
  for (let i = 2; i < pixels.length; i += 4) sum += pixels[i] ?? 0
  return sum / (W * H * 255)
}
const disc = (cx: number, cy: number, r: number) => filledMask(gpu, W, H, (x, y) => (Math.hypot(x + 0.5 - cx, y + 0.5 - cy) < r ? 255 : 0))

describe('every transition', () => {
  it.each(TRANSITIONS)('%s begins at one scene, ends at the other, and never goes back', (kind) => {
    const subject = disc(20, 16, 6)
    if (kind !== 'cut') expect(transition.draw(red, blue, createTransitionLook({ kind }), 0, subject)).toBe(red)
    expect(transition.draw(red, blue, createTransitionLook({ kind }), 1, subject)).toBe(blue)
    if (kind === 'cut' || kind === 'dip') return
    const way = Array.from({ length: 21 }, (_, i) => arrived({ kind }, i / 20, subject))
    expect(way.every((v, i) => i === 0 || v >= (way[i - 1] ?? 0) - 1 / 255), way.join(' ')).toBe(true)
    // No jump at either end.
    if (kind !== 'luma') expect([(way[1] ?? 1) < 0.3, (way[19] ?? 0) > 0.7], way.join(' ')).toEqual([true, true])
  })
})

describe('a transition', () => {
  it('dissolves evenly', () => expect(drawn({ kind: 'dissolve' }, 0.4)(3, 3)).toEqual([153, 0, 102, 255]))
  it('dips through its colour', () => {
    const dip = { kind: 'dip', colour: [0, 1, 0, 1] } as const
    expect([0.25, 0.5, 0.75].map((p) => drawn(dip, p)(3, 3))).toEqual([[128, 128, 0, 255], [0, 255, 0, 255], [0, 128, 128, 255]])
  })
  it('wipes in any direction, with a hard or a soft edge', () => {
    const hard = drawn({ kind: 'wipe', softness: 0 }, 0.5)
    expect([hard(30, 5), hard(33, 5)]).toEqual([[0, 0, 255, 255], [255, 0, 0, 255]])
    const up = drawn({ kind: 'wipe', angle: 90, softness: 0 }, 0.5)
    expect([up(5, 17), up(5, 14)]).toEqual([[0, 0, 255, 255], [255, 0, 0, 255]])
    const soft = drawn({ kind: 'wipe', softness: 1 }, 0.5)
    const row = Array.from({ length: W }, (_, x) => soft(x, 5)[2] ?? 0)
    expect(row.every((v, i) => i === 0 || v < (row[i - 1] ?? 0))).toBe(true)
  })
  it('by luma: the bright parts of the old scene give way first', () => {
    const ramp = filledTarget(gpu, W, H, (x) => [x * 4, x * 4, x * 4, 255])
    const half = drawn({ kind: 'luma', softness: 0.01 }, 0.5, undefined, ramp)
    expect([half(63, 5), half(40, 5), half(20, 5)]).toEqual([[0, 0, 255, 255], [0, 0, 255, 255], [80, 80, 80, 255]])
  })
  it('by subject: the next scene shows in its shape, which grows', () => {
    const look = { kind: 'subject', softness: 0.02 } as const
    const early = drawn(look, 0.25, disc(20, 16, 6))
    expect(early(20, 16)).toEqual([0, 0, 255, 255])
    expect(early(50, 16)).toEqual([255, 0, 0, 255])
    const moved = drawn(look, 0.25, disc(44, 16, 6))
    expect([moved(44, 16), moved(10, 16)]).toEqual([[0, 0, 255, 255], [255, 0, 0, 255]])
    const late = drawn(look, 0.7, disc(20, 16, 6))
    expect([late(36, 16), late(4, 16)]).toEqual([[0, 0, 255, 255], [0, 0, 255, 255]])
  })
  it('by a subject that is empty, fills the picture or is missing still arrives', () => {
    for (const subject of [disc(0, 0, 0), filledMask(gpu, W, H, () => 255), undefined]) {
      const way = [0.1, 0.5, 0.9, 0.999].map((p) => arrived({ kind: 'subject' }, p, subject))
      expect(way.every(Number.isFinite)).toBe(true)
      expect(way[3]).toBeGreaterThan(0.98)
    }
  })
})
