import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EffectDecl } from '../../src/engine/effect.js'
import type { ParamValue } from '../../src/engine/params.js'
import { mirrorMerge } from '../../src/effects/symmetry/mirror-merge.js'
import { poseMorph } from '../../src/effects/symmetry/pose-morph.js'
import { subjectKaleidoscope } from '../../src/effects/symmetry/subject-kaleidoscope.js'
import { totem } from '../../src/effects/symmetry/totem.js'
import { openGpu } from '../../src/gl/context.js'
import type { Drawn, Gpu } from '../../src/gl/types.js'
import { drawnOf, filledMask, filledTarget, moment } from '../gl/support.js'
import { closeDrawn, H, imageOf, playEffect, W } from './play.js'

let gpu: Gpu
beforeAll(() => { gpu = openGpu() })
afterAll(() => { gpu.close() })

const BACK = [30, 40, 50]
const RED = [200, 60, 20]
type Box = readonly [x0: number, y0: number, x1: number, y1: number]
/** A red subject of boxes on a plain background. */
const boxes = (...list: Box[]) => (): Drawn => {
  const on = (x: number, y: number) => list.some(([x0, y0, x1, y1]) => x >= x0 && x < x1 && y >= y0 && y < y1)
  return drawnOf(filledTarget(gpu, W, H, (x, y) => [...(on(x, y) ? RED : BACK), 255]), filledMask(gpu, W, H, (x, y) => (on(x, y) ? 255 : 0)))
}

/** The picture after ticks 0 to `last` at the first beat, as a function of the pixel counted from the top left. */
const play = (decl: EffectDecl, values: Record<string, ParamValue>, last: number, picture: (n: number) => Drawn, beatOf = (n: number) => n / 30) => {
  const { chain, faults } = playEffect(gpu, decl, values)
  for (let n = 0; n < last; n++) {
    const drawn = picture(n)
    chain.run(drawn, moment(n, { beat: beatOf(n) }), true)
    closeDrawn(drawn)
  }
  const drawn = picture(last)
  const { data } = imageOf(gpu, chain.run(drawn, moment(last, { beat: beatOf(last) }), true))
  closeDrawn(drawn)
  expect(faults).toEqual([])
  chain.close()
  return (x: number, y: number) => [...data.subarray((y * W + x) * 4, (y * W + x) * 4 + 3)]
}
/** A body with an arm to the right: from x 52 to 76, and to 92 at the arm. Its box is 40 wide. */
const ARMED = boxes([52, 10, 76, 62], [76, 20, 92, 28])
const still = () => 0

describe('mirror-merge', () => {
  it('grows the arm on the other side too, and keeps the first', () => {
    const out = play(mirrorMerge, { sweep: 0 }, 30, ARMED, still)
    expect(out(88, 24)).toEqual(RED)
    // The mirror stands in the centroid: 64 for the body, a little to the right for the arm.
    const middle = (24 * 52 * 64 + 16 * 8 * 84) / (24 * 52 + 16 * 8)
    expect(out(Math.round(2 * middle - 88), 24)).toEqual(RED)
    expect(out(Math.round(2 * middle - 88), 50)).toEqual(BACK)
    expect(out(110, 24)).toEqual(BACK)
  })

  it('folds one side away, and flips which', () => {
    // Kept is what is in front: the side with the arm, or the other without.
    const kept = play(mirrorMerge, { sweep: 0, join: 'fold' }, 30, ARMED, still)
    const other = play(mirrorMerge, { sweep: 0, join: 'fold', flip: true }, 30, ARMED, still)
    expect(kept(88, 24)).toEqual(RED)
    expect(kept(44, 24)).toEqual(RED)
    expect(other(88, 24)).toEqual(BACK)
    expect(other(44, 24)).toEqual(BACK)
    expect(other(60, 40)).toEqual(RED)
  })
})

