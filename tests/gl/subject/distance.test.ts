import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dancerDistance } from '../../../src/inputs/dancer-mask.js'
import { createDancer, poseDancer, stageSpan } from '../../../src/inputs/dancer.js'
import { openGpu } from '../../../src/gl/context.js'
import { createProgram } from '../../../src/gl/program.js'
import { createDistanceField } from '../../../src/gl/subject/distance.js'
import { SUBJECT_GLSL } from '../../../src/gl/subject/glsl.js'
import { createMasks } from '../../../src/gl/subject/masks.js'
import { createTarget } from '../../../src/gl/target.js'
import type { Gpu } from '../../../src/gl/types.js'
import { filledMask } from '../support.js'
import { floatsOf } from './support.js'

let gpu: Gpu
beforeAll(() => { gpu = openGpu() })
afterAll(() => { gpu.close() })

/** What effects see: distance and gradient at every canvas pixel, from a mask whose coverage follows from a signed distance in pixels (x right, y up). */
const measured = (width: number, height: number, signed: Signed) => {
  const mask = filledMask(gpu, width, height, (x, y) => 255 * Math.min(1, Math.max(0, 0.5 + signed(x + 0.5, height - y - 0.5))))
  const masks = createMasks(gpu, { width, height })
  masks.take(mask, 1)
  const field = createDistanceField(gpu, { width, height })
  field.update(masks)
  const program = createProgram(gpu, {
    fragment: `#version 300 es\nprecision highp float;\nprecision highp sampler2D;\nin vec2 hostUv;\nout vec4 o;\n${SUBJECT_GLSL.sdf ?? ''}void main() { o = vec4(distanceAt(hostUv), gradientAt(hostUv), 1.0); }\n`,
    file: 'test',
  })
  const out = createTarget(gpu, { width, height, format: 'rgba16f' })
  program.use()
  program.texture('hostDistance', field.texture)
  program.set('hostDistanceAspect', width / height)
  program.draw(out)
  const data = floatsOf(gpu, out)
  for (const unit of [program, out, field, masks, mask]) unit.close()
  expect(gpu.gl.getError()).toBe(0)
  const at = (x: number, y: number, c: number) => data[(y * width + x) * 4 + c] ?? Number.NaN
  return { distance: (x: number, y: number) => at(x, y, 0), gradient: (x: number, y: number): [number, number] => [at(x, y, 1), at(x, y, 2)] }
}

type Signed = (x: number, y: number) => number

/** Errors of the distance, canvas pixels, over pixels whose true distance lies in a range. */
const errorsOf = (field: ReturnType<typeof measured>, width: number, height: number, signed: Signed, from: number, to: number) => {
  // Edges outside the picture are not seen: only pixels count whose nearest edge lies in it.
  const inside = (x: number, y: number) => {
    const d = signed(x, y)
    const [gx, gy] = [(signed(x + 0.01, y) - d) / 0.01, (signed(x, y + 0.01) - d) / 0.01]
    const [nx, ny] = [x - d * gx, y - d * gy]
    return nx > 0 && ny > 0 && nx < width && ny < height
  }
  const all: number[] = []
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    const wanted = signed(x + 0.5, y + 0.5)
    if (!inside(x + 0.5, y + 0.5)) continue
    if (Math.abs(wanted) >= from && Math.abs(wanted) < to) all.push(Math.abs(field.distance(x, y) * height - wanted))
  }
  all.sort((a, b) => a - b)
  return { count: all.length, median: all[all.length >> 1] ?? Number.NaN, most: all[Math.floor(all.length * 0.999)] ?? Number.NaN }
}

const circle = (cx: number, cy: number, r: number) => (x: number, y: number) => r - Math.hypot(x - cx, y - cy)
const halfPlane = (nx: number, ny: number, at: number) => (x: number, y: number) => (x * nx + y * ny) / Math.hypot(nx, ny) - at

