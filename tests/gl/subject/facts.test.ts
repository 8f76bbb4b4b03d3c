import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SubjectFacts } from '../../../src/engine/effect.js'
import { openGpu } from '../../../src/gl/context.js'
import { createSubjectWatch, type SubjectWatch } from '../../../src/gl/subject/watch.js'
import type { Gpu } from '../../../src/gl/types.js'
import { moment } from '../support.js'
import { box, circle, createProbe, drawnWith, ellipse, maskOf, type Signed } from './support.js'

let gpu: Gpu
beforeAll(() => { gpu = openGpu() })
afterAll(() => { gpu.close() })

const watchOf = (width: number, height: number, subjects = 0) => createSubjectWatch(gpu, { width, height, reads: new Set(['subject', 'mask'] as const), subjects })
const show = (watch: SubjectWatch, width: number, height: number, signed: Signed | undefined, frame: number, exact = true) => {
  const drawn = drawnWith(gpu, width, height, signed, frame + 1)
  watch.update(drawn, moment(frame), exact)
  drawn.close()
}
const factsOf = (width: number, height: number, signed: Signed | undefined): SubjectFacts => {
  const watch = watchOf(width, height)
  show(watch, width, height, signed, 0)
  const { facts } = watch
  watch.close()
  expect(gpu.gl.getError()).toBe(0)
  return facts
}

