import { describe, expect, it } from 'vitest'
import { instantiate, type ClonePlay, type EffectDecl } from '../../src/engine/effect.js'
import type { ParamValue } from '../../src/engine/params.js'
import { cloneTree } from '../../src/effects/recursion/clone-tree.js'
import { droste } from '../../src/effects/recursion/droste.js'
import { fern } from '../../src/effects/recursion/fern.js'
import { limbs } from '../../src/effects/recursion/limbs.js'
import { moment } from '../gl/support.js'

interface Copy { readonly x: number; readonly y: number; readonly scaleX: number; readonly scaleY: number; readonly angle: number; readonly ago: number; readonly extra: number }
const ASPECT = 16 / 9

/** An upright subject in the middle, 0.2 wide and 0.6 high in square-pixel units, its feet at 0.2; or an arm as large that reaches in from the right. */
const arrangedBy = (decl: EffectDecl, values: Record<string, ParamValue>, present = 1, beat = 0, arm = false): Copy[] => {
  const copies: Copy[] = []
  const add = (x: number, y: number, scaleX: number, scaleY: number, angle: number, ago: number, _opacity: number, extra: number) => {
    copies.push({ x, y, scaleX, scaleY, angle, ago, extra })
  }
  const crop = arm ? [ASPECT - 0.6, 0.4, ASPECT, 0.6] as const : [ASPECT / 2 - 0.1, 0.2, ASPECT / 2 + 0.1, 0.8] as const
  const [x0, y0, x1, y1] = crop
  const middle = [(x0 + x1) / 2, (y0 + y1) / 2] as const
  const play: ClonePlay = {
    values: { ...instantiate(decl).values, ...values },
    moment: moment(0, { beat }),
    subject: {
      present, area: 0.12 / ASPECT, centroid: Float32Array.of(middle[0] / ASPECT, middle[1]), box: Float32Array.of(x0 / ASPECT, y0, x1 / ASPECT, y1),
      axis: arm ? Float32Array.of(-1, 0) : Float32Array.of(0, 1), velocity: new Float32Array(2),
    },
    aspect: ASPECT,
    pathAt: (_, out) => { out.set(middle) },
    cropAt: (_, out) => { out.set(crop) },
  }
  decl.clones?.arrange({ get count() { return copies.length }, add, addPiece: add }, play)
  return copies
}

it.each([droste, cloneTree, fern, limbs])('$id has no copies of a subject that is not there', (decl) => {
  expect(arrangedBy(decl, {}, 0)).toEqual([])
  expect(arrangedBy(decl, {}).length).toBeGreaterThan(4)
})

describe('droste', () => {
  it('makes each picture smaller by the same, in the middle of the one around it', () => {
    const copies = arrangedBy(droste, { size: 0.5, depth: 4, height: 0, turn: 0, swing: 0, pulse: 0 })
    expect(copies.map(({ scaleX }) => scaleX)).toEqual([0.5, 0.25, 0.125, 0.0625])
    for (const { x, y, angle } of copies) {
      expect(x).toBeCloseTo(ASPECT / 2, 5)
      expect(y).toBeCloseTo(0.5, 5)
      expect(angle).toBe(0)
    }
  })

  it('turns each picture on from the one around it, and climbs by their heights', () => {
    // Half of the box's half height (0.3) times 0.75, upwards; in the first picture that way is turned to the left and half as long.
    const copies = arrangedBy(droste, { size: 0.5, depth: 2, height: 1, turn: 0.25, swing: 0, pulse: 0 })
    expect(copies.map(({ angle }) => angle)).toEqual([Math.PI / 2, Math.PI])
    expect(copies[0]?.y).toBeCloseTo(0.5 + 0.225, 5)
    expect(copies[1]?.x).toBeCloseTo(ASPECT / 2 - 0.1125, 5)
    expect(copies[1]?.y).toBeCloseTo(0.725, 5)
  })
})

