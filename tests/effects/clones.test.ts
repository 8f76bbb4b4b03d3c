import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CloneList, ClonePlay, EffectDecl } from '../../src/engine/effect.js'
import { defaultOf, type ParamValue } from '../../src/engine/params.js'
import { beatLoop } from '../../src/effects/clones/beat-loop.js'
import { centipede } from '../../src/effects/clones/centipede.js'
import { cloneRing } from '../../src/effects/clones/clone-ring.js'
import { conveyor } from '../../src/effects/clones/conveyor.js'
import { crowd } from '../../src/effects/clones/crowd.js'
import { freezeTrail } from '../../src/effects/clones/freeze-trail.js'
import { infiniteZoom } from '../../src/effects/clones/infinite-zoom.js'
import { mandala } from '../../src/effects/clones/mandala.js'
import { poseRow } from '../../src/effects/clones/pose-row.js'
import { silhouettes } from '../../src/effects/clones/silhouettes.js'
import { tunnel } from '../../src/effects/clones/tunnel.js'
import { wallpaper } from '../../src/effects/clones/wallpaper.js'
import { openGpu } from '../../src/gl/context.js'
import type { Drawn, Gpu } from '../../src/gl/types.js'
import { drawnOf, filledMask, filledTarget, moment } from '../gl/support.js'
import { closeDrawn, H, imageOf, playEffect, W } from './play.js'

const ASPECT = 1.6
interface Copy { x: number; y: number; scaleX: number; scaleY: number; angle: number; ago: number; opacity: number; extra: number }

/**
 * The copies an effect arranges at `beat`, 120 bpm, of a subject that stands at 0.8, 0.5 in a picture 1.6 wide: 0.2 wide, 0.4 high,
 * its crop just as large. `path` is where its centroid was.
 */
const arranged = (decl: EffectDecl, values: Record<string, ParamValue>, beat = 0, path = (_ago: number): readonly [number, number] => [0.8, 0.5]): Copy[] => {
  const copies: Copy[] = []
  const take = (x: number, y: number, scaleX: number, scaleY: number, angle: number, ago: number, opacity: number, extra: number) => { copies.push({ x, y, scaleX, scaleY, angle, ago, opacity, extra }) }
  const list: CloneList = { count: 0, add: take, addPiece: take }
  const play: ClonePlay = {
    values: { ...Object.fromEntries(Object.entries(decl.params).map(([name, param]) => [name, defaultOf(param)])), ...values },
    moment: moment(beat * 30, { beat }), aspect: ASPECT,
    subject: { present: 1, area: 0.05, centroid: Float32Array.of(0.5, 0.5), box: Float32Array.of(0.4375, 0.3, 0.5625, 0.7), axis: Float32Array.of(0, 1), velocity: Float32Array.of(0, 0) },
    pathAt: (ago, out) => { out.set(path(ago)) },
    cropAt: (_, out) => { out.set([0.7, 0.3, 0.9, 0.7]) },
  }
  decl.clones?.arrange(list, play)
  return copies
}
const places = (copies: readonly Copy[]) => copies.map(({ x, y, scaleX, scaleY }) => [x, y, scaleX, scaleY].map((v) => Number(v.toFixed(4))).join(' ')).sort()

