import { describe, expect, it } from 'vitest'
import { BONES, createDancer, DANCE_SECONDS, JOINT, poseDancer, stageSpan } from '../../src/inputs/dancer.js'
import { dancerDistance, dancerMask, roundCone } from '../../src/inputs/dancer-mask.js'
import { openGenerator } from '../../src/inputs/generators.js'
import type { Drawing } from '../../src/engine/types.js'
import { range } from './playing.js'

const SEEDS = range(0, 12)
const SPAN = stageSpan(16 / 9)

const posed = (time: number, seed: number, span = SPAN) => {
  const dancer = createDancer()
  poseDancer(dancer, time, seed, span)
  return dancer
}
const at = (joints: Float32Array, joint: number) => [joints[2 * joint]!, joints[2 * joint + 1]!] as const
const apart = (a: readonly [number, number], b: readonly [number, number]) => Math.hypot(a[0] - b[0], a[1] - b[1])

describe('the dancer', () => {
  it('is a pure function of time and seed', () => {
    expect(posed(7.3, 5)).toEqual(posed(7.3, 5))
    expect(posed(7.3, 5).joints).not.toEqual(posed(7.3, 6).joints)
  })

  it('begins again without a seam', () => {
    for (const seed of SEEDS) {
      const [end, start] = [posed(DANCE_SECONDS - 1e-6, seed).joints, posed(0, seed).joints]
      start.forEach((value, i) => { expect(Math.abs(value - end[i]!)).toBeLessThan(1e-3) })
      expect(posed(DANCE_SECONDS + 3.21, seed).joints.map((value, i) => Math.abs(value - posed(3.21, seed).joints[i]!)).every((d) => d < 1e-5)).toBe(true)
    }
  })

  it('never stands still, and never jumps from one place to another', () => {
    for (const seed of SEEDS) {
      let before = posed(0, seed)
      for (let tick = 1; tick <= DANCE_SECONDS * 60; tick++) {
        const now = posed(tick / 60, seed)
        const moved = range(0, 16).map((joint) => apart(at(now.joints, joint), at(before.joints, joint)))
        // The fastest hand covers three and a half frame heights a second.
        expect(Math.max(...moved)).toBeLessThan(0.06)
        expect(Math.max(...moved)).toBeGreaterThan(1e-4)
        before = now
      }
    }
  })

  it('plants a foot: at nearly every moment on the ground one of them does not slide', () => {
    let sliding = 0
    let grounded = 0
    for (const seed of SEEDS) {
      for (let tick = 1; tick < DANCE_SECONDS * 60; tick++) {
        const [a, b] = [posed((tick - 1) / 60, seed).joints, posed(tick / 60, seed).joints]
        const still = [JOINT.leftFoot, JOINT.rightFoot].some((foot) => apart(at(a, foot), at(b, foot)) < 1e-5)
        const lowest = Math.min(at(b, JOINT.leftFoot)[1], at(b, JOINT.rightFoot)[1])
        if (lowest > 0.105) continue
        grounded += 1
        if (!still) sliding += 1
      }
    }
    expect(grounded).toBeGreaterThan(SEEDS.length * DANCE_SECONDS * 50)
    expect(sliding / grounded).toBeLessThan(0.1)
  })

  it('stays whole in the frame, in any shape of frame, and walks about in wide ones', () => {
    for (const aspect of [16 / 9, 4 / 3, 1, 21 / 9]) {
      const span = stageSpan(aspect)
      const xs: number[] = []
      let [widest, lowest, highest] = [0, 1, 0]
      for (const seed of SEEDS) {
        for (let time = 0; time < DANCE_SECONDS; time += 0.1) {
          const { joints, radii } = posed(time, seed, span)
          for (const joint of range(0, 16)) {
            const [x, y] = at(joints, joint)
            const r = radii[joint]!
            widest = Math.max(widest, Math.abs(x) + r)
            lowest = Math.min(lowest, y - r)
            highest = Math.max(highest, y + r)
          }
          xs.push(at(joints, JOINT.pelvis)[0])
        }
      }
      expect(widest).toBeLessThan(Math.max(0.5, aspect / 2))
      expect(lowest).toBeGreaterThan(0.05)
      expect(highest).toBeLessThan(1)
      expect(Math.max(...xs) - Math.min(...xs)).toBeGreaterThan(1.2 * span)
    }
  })

  it('keeps its bones: limbs only shorten, by pointing at the viewer, and never lengthen', () => {
    const limbs = [[3, 4], [4, 5], [6, 7], [7, 8], [9, 10], [10, 11], [12, 13], [13, 14]] as const
    for (const [a, b] of limbs) {
      const lengths = SEEDS.flatMap((seed) => range(0, 320).map((n) => { const { joints } = posed(n / 10, seed); return apart(at(joints, a), at(joints, b)) }))
      expect(Math.max(...lengths)).toBeLessThan(a < 9 ? 0.123 : 0.177)
    }
  })

  it('turns, kicks, jumps and changes colour in the course of a dance', () => {
    for (const seed of SEEDS) {
      const moments = range(0, DANCE_SECONDS * 30).map((n) => posed(n / 30, seed))
      const facings = moments.map(({ facing }) => facing)
      expect([Math.min(...facings) < -0.6, Math.max(...facings) > 0.6]).toEqual([true, true])
      expect(facings.every((facing) => facing >= -1 && facing <= 1)).toBe(true)
      expect(new Set(moments.map(({ hue }) => hue.toFixed(2))).size).toBeGreaterThan(50)
    }
    const highest = Math.max(...SEEDS.flatMap((seed) => range(0, 960).map((n) => { const { joints } = posed(n / 30, seed); return Math.min(at(joints, 11)[1], at(joints, 14)[1]) })))
    expect(highest).toBeGreaterThan(0.19)
  })
})