describe('clone-tree', () => {
  it('stands two on every head, and two on each of theirs', () => {
    const copies = arrangedBy(cloneTree, { trees: 1, depth: 2, size: 0.5, shrink: 0.5, spread: 0, sway: 0 }, 1, 0.5)
    expect(copies.map(({ extra }) => extra)).toEqual([2, 2, 2, 2, 1, 1, 0])
    // Feet at 0.2; the trunk is 0.3 high, and the next two 0.15 and 0.075 or a little more, as they swell on the beat.
    expect(copies.at(-1)?.y).toBeCloseTo(0.2 + 0.15, 5)
    expect(copies.at(-1)?.scaleY).toBeCloseTo(0.5, 5)
    for (const { y, scaleY } of copies.slice(4, 6)) expect(y).toBeCloseTo(0.5 + 0.3 * scaleY, 5)
    for (const { scaleY } of copies.slice(4, 6)) expect(scaleY / 0.25).toBeGreaterThanOrEqual(1)
    for (const { scaleY } of copies.slice(4, 6)) expect(scaleY / 0.25).toBeLessThanOrEqual(1.1)
  })

  it('plants trees so far apart, each the mirror image of the next', () => {
    const copies = arrangedBy(cloneTree, { trees: 2, apart: 0.8, depth: 1, spread: 0.1 })
    const trunks = copies.filter(({ extra }) => extra === 0)
    expect(trunks.map(({ x }) => x - ASPECT / 2)).toEqual([expect.closeTo(-0.4, 5), expect.closeTo(0.4, 5)])
    const branches = copies.filter(({ extra }) => extra === 1)
    expect(branches[0]?.angle).toBeCloseTo(-(branches[2]?.angle ?? 0), 5)
    expect((branches[0]?.x ?? 0) + (branches[2]?.x ?? 0)).toBeCloseTo(ASPECT, 5)
  })

  it('grows out of the side that an arm reaches in from, hand on hand', () => {
    const copies = arrangedBy(cloneTree, { trees: 2, apart: 0.8, depth: 1, size: 0.5, spread: 0.1, sway: 0 }, 1, 0, true)
    const [high, low] = copies.filter(({ extra }) => extra === 0)
    for (const trunk of [high, low]) expect(trunk?.x).toBeCloseTo(ASPECT - 0.15, 5)
    expect(Math.abs((high?.y ?? 0) - (low?.y ?? 0))).toBeCloseTo(0.8 / ASPECT, 5)
    // No copy is turned about, and each stands with its right end on the left one of its trunk.
    for (const { x, y, scaleX, scaleY, angle } of copies.filter(({ extra }) => extra === 1)) {
      expect(scaleX).toBeGreaterThan(0)
      expect(x + 0.3 * scaleX * Math.cos(angle)).toBeCloseTo(ASPECT - 0.3, 5)
      const foot = y + 0.3 * scaleX * Math.sin(angle)
      expect(Math.min(...[high, low].map((trunk) => Math.abs(foot - (trunk?.y ?? 9))))).toBeCloseTo(0, 5)
      expect(Math.abs(scaleY)).toBeCloseTo(scaleX, 5)
    }
  })
})

describe('fern', () => {
  it('roots the first self at the feet, in front of all the others', () => {
    const first = arrangedBy(fern, { size: 1, seedling: 0.3, sway: 0 }).at(-1)
    // 0.3 high, of 0.6: half its size.
    expect(first).toMatchObject({ angle: 0, ago: 0, extra: 0 })
    expect(first?.scaleY).toBeCloseTo(0.5, 5)
    expect(first?.y).toBeCloseTo(0.2 + 0.15, 5)
  })

  it('is later with every step, and the same to the left and to the right', () => {
    const copies = arrangedBy(fern, { shape: 'bush', spread: 0.1, sway: 0, lag: 0.25 })
    for (const { ago, extra } of copies) expect(ago).toBeCloseTo(extra * 0.125, 5)
    const balance = copies.reduce((sum, { x }) => sum + x - ASPECT / 2, 0)
    expect(Math.abs(balance / copies.length)).toBeLessThan(0.02)
  })
})

describe('limbs', () => {
  it('fans as many arms as asked for about each shoulder, the outermost half a fan away', () => {
    const copies = arrangedBy(limbs, { copies: 4, fan: 0.5, breath: 0, lag: 0.25 })
    expect(copies).toHaveLength(8)
    const right = copies.filter(({ extra }) => extra > 0).sort((a, b) => a.extra - b.extra)
    expect(right.map(({ angle }) => angle / (2 * Math.PI))).toEqual([0.125, -0.125, 0.25, -0.25].map((v) => expect.closeTo(v, 5) as number))
    expect(right.map(({ ago }) => ago)).toEqual([0.125, 0.25, 0.375, 0.5].map((v) => expect.closeTo(v, 5) as number))
    // The other side is the mirror image.
    for (const { extra, angle, x, y } of copies.filter((copy) => copy.extra < 0)) {
      const twin = right[-extra - 1]
      expect(angle).toBeCloseTo(-(twin?.angle ?? 0), 5)
      expect(x).toBeCloseTo(ASPECT - (twin?.x ?? 0), 5)
      expect(y).toBeCloseTo(twin?.y ?? 0, 5)
    }
    expect(arrangedBy(limbs, { copies: 4, side: 'left' }).every(({ extra }) => extra < 0)).toBe(true)
  })
})
