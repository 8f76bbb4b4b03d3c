import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openGpu } from '../../../src/gl/context.js'
import { createLoopRecorder, type LoopRecorder } from '../../../src/gl/subject/loop.js'
import type { Gpu, Target } from '../../../src/gl/types.js'
import { filledMask, filledTarget, moment } from '../support.js'
import { createProbe } from './support.js'

const [W, H] = [64, 36]
const STEPS = 32
let gpu: Gpu
let left: Target
beforeAll(() => {
  gpu = openGpu()
  left = filledMask(gpu, W, H, (x) => (x < W / 2 ? 255 : 0))
})
afterAll(() => { gpu.close() })

const shade = (n: number) => filledTarget(gpu, W, H, () => [n % 250, 200, 100, 255])
const record = (loop: LoopRecorder, n: number, beat: number) => {
  const colour = shade(n)
  loop.record(colour.texture, left.texture, moment(n, { beat }))
  colour.close()
}
const played = (loop: LoopRecorder, phase: number, x = 10) => {
  const probe = createProbe(gpu, W, H, `vec4(loopAt(${phase.toFixed(6)}, uv).rga, loopReady)`)
  const at = probe.read((program) => { loop.apply(program) })
  probe.close()
  return [0, 1, 2, 3].map((c) => Math.round(at(x, 10, c) * (c < 2 ? 255 : 1)))
}

describe('the beat loop', () => {
  it('plays at every phase what was recorded there, cut out, and says when it is complete', () => {
    const loop = createLoopRecorder(gpu, { width: W, height: H, beats: 4 })
    expect(played(loop, 0.3)).toEqual([0, 0, 0, 0])
    // Four steps of time to each of the loop: the first picture of each is kept.
    for (let n = 0; n < 4 * STEPS - 4; n++) record(loop, n, (n / (4 * STEPS)) * 4)
    expect(played(loop, 0)).toEqual([0, 200, 1, 0])
    for (let n = 4 * STEPS - 4; n < 4 * STEPS; n++) record(loop, n, (n / (4 * STEPS)) * 4)
    for (const step of [0, 1, 13, 31]) {
      expect(played(loop, (step + 0.5) / STEPS)).toEqual([step * 4, 200, 1, 1])
      expect(played(loop, (step + 0.5) / STEPS - 3)).toEqual([step * 4, 200, 1, 1])
      expect(played(loop, (step + 0.5) / STEPS + 2)).toEqual([step * 4, 200, 1, 1])
    }
    // Beside the subject there is nothing.
    expect(played(loop, 0.5, 50)).toEqual([0, 0, 0, 1])
    // Recorded over, step by step.
    for (let n = 128; n < 136; n++) record(loop, n, (n / (4 * STEPS)) * 4)
    expect(played(loop, 1.5 / STEPS)[0]).toBe(132)
    expect(played(loop, 2.5 / STEPS)[0]).toBe(8)
    loop.close()
    expect(gpu.gl.getError()).toBe(0)
  })

  it('fills steps shorter than a tick, and takes a jump of the beat as one', () => {
    const loop = createLoopRecorder(gpu, { width: W, height: H, beats: 1 })
    // 12.8 ticks to the loop: two or three steps each.
    for (let n = 1; n <= 14; n++) record(loop, n, n / 12.8)
    expect(played(loop, 0.5)[3]).toBe(1)
    for (let n = 15; n <= 100; n++) record(loop, n, n / 12.8)
    for (let step = 0; step < STEPS; step++) expect(played(loop, (step + 0.5) / STEPS)[0]).toBeGreaterThan(85)
    record(loop, 101, 1000)
    expect(played(loop, 0.01)[0]).toBe(101)
    record(loop, 102, 2.5)
    expect(played(loop, 0.51)[0]).toBe(102)
    expect(played(loop, 0.01)[0]).toBe(101)
    loop.close()
  })

  it('forgets everything on a reset, and keeps to 640x360', () => {
    const loop = createLoopRecorder(gpu, { width: W, height: H, beats: 4 })
    for (let n = 0; n < STEPS; n++) record(loop, n, n / 8)
    expect(played(loop, 0.5)[3]).toBe(1)
    loop.reset()
    expect(played(loop, 0.5)).toEqual([0, 0, 0, 0])
    loop.close()
    const large = createLoopRecorder(gpu, { width: 1920, height: 1080, beats: 4 })
    const probe = createProbe(gpu, 1, 1, 'vec4(vec3(textureSize(hostLoop, 0)), 1.0)')
    const at = probe.read((program) => { large.apply(program) })
    expect([at(0, 0), at(0, 0, 1), at(0, 0, 2)]).toEqual([640, 360, 32])
    large.close()
    probe.close()
  })
})