describe('the mask', () => {
  it('is the convex hull of two discs', () => {
    const [a, b] = [[0, 0, 2], [6, 1, 0.5]] as const
    for (const x of range(-4, 10)) {
      for (const y of range(-4, 5)) {
        // The hull of two discs is the union of every disc between them.
        const nearest = Math.min(...range(0, 4001).map((i) => {
          const t = i / 4000
          return Math.hypot(x - (a[0] + t * (b[0] - a[0])), y - (a[1] + t * (b[1] - a[1]))) - (a[2] + t * (b[2] - a[2]))
        }))
        expect(roundCone(x, y, ...a, ...b)).toBeCloseTo(nearest, 3)
      }
    }
  })

  it('covers every joint, tapers over one pixel and lies where the formula says', () => {
    const [width, height, time, seed] = [320, 180, 3.4, 2]
    const mask = dancerMask(time, seed, width, height)
    const dancer = posed(time, seed, stageSpan(width / height))
    const pixel = (x: number, y: number) => mask[Math.floor((1 - y) * height) * width + Math.floor(x * height + width / 2)]
    for (const joint of range(0, 16)) expect(pixel(...at(dancer.joints, joint))).toBe(255)
    const covered = mask.reduce((sum, value) => sum + value, 0) / 255 / mask.length
    expect(covered).toBeGreaterThan(0.02)
    expect(covered).toBeLessThan(0.2)
    expect(mask.filter((value) => value > 0 && value < 255).length).toBeGreaterThan(100)
    const [i, row] = [131, 90]
    const d = dancerDistance(dancer, (i + 0.5 - width / 2) / height, (height - row - 0.5) / height)
    expect(mask[row * width + i]).toBe(Math.round(255 * Math.min(1, Math.max(0, 0.5 - d * height))))
  })

  it('has bones that hang together', () => {
    const reached = new Set([15])
    for (let n = 0; n < BONES.length; n++) for (const [a, b] of BONES) if (reached.has(a) || reached.has(b)) [a, b].forEach((joint) => reached.add(joint))
    expect(reached.size).toBe(16)
  })
})

describe('generators', () => {
  const tick = (n: number) => ({ n, time: n / 60, dt: 1 / 60, skipped: 0 })

  it.each(['dancer', 'testcard'] as const)('%s gives the same picture for the same tick and seed, one a tick', async (name) => {
    const open = () => openGenerator(name, { id: name, width: 640, height: 360, seed: 3 })
    const [a, b] = [open(), open()]
    for (const n of range(0, 50)) {
      a.advance(tick(n))
      if (n === 49) b.advance(tick(n))
    }
    await a.settle()
    const [first, second] = [a.latest() as Drawing, b.latest() as Drawing]
    expect(first).toMatchObject({ kind: 'drawing', shader: `${name}.frag`, width: 640, height: 360, seq: 50, mediaTime: 49 / 60 })
    expect(first.uniforms).toEqual(second.uniforms)
    expect(a.latest()).toBe(first)
    await a.close()
    await a.close()
    await b.close()
  })

  it('says what it does and that it closed', async () => {
    const source = openGenerator('dancer', { id: 'd', width: 64, height: 64, seed: 1 })
    const states: string[] = []
    source.status$.subscribe({ next: ({ state }) => states.push(state), complete: () => states.push('complete') })
    await source.close()
    expect(states).toEqual(['running', 'closed', 'complete'])
  })
})