describe('arrangements of copies', () => {
  it('wallpaper: a row of a p2 pattern holds the motif and, turned by half, its partner', () => {
    const copies = arranged(wallpaper, { group: 'p2', cell: 1, scale: 0.2, spread: 0.25, drift: 0, pulse: 0 })
    const near = copies.filter(({ x, y }) => Math.abs(x - 0.8) < 0.4 && Math.abs(y - 0.5) < 0.4)
    expect(near.map(({ y }) => Number(y.toFixed(3))).sort()).toEqual([0.25, 0.75])
    expect(Math.abs(near[0]?.angle ?? 0) + Math.abs(near[1]?.angle ?? 0)).toBeCloseTo(Math.PI, 5)
  })

  it('clone ring: four copies stand at the quarters, and the build adds one with every beat of the bar', () => {
    const four = arranged(cloneRing, { copies: 4, radius: 0.4, scale: 0.25, spin: 0, pulse: 0, facing: 'upright', lead: false })
    expect(places(four)).toEqual(['0.4 0.5 0.25 0.25', '0.8 0.1 0.25 0.25', '0.8 0.9 0.25 0.25', '1.2 0.5 0.25 0.25'])
    expect([0, 1, 2, 3].map((beat) => arranged(cloneRing, { copies: 4, build: true, lead: false }, beat + 0.5).length)).toEqual([1, 2, 3, 4])
    // A turn a bar: after one beat each stands where its neighbour stood, and is older by 1/8 beat (1/16 s) from copy to copy.
    expect(places(arranged(cloneRing, { copies: 4, radius: 0.4, scale: 0.25, spin: 1, pulse: 0, facing: 'upright', lead: false }, 1))).toEqual(places(four))
    expect(four.map(({ ago }) => ago)).toEqual([3 / 16, 2 / 16, 1 / 16, 0])
  })

  it('mandala: each ring is the one inside it, larger, and a moment later', () => {
    const copies = arranged(mandala, { petals: 4, rings: 2, scale: 0.2, growth: 1.5, spin: 0, ripple: 0.5, pulse: 0, heart: 0 }, 0)
    const radii = copies.slice(0, 8).map(({ x, y }) => Math.hypot(x - 0.8, y - 0.5))
    radii.forEach((radius, i) => { expect(radius).toBeCloseTo(0.62 * (i < 4 ? 0.3 : 0.2), 5) })
    expect(copies.slice(0, 8).map(({ ago }) => ago)).toEqual([0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25])
  })

  it.each([
    ['infinite zoom', infiniteZoom, { period: 2, mirror: false, delay: 0 }, 2],
    ['infinite zoom, mirrored', infiniteZoom, { period: 2, delay: 0 }, 4],
    ['conveyor', conveyor, { period: 1 }, 1],
    ['tunnel', tunnel, { period: 1, spin: 0, twist: 0 }, 1],
    ['wallpaper', wallpaper, { drift: 4, pulse: 0, spin: 0 }, 1],
  ] as const)('%s: loops without a seam', (_, decl, values, period) => {
    // A hair before the loop closes and a hair after it, all that can be seen is in the same place.
    const seen = (beat: number) => places(arranged(decl, values, beat).filter(({ opacity, x, y, scaleX }) => opacity > 0.01 && Math.abs(x - 0.8) < 0.65 && Math.abs(y - 0.5) < 0.4 && Math.abs(scaleX) > 0.01))
      .map((line) => line.split(' ').map((v) => Number(v).toFixed(2).replace('-0.00', '0.00')).join(' ')).sort()
    const before = seen(8 + period - 1e-6)
    expect(before.length).toBeGreaterThan(2)
    expect(before).toEqual(seen(8 + period + 1e-6))
    expect(before).not.toEqual(seen(8 + 0.7 * period))
  })

  it('crowd: gathers within its bars, and stands smaller and higher towards the horizon', () => {
    const sizeAt = (beat: number) => arranged(crowd, { grow: 2 }, beat).filter(({ scaleY }) => Math.abs(scaleY) > 1e-6).length
    expect(sizeAt(0)).toBe(0)
    expect(sizeAt(2)).toBeLessThan(sizeAt(5))
    const rows = arranged(crowd, { grow: 0, rows: 2, depth: 1, horizon: 0.6, loose: 0 })
    // At half and a third of the size; feet at 0.6 - 0.3 / 2 and 0.6 - 0.3 / 3.
    for (const { y, scaleY } of rows) expect([0.45, 0.5].map((feet, i) => Math.abs(y - 0.2 * scaleY - feet) + Math.abs(scaleY - 1 / (2 + i))).some((off) => off < 1e-5)).toBe(true)
  })

  it('silhouettes: each stands on the same floor, larger and later', () => {
    const copies = arranged(silhouettes, { copies: 3, spacing: 0.5, grow: 1.1, pulse: 0 })
    expect(copies.map(({ ago, extra }) => [ago, extra])).toEqual([[0.75, 3], [0.5, 2], [0.25, 1]])
    for (const { y, scaleY, extra } of copies) {
      expect(scaleY).toBeCloseTo(1.1 ** extra, 6)
      expect(y - 0.2 * scaleY).toBeCloseTo(0.3, 5)
    }
  })

  it('pose row: holds each pose until the next, then moves on by one place', () => {
    const row = (beat: number, more = {}) => arranged(poseRow, { poses: 4, every: 0.5, gap: 0.3, scale: 0.5, pop: 0, ...more }, beat)
    // Poses of beats 7, 7.5, 8 and 8.5 lie in these of 32 steps of 4 beats.
    const steps = (copies: readonly Copy[]) => copies.map(({ extra }) => Math.floor((extra % 1) * 32))
    expect(steps(row(8.7))).toEqual([24, 28, 0, 4])
    expect(steps(row(8.98))).toEqual([24, 28, 0, 4])
    expect(steps(row(9.02))).toEqual([28, 0, 4, 8])
    expect(row(8.98).map(({ x }) => Number(x.toFixed(4)))).toEqual([1.25, 0.95, 0.65, 0.35])
    // One that stays in place is replaced where it stands, and no other moves.
    const still = (beat: number) => new Map(row(beat, { slide: false }).map(({ x, extra }) => [Math.floor((extra % 1) * 32), x.toFixed(4)]))
    expect(still(9.02).get(8)).toBe(still(8.98).get(24))
    expect(still(9.02).get(0)).toBe(still(8.98).get(0))
    // No more poses than the recorder holds, and none from before the show.
    expect(row(40, { poses: 16, every: 1 })).toHaveLength(4)
    expect(row(0.6)).toHaveLength(2)
  })

  it('beat loop: dances one beat live, then repeats it until the next sample', () => {
    const at = (beat: number, values = {}) => arranged(beatLoop, { span: 1, hold: 4, way: 'forward', copies: 1, frames: 8, ...values }, beat).map(({ extra }) => (extra < 0 ? 'live' : Math.floor(extra * 32)))
    expect([8, 8.99].map((beat) => at(beat)[0])).toEqual(['live', 'live'])
    // The sample is the bar's first beat: steps 0 to 7 of the recorder's 32.
    expect([9, 9.5, 9.99, 10, 11.25].map((beat) => at(beat)[0])).toEqual([0, 4, 7, 0, 2])
    expect([9, 9.5, 9.99].map((beat) => at(beat, { way: 'backward' })[0])).toEqual([7, 4, 0])
    expect([9.01, 9.99, 10.01].map((beat) => at(beat, { way: 'there and back' })[0])).toEqual([7, 0, 0])
    // Two pictures a beat: in the middle of each half.
    expect([9.1, 9.4, 9.6].map((beat) => at(beat, { frames: 2 })[0])).toEqual([2, 2, 6])
    // A neighbour joins in half a beat later, and is half a beat behind from then on.
    expect(at(8.4, { copies: 2, canon: 0.5 })).toEqual(['live', 'live'])
    expect(at(9.5, { copies: 2, canon: 0.5 })).toEqual([0, 4])
  })

  it('centipede: parts lie one gap apart behind the dancer, later and later, and follow where the dancer went', () => {
    const straight = { copies: 5, gap: 0.1, taper: 1, bend: 0, curl: 0, delay: 0.5, scale: 0.5 }
    const body = arranged(centipede, straight)
    expect(body.map(({ x }) => Number(x.toFixed(4)))).toEqual([0.3, 0.4, 0.5, 0.6, 0.7])
    expect(body.map(({ ago }) => ago)).toEqual([1.25, 1, 0.75, 0.5, 0.25])
    for (const { y, angle } of body) expect([y, angle].map((v) => Math.abs(Number(v.toFixed(4))))).toEqual([0.5, 0])
    // A dancer who rises by 0.2 heights a second: the part of a second ago hangs lower by 0.75 of that than the one of a quarter second ago.
    const rising = arranged(centipede, { ...straight, follow: 1 }, 0, (ago) => [0.8, 0.7 - 0.2 * ago])
    const [first] = rising.slice(-1)
    const tail = rising[1]
    expect((first?.y ?? 0) - (tail?.y ?? 0)).toBeCloseTo(0.15, 4)
    expect(first?.angle).toBeCloseTo(Math.atan2(0.05, 0.1), 4)
  })
})