describe('the distance field', () => {
  for (const [width, height] of [[640, 360], [128, 72], [360, 640], [333, 250]] as const) {
    for (const [name, signed] of [
      ['a circle', circle(width * 0.45, height * 0.52, Math.min(width, height) * 0.3)],
      ['an upright half plane', halfPlane(1, 0, width * 0.4)],
      ['a half plane on a pixel of the grid', halfPlane(0, 1, height / 2)],
      ['a slanted half plane', halfPlane(3, 1, width * 0.5)],
    ] as const) {
      it(`of ${name} in ${width}x${height} follows the formula`, () => {
        const field = measured(width, height, signed)
        const near = errorsOf(field, width, height, signed, 0, 8)
        expect(near.count).toBeGreaterThan(100)
        expect(near.median).toBeLessThan(0.25)
        expect(near.most).toBeLessThan(1.1)
        const far = errorsOf(field, width, height, signed, 8, 1e4)
        expect(far.median).toBeLessThan(0.005 * height)
        expect(far.most).toBeLessThan(0.015 * height)
      })
    }
  }

  it('of the dancer is true to a hundredth of the height, and to a fifth of a pixel at most of its edge', () => {
    const [width, height] = [640, 360]
    const dancer = createDancer()
    poseDancer(dancer, 3.2, 7, stageSpan(width / height))
    const signed = (x: number, y: number) => -dancerDistance(dancer, (x - width / 2) / height, y / height) * height
    const field = measured(width, height, signed)
    // Well inside, the formula of a union of shapes gives less than the true distance.
    const near = errorsOf(field, width, height, (x, y) => Math.min(2, signed(x, y)), 0, 2)
    const far = errorsOf(field, width, height, (x, y) => Math.min(0, signed(x, y)), 2, 1e4)
    expect(near.median).toBeLessThan(0.2)
    expect(near.most).toBeLessThan(3)
    expect(far.median).toBeLessThan(0.003 * height)
    expect(far.most).toBeLessThan(0.015 * height)
  })

  it('has the direction in which the distance grows', () => {
    const [width, height] = [640, 360]
    const field = measured(width, height, circle(300, 180, 100))
    for (const [x, y] of [[300, 60], [420, 180], [380, 260], [180, 100], [340, 200]] as const) {
      const [gx, gy] = field.gradient(x, y)
      const length = Math.hypot(300 - x - 0.5, 180 - y - 0.5)
      expect(Math.hypot(gx, gy)).toBeCloseTo(1, 2)
      expect(gx * ((300 - x - 0.5) / length) + gy * ((180 - y - 0.5) / length)).toBeGreaterThan(0.99)
    }
  })

  it('has no edge where the mask is empty or full, nor at the picture\'s own border', () => {
    const empty = measured(320, 180, () => -10)
    const full = measured(320, 180, () => 10)
    expect(empty.distance(0, 0)).toBe(-4)
    expect(empty.distance(160, 90)).toBe(-4)
    expect(full.distance(0, 0)).toBe(4)
    expect(full.gradient(160, 90)).toEqual([0, 0])
    // A subject cut off by the right border.
    const cut = measured(320, 180, halfPlane(1, 0, 200))
    expect(cut.distance(319, 90) * 180).toBeGreaterThan(115)
  })

  it('finds thin and small things', () => {
    const line = measured(640, 360, (x) => 2 - Math.abs(x - 301.3))
    for (const y of [20, 180, 340]) {
      expect(line.distance(301, y) * 360).toBeGreaterThan(0.3)
      expect(Math.abs(line.distance(401, y) * 360 + 98.2)).toBeLessThan(4)
    }
    const dot = measured(640, 360, circle(500, 90, 4))
    expect(dot.distance(500, 90)).toBeGreaterThan(0)
    expect(Math.abs(dot.distance(100, 300) * 360 - (4 - Math.hypot(399.5, 210.5)))).toBeLessThan(5)
  })
})