describe('subject-kaleidoscope', () => {
  it('gives as many mirrored petals as wedges, and leaves the rest of the picture alone', () => {
    const out = play(subjectKaleidoscope, { wedges: 4, rings: 1, zoom: 0.5, root: -1, sway: 0, spin: 0, pulse: 0, itself: 'within' }, 30, boxes([56, 12, 72, 60]), still)
    // Four wedges are mirrored in both lines through the middle.
    for (const [dx, dy] of [[8, 4], [4, 8], [14, 2], [2, 14]] as const) {
      const four = [out(64 + dx, 36 + dy), out(63 - dx, 36 + dy), out(64 + dx, 35 - dy), out(63 - dx, 35 - dy)]
      for (const one of four) expect(one).toEqual(four[0])
    }
    expect([out(2, 2), out(125, 69)]).toEqual([BACK, BACK])
    // The middle of a petal: 11 pixels out are 22 on the subject, up from its feet.
    expect(out(72, 28)).not.toEqual(BACK)
  })

  it('keeps the subject itself in front', () => {
    const out = play(subjectKaleidoscope, { hue: 0.5 }, 30, boxes([56, 12, 72, 60]))
    for (const y of [14, 36, 58]) expect(out(64, y)).toEqual(RED)
  })
})

describe('totem', () => {
  // Striped by time: what a band shows tells when it is from.
  const FLASH = (n: number): Drawn => {
    const on = (x: number, y: number) => x >= 56 && x < 72 && y >= 10 && y < 62
    return drawnOf(filledTarget(gpu, W, H, (x, y) => (on(x, y) ? [4 * n, 0, 0, 255] : [...BACK, 255])), filledMask(gpu, W, H, (x, y) => (on(x, y) ? 255 : 0)))
  }

  it('takes each band from a moment of its own, and the head from now', () => {
    const out = play(totem, { bands: 2, slide: 0, bulge: 0, turned: 0, past: 2 }, 60, FLASH)
    expect(out(64, 20)).toEqual([240, 0, 0])
    // Between 0.15 and all of two beats, which are 60 ticks.
    const age = (240 - (out(64, 50)[0] ?? 0)) / 4
    expect(age).toBeGreaterThanOrEqual(8)
    expect(age).toBeLessThanOrEqual(60)
    expect(out(10, 36)).toEqual(BACK)
  })

  it('lets the body be when every band is live', () => {
    const out = play(totem, { bands: 2, slide: 0, bulge: 0, turned: 0, past: 1 / 4 }, 60, boxes([56, 10, 72, 62]))
    for (const [x, y, colour] of [[64, 20, RED], [64, 50, RED], [40, 50, BACK], [90, 20, BACK]] as const) expect(out(x, y)).toEqual(colour)
  })
})

describe('pose-morph', () => {
  // Small until the new pose is taken with beat 2, then large.
  const GROWS = (n: number) => boxes(n < 62 ? [56, 28, 72, 44] : [48, 20, 80, 52])()
  const HELD = { cycle: 2, motion: 'hold', goo: 0, rim: [0, 0, 0, 0] }

  it('holds the pose it took, and shows the live one at depth 0', () => {
    const held = play(poseMorph, HELD, 75, GROWS)
    const live = play(poseMorph, { ...HELD, depth: 0 }, 75, GROWS)
    expect(held(64, 36)).toEqual(RED)
    expect(live(64, 36)).toEqual(RED)
    expect(held(52, 36)).not.toEqual(RED)
    expect(live(52, 36)).toEqual(RED)
  })

  // The subject is cut by a side of the frame, and draws back from there: of the pose, which goes with it, more is seen than the frame showed.
  it.each([
    ['side', [60, 26, 128, 42], [50, 26, 128, 42], (along: number) => [127 - along, 34]],
    ['bottom', [52, 24, 76, 72], [52, 14, 76, 72], (along: number) => [64, 71 - along]],
  ] as const)('has no edge where the %s of the frame cuts it', (_, then, now, at) => {
    for (const depth of [1, 0.5]) {
      const out = play(poseMorph, { ...HELD, depth }, 110, (n) => boxes(n < 62 ? then : now)())
      for (let along = 0; along < 12; along++) {
        const [x = 0, y = 0] = at(along)
        expect(out(x, y), `${along} pixels off the side at ${depth}`).toEqual(RED)
      }
    }
  })

  it('is half way between them half way', () => {
    // The live edge lies 8 pixels beyond that of the pose.
    const half = play(poseMorph, { ...HELD, depth: 0.5 }, 75, GROWS)
    expect(half(54, 36)[0]).toBeGreaterThan(150)
    expect(half(50, 36)[0]).toBeLessThan(100)
  })
})