describe('on pictures', () => {
  let gpu: Gpu
  beforeAll(() => { gpu = openGpu() })
  afterAll(() => { gpu.close() })

  /** A grey picture, and a subject 4 pixels wide that is at x from `at(n)` on. */
  const figure = (at: (n: number) => number) => (n: number): Drawn => {
    const on = (x: number) => x >= at(n) && x < at(n) + 4
    return drawnOf(filledTarget(gpu, W, H, (x) => (on(x) ? [200, 100, 50, 255] : [40, 40, 40, 255])), filledMask(gpu, W, H, (x) => (on(x) ? 255 : 0)), n + 1)
  }
  const play = (decl: EffectDecl, values: Record<string, ParamValue>, last: number, picture: (n: number) => Drawn, then: (n: number, values: Record<string, ParamValue>) => void = () => {}) => {
    const { chain, instance, faults } = playEffect(gpu, decl, values)
    let data: Uint8Array = new Uint8Array()
    for (let n = 0; n <= last; n++) {
      then(n, instance.values)
      const drawn = picture(n)
      const out = chain.run(drawn, moment(n), true)
      if (n === last) data = imageOf(gpu, out).data
      closeDrawn(drawn)
    }
    expect(faults).toEqual([])
    chain.close()
    return (x: number, y = 36) => [...data.subarray((y * W + x) * 4, (y * W + x) * 4 + 3)]
  }
  const close = (a: readonly number[], b: readonly number[], by: number) => { expect(Math.max(...a.map((v, i) => Math.abs(v - (b[i] ?? 0)))), `${a.join()} is not ${b.join()}`).toBeLessThanOrEqual(by) }
  const PLAIN = { tint: 0, dim: 0, keep: 1, shiftx: 0, shifty: 0 }

  it('freeze trail: leaves the dancer of every beat where it stood, as long as nothing fades', () => {
    // 30 ticks are a beat: frozen at 60 and 90, and not at 0, where nothing was before.
    const out = play(freezeTrail, { ...PLAIN, every: 1 }, 100, figure((n) => n))
    close(out(62), [200, 100, 50], 1)
    close(out(92), [200, 100, 50], 1)
    close(out(102), [200, 100, 50], 0)
    close(out(75), [40, 40, 40], 0)
    close(out(1), [40, 40, 40], 0)
  })

  it('freeze trail: fades by what it keeps in a beat, moves on by its stride, and freezes when told', () => {
    const faded = play(freezeTrail, { ...PLAIN, keep: 0.5, every: 4 }, 150, figure((n) => (n < 121 ? 20 : 90)))
    // Frozen at beat 4, now it is beat 5.
    close(faded(22), [120, 70, 45], 2)
    const moved = play(freezeTrail, { ...PLAIN, shiftx: 10 / H, every: 1 }, 60, figure((n) => (n < 32 ? 20 : 90)))
    // Frozen at beats 1 and 2; at beat 2 the first has moved by 10 pixels.
    close(moved(32), [200, 100, 50], 1)
    close(moved(22), [40, 40, 40], 0)
    const told = play(freezeTrail, { ...PLAIN, every: 16 }, 20, figure((n) => 4 * n), (n, values) => { if (n === 9) values.freeze = 1 })
    close(told(38), [200, 100, 50], 1)
    close(told(34), [40, 40, 40], 0)
  })

  it('silhouettes: flat, in the colour of their place in the ramp', () => {
    // Three turns of hue: red, green, blue. Moved by 12 pixels in 3 ticks, which is the spacing.
    const out = play(silhouettes, { copies: 3, spacing: 0.1, grow: 1, hue: 0, range: 1, travel: 0, pulse: 0 }, 25, figure((n) => 4 * n))
    close(out(90), [31, 255, 31], 1)
    close(out(78), [31, 31, 255], 1)
    close(out(66), [255, 31, 31], 1)
    close(out(102), [200, 100, 50], 0)
  })

  it('beat loop: shows after the beat what was danced in it', () => {
    // On the left in the first half of every beat and on the right in the second; from beat 1 on in the middle, where nothing is left.
    const out = play(beatLoop, { span: 1, hold: 4, way: 'forward', copies: 1, frames: 2 }, 38, figure((n) => (n >= 30 ? 60 : n < 15 ? 20 : 100)))
    expect(out(21)[0]).toBeGreaterThan(150)
    expect(out(62)[0]).toBeLessThan(80)
  })
})