describe('where the subject is', () => {
  for (const [width, height] of [[1280, 720], [640, 360], [128, 72], [360, 640], [400, 400], [333, 251]] as const) {
    it(`follows from the mask: an ellipse in ${width}x${height}`, () => {
      const short = Math.min(width, height)
      const [cx, cy, a, b] = [width * 0.41, height * 0.57, short * 0.3, short * 0.11]
      for (const angle of [Math.PI / 2, 1.1, 2.4, Math.PI - 0.05]) {
        const { present, area, centroid, box: [x0 = 0, y0 = 0, x1 = 0, y1 = 0], axis } = factsOf(width, height, ellipse(cx, cy, a, b, angle))
        expect(present).toBe(1)
        expect(Math.abs(area / ((Math.PI * a * b) / (width * height)) - 1)).toBeLessThan(0.02)
        expect(Math.abs((centroid[0] ?? 0) * width - cx)).toBeLessThan(0.003 * short)
        expect(Math.abs((centroid[1] ?? 0) * height - cy)).toBeLessThan(0.003 * short)
        const [ex, ey] = [Math.hypot(a * Math.cos(angle), b * Math.sin(angle)), Math.hypot(a * Math.sin(angle), b * Math.cos(angle))]
        // Less than a hundredth of the height, or a pixel of the smallest canvas.
        const most = Math.max(0.01 * height, 1.2)
        for (const [got, wanted] of [[x0 * width, cx - ex], [x1 * width, cx + ex], [y0 * height, cy - ey], [y1 * height, cy + ey]] as const) expect(Math.abs(got - wanted)).toBeLessThan(most)
        expect(axis[1]).toBeGreaterThan(0)
        expect(Math.hypot(axis[0] ?? 0, axis[1] ?? 0)).toBeCloseTo(1, 3)
        expect((axis[0] ?? 0) * Math.cos(angle) + (axis[1] ?? 0) * Math.sin(angle)).toBeGreaterThan(Math.cos(0.04))
      }
    })
  }

  it('has a round subject stand upright', () => {
    const { axis, area } = factsOf(640, 360, circle(300, 200, 80))
    expect(Math.abs(axis[0] ?? 1)).toBeLessThan(0.2)
    expect(axis[1]).toBeGreaterThan(0.97)
    expect(area).toBeCloseTo((Math.PI * 6400) / (640 * 360), 3)
  })

  it.each([['right', 1], ['left', -1]] as const)('points into the frame along an arm that reaches in from the %s, and up along one who stands there', (_, side) => {
    const mirrored = (signed: Signed): Signed => (side > 0 ? signed : (x, y) => signed(640 - x, y))
    for (const slope of [-0.2, 0, 0.2]) {
      const arm = factsOf(640, 360, mirrored((x, y) => Math.min(x - 250, 40 - Math.abs(y - 180 - slope * (x - 450)))))
      expect(arm.axis[0], `slope ${slope}`).toBeCloseTo(-side * Math.cos(Math.atan(slope)), 1)
    }
    // Leaning over the side by 20 degrees.
    const { axis: [, up] } = factsOf(640, 360, mirrored(ellipse(600, 180, 150, 45, Math.PI / 2 - 0.35)))
    expect(up).toBeGreaterThan(0.9)
  })

  it('without a mask is the whole picture, with a full one too, with an empty one nowhere', () => {
    const whole = factsOf(320, 180, undefined)
    expect([whole.present, whole.area, [...whole.box], [...whole.centroid], [...whole.axis]]).toEqual([1, 1, [0, 0, 1, 1], [0.5, 0.5], [0, 1]])
    const full = factsOf(320, 180, () => 100)
    expect([full.present, [...full.box]]).toEqual([1, [0, 0, 1, 1]])
    expect(full.area).toBeCloseTo(1, 3)
    expect(full.centroid[0]).toBeCloseTo(0.5, 3)
    expect(factsOf(320, 180, () => -100).present).toBe(0)
    // A speck is no subject.
    expect(factsOf(1280, 720, box(600, 300, 606, 306)).present).toBe(0)
  })

  it('is held while the mask is empty, and found anew without gliding there', () => {
    const watch = watchOf(320, 180)
    show(watch, 320, 180, box(40, 40, 80, 120), 0)
    const [before, area] = [[...watch.facts.box], watch.facts.area]
    show(watch, 320, 180, () => -100, 1)
    expect(watch.facts.present).toBe(0)
    expect([...watch.facts.box]).toEqual(before)
    expect(watch.facts.area).toBe(area)
    expect([...watch.facts.velocity]).toEqual([0, 0])
    show(watch, 320, 180, box(240, 40, 280, 120), 2)
    expect(watch.facts.present).toBe(1)
    expect((watch.facts.box[0] ?? 0) * 320).toBeCloseTo(240, -0.5)
    expect([...watch.facts.velocity]).toEqual([0, 0])
    watch.close()
  })

  it('follows a motion with its velocity, keeps the way it leans, and is cut off by the frame it leaves', () => {
    const [width, height] = [320, 180]
    const watch = watchOf(width, height)
    // Turns by half a turn in a second while it moves right by 0.2 of the width.
    let last = [...watch.facts.axis]
    let turns = 0
    for (let n = 0; n < 60; n++) {
      show(watch, width, height, ellipse(width * (0.3 + (0.2 * n) / 60), 90, 50, 14, Math.PI / 2 + (Math.PI * n) / 60), n)
      const [x = 0, y = 0] = watch.facts.axis
      if (n > 0 && x * (last[0] ?? 0) + y * (last[1] ?? 0) < 0) turns += 1
      expect(y).toBeGreaterThan(-0.27)
      last = [x, y]
    }
    expect(turns).toBe(1)
    expect(watch.facts.velocity[0]).toBeCloseTo(0.2, 1)
    expect(Math.abs((watch.facts.velocity[0] ?? 0) - 0.2)).toBeLessThan(0.02)
    expect(Math.abs(watch.facts.velocity[1] ?? 1)).toBeLessThan(0.02)
    for (let n = 0; n < 90; n++) {
      show(watch, width, height, circle(width * 0.7 + n * 2, 90, 40), 100 + n)
      for (const edge of watch.facts.box) expect(edge >= 0 && edge <= 1).toBe(true)
    }
    expect(watch.facts.present).toBe(0)
    expect(watch.facts.box[2]).toBeGreaterThan(0.98)
    watch.close()
  })

  it('is known a tick late when nobody waits for the GPU, and stays what it is in the same tick', () => {
    const [width, height] = [320, 180]
    const [live, offline] = [watchOf(width, height), watchOf(width, height)]
    const shape = (n: number) => circle(100 + 3 * n, 90, 30)
    for (let n = 0; n < 20; n++) {
      const drawn = drawnWith(gpu, width, height, shape(n), n + 1)
      live.update(drawn, moment(n), false)
      gpu.gl.finish()
      const [kept, x] = [live.facts.present, live.facts.centroid[0]]
      live.update(drawn, moment(n), false)
      live.update(drawn, moment(n), true)
      expect([live.facts.present, live.facts.centroid[0]]).toEqual([kept, x])
      expect(live.facts.present).toBe(n === 0 ? 0 : 1)
      if (n > 0) offline.update(drawnWith(gpu, width, height, shape(n - 1), n), moment(n - 1), true)
      if (n > 0) expect(live.facts.centroid[0]).toBe(offline.facts.centroid[0])
      drawn.close()
    }
    live.close()
    offline.close()
  })

  it('is the same again when it is rendered again', () => {
    const play = () => {
      const watch = watchOf(320, 180)
      const all: number[] = []
      for (let n = 0; n < 12; n++) {
        show(watch, 320, 180, ellipse(120 + 5 * n, 90 + Math.sin(n) * 20, 50, 20, n / 7), n)
        all.push(...watch.facts.box, ...watch.facts.axis, ...watch.facts.velocity, watch.facts.area)
      }
      watch.close()
      return all
    }
    expect(play()).toEqual(play())
  })

  it('of several subjects: each alone, all together, or the chosen one', () => {
    const [width, height] = [320, 180]
    const watch = watchOf(width, height, 4)
    const shapes = [box(20, 30, 60, 150), box(200, 60, 300, 90), box(140, 100, 160, 170)]
    const masks = shapes.map((shape) => maskOf(gpu, width, height, shape))
    watch.masks.set(masks.map(({ texture }) => texture))
    show(watch, width, height, undefined, 0)
    const pixels = ({ box: b }: SubjectFacts) => [...b].map((v, i) => Math.round(v * (i % 2 ? height : width)))
    expect(pixels(watch.facts)).toEqual([20, 30, 300, 170])
    expect(watch.each.map(({ present }) => present)).toEqual([1, 1, 1, 0, 0, 0, 0, 0])
    expect(watch.each.slice(0, 3).map(pixels)).toEqual([[20, 30, 60, 150], [200, 60, 300, 90], [140, 100, 160, 170]])
    expect(Math.abs(watch.each[1]?.axis[0] ?? 0)).toBeGreaterThan(0.95)
    const probe = createProbe(gpu, width, height, 'vec4(subjectMaskAt(1, uv), subjectMaskAt(7, uv), float(subjects), texture(mask, uv).r)')
    const at = probe.read((program) => { watch.apply(program) })
    expect([at(250, 75), at(30, 75), at(250, 75, 1), at(0, 0, 2), at(30, 75, 3), at(110, 20, 3)]).toEqual([1, 0, 0, 3, 1, 0])
    const facts = createProbe(gpu, 4, 4, 'vec4(centroid, area, present)')
    const told = facts.read((program) => { watch.apply(program) })
    expect([told(1, 1), told(1, 1, 1), told(1, 1, 3)].map((v, i) => Math.abs(v - ([...watch.facts.centroid, 1][i] ?? 0)) < 1e-3)).toEqual([true, true, true])
    const boxes = createProbe(gpu, 4, 4, 'boxes[2]')
    const of = boxes.read((program) => { watch.apply(program) })
    expect(of(1, 1, 0) * width).toBeCloseTo(140, 0)
    watch.masks.choose(2)
    show(watch, width, height, undefined, 1)
    const chosen = probe.read((program) => { watch.apply(program) })
    expect([chosen(150, 120, 3), chosen(30, 75, 3), chosen(250, 75, 0)]).toEqual([1, 0, 1])
    for (let n = 2; n < 120; n++) show(watch, width, height, undefined, n)
    expect(pixels(watch.facts)).toEqual([140, 100, 160, 170])
    watch.masks.choose(3)
    show(watch, width, height, undefined, 130)
    expect(watch.facts.present).toBe(0)
    expect(watch.each[0]?.present).toBe(1)
    watch.masks.choose(undefined)
    watch.masks.release()
    show(watch, width, height, box(100, 30, 200, 60), 140)
    expect(watch.each.map(({ present }) => present)).toEqual([1, 0, 0, 0, 0, 0, 0, 0])
    for (const unit of [...masks, probe, facts, boxes, watch]) unit.close()
    expect(gpu.gl.getError()).toBe(0)
  })

  it('keeps the path of its centre', () => {
    const [width, height] = [320, 180]
    const watch = watchOf(width, height)
    for (let n = 0; n <= 120; n++) show(watch, width, height, circle(80 + n, 60 + n / 2, 30), n)
    const out = new Float32Array(2)
    watch.pathAt(0, out)
    expect((out[0] ?? 0) * height).toBeCloseTo((watch.facts.centroid[0] ?? 0) * width, 2)
    // Smoothing is a few hundredths of a second late.
    for (const ago of [0.25, 0.5, 1, 1.51]) {
      watch.pathAt(ago, out)
      const n = 120 - ago * 60
      expect(Math.abs((out[0] ?? 0) * height - (80 + n))).toBeLessThan(4)
      expect(Math.abs((out[1] ?? 0) * height - (60 + n / 2))).toBeLessThan(2)
    }
    watch.pathAt(100, out)
    const oldest = [...out]
    watch.pathAt(2, out)
    expect((oldest[0] ?? 0) * height).toBeLessThan((out[0] ?? 0) * height + 1)
    watch.close()
  })
})
