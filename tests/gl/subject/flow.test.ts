import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openGpu } from '../../../src/gl/context.js'
import { createFlow, type Flow } from '../../../src/gl/subject/flow.js'
import { createProgram, type Program } from '../../../src/gl/program.js'
import { createTarget } from '../../../src/gl/target.js'
import type { Gpu, Target } from '../../../src/gl/types.js'
import { filledTarget } from '../support.js'
import { createProbe } from './support.js'

const [W, H] = [1280, 720]
const TICK = 1 / 60
let gpu: Gpu
let probe: ReturnType<typeof createProbe>
let noise: Program
beforeAll(() => {
  gpu = openGpu()
  noise = createProgram(gpu, { fragment: NOISE, file: 'noise' })
  probe = createProbe(gpu, W / 8, H / 8, 'vec4(flowAt(uv), 0.0, 1.0)')
})
afterAll(() => { gpu.close() })

/** Smooth noise in three sizes, the finest `grain` pixels, moved right and up by `shift`; inside `disc` (x, y, radius) other noise, moved by `inner`. */
const NOISE = `#version 300 es
precision highp float;
precision highp int;
uniform vec2 shift;
uniform vec2 inner;
uniform vec3 disc;
uniform float grain;
uniform int seed;
out vec4 colour;
float at(ivec2 p, int s) {
  uint h = uint(p.x) * 374761393u + uint(p.y) * 668265263u + uint(s) * 2246822519u;
  h = (h ^ (h >> 13)) * 1274126177u;
  return float((h ^ (h >> 16)) & 1023u) / 1023.0;
}
float noise(vec2 p, int s) {
  ivec2 i = ivec2(floor(p));
  vec2 f = smoothstep(0.0, 1.0, fract(p));
  return mix(mix(at(i, s), at(i + ivec2(1, 0), s), f.x), mix(at(i + ivec2(0, 1), s), at(i + ivec2(1, 1), s), f.x), f.y);
}
void main() {
  bool within = length(gl_FragCoord.xy - disc.xy - inner) < disc.z;
  vec2 p = gl_FragCoord.xy - (within ? inner : shift) + 1000.0;
  int s = seed + (within ? 50 : 0);
  float value = (noise(p / grain, s) + noise(p / (grain * 3.0), s + 1) + noise(p / (grain * 9.0), s + 2)) / 3.0;
  colour = vec4(value * vec3(1.0, 0.8, 0.6), 1.0);
}
`
const draw = (grain: number, shift: readonly number[], seed: number, disc: readonly number[], inner: readonly number[]): Target => {
  const target = createTarget(gpu, { width: W, height: H, format: 'rgba8' })
  noise.use()
  noise.set('grain', grain)
  noise.set('shift', shift)
  noise.set('seed', seed)
  noise.set('disc', disc)
  noise.set('inner', inner)
  noise.draw(target)
  return target
}
const picture = (grain: number, dx: number, dy: number, seed = 0) => draw(grain, [dx, dy], seed, [0, 0, -1], [0, 0])

/** In canvas pixels per tick, away from the border. */
const motion = (flow: Flow) => {
  const at = probe.read((program) => { flow.apply(program) })
  const all: { x: number; y: number }[] = []
  for (let y = 8; y < H / 8 - 8; y++) for (let x = 8; x < W / 8 - 8; x++) all.push({ x: at(x, y) * W * TICK, y: at(x, y, 1) * H * TICK })
  return all
}
const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
const between = (a: Target, b: Target) => {
  const flow = createFlow(gpu, { width: W, height: H })
  flow.update(a, 1, 0)
  flow.update(b, 2, TICK)
  const found = motion(flow)
  flow.close()
  expect(gpu.gl.getError()).toBe(0)
  return found
}

describe('the flow', () => {
  for (const [dx, dy] of [[2, 0], [0, -2], [3, 3], [-5, 2], [8, 0], [0, 8], [20, -10]] as const) {
    it(`finds a texture moved by ${dx}, ${dy} pixels`, () => {
      for (const grain of [8, 20]) {
        const [a, b] = [picture(grain, 0, 0), picture(grain, dx, dy)]
        const found = between(a, b)
        expect(median(found.map(({ x, y }) => Math.hypot(x - dx, y - dy)))).toBeLessThan(0.2 * Math.hypot(dx, dy))
        expect(Math.abs(median(found.map(({ x }) => x)) - dx)).toBeLessThan(0.3)
        expect(Math.abs(median(found.map(({ y }) => y)) - dy)).toBeLessThan(0.3)
        for (const target of [a, b]) target.close()
      }
    })
  }

  it('is none on a still picture, whether it comes anew or stays; nor before two pictures came, nor after a reset', () => {
    const [a, b] = [picture(8, 0, 0), picture(8, 4, 0)]
    const flow = createFlow(gpu, { width: W, height: H })
    const fastest = () => Math.max(...motion(flow).map(({ x, y }) => Math.hypot(x, y)))
    flow.update(a, 1, 0)
    expect(fastest()).toBe(0)
    flow.update(a, 2, TICK)
    expect(fastest()).toBeLessThan(1e-3)
    flow.update(b, 3, 2 * TICK)
    expect(fastest()).toBeGreaterThan(3)
    // Held between the pictures of a slower clip, but not for good.
    flow.update(b, 3, 5 * TICK)
    expect(fastest()).toBeGreaterThan(3)
    flow.update(b, 3, 30 * TICK)
    expect(fastest()).toBe(0)
    flow.update(a, 4, 31 * TICK)
    flow.reset()
    expect(fastest()).toBe(0)
    flow.update(b, 5, 32 * TICK)
    expect(fastest()).toBe(0)
    // Pictures a long time apart are not compared.
    flow.update(a, 6, 300 * TICK)
    expect(fastest()).toBe(0)
    flow.close()
  })

  it('is counted per second, by the pictures\' own rate', () => {
    const flow = createFlow(gpu, { width: W, height: H })
    const pictures = Array.from({ length: 8 }, (_, n) => picture(12, 4 * n, 0))
    // 24 pictures a second shown in 60 ticks a second: two ticks each, or three.
    pictures.forEach((target, n) => { flow.update(target, n + 1, Math.ceil(n * 2.5) * TICK) })
    expect(Math.abs(median(motion(flow).map(({ x }) => x / TICK / W)) / ((4 * 24) / W) - 1)).toBeLessThan(0.12)
    flow.close()
    for (const target of pictures) target.close()
  })

  it('stays within bounds across a cut, and on pictures without anything to see', () => {
    const [a, b, flat, grey] = [picture(8, 0, 0), picture(8, 0, 0, 5), filledTarget(gpu, W, H, () => [0, 0, 0, 255]), filledTarget(gpu, W, H, () => [140, 140, 140, 255])]
    for (const [from, to] of [[a, b], [flat, a], [a, flat], [flat, grey]] as const) {
      for (const { x, y } of between(from, to)) expect(Math.hypot(x, y)).toBeLessThan(64)
    }
    expect(between(flat, grey).every(({ x, y }) => x === 0 && y === 0)).toBe(true)
    for (const target of [a, b, flat, grey]) target.close()
  })

  it('of something that moves before a background that rests is where that is', () => {
    const scene = (n: number) => draw(10, [0, 0], 3, [400, 360, 150], [6 * n, 0])
    const [a, b] = [scene(0), scene(1)]
    const flow = createFlow(gpu, { width: W, height: H })
    flow.update(a, 1, 0)
    flow.update(b, 2, TICK)
    const at = probe.read((program) => { flow.apply(program) })
    expect(Math.abs(at(50, 45) * W * TICK - 6)).toBeLessThan(1)
    expect(Math.abs(at(120, 45) * W * TICK)).toBeLessThan(0.5)
    flow.close()
    for (const target of [a, b]) target.close()
  })

  it('works on the smallest canvases', () => {
    for (const [width, height] of [[128, 72], [16, 9], [72, 128], [1, 1]] as const) {
      const flow = createFlow(gpu, { width, height })
      const target = filledTarget(gpu, width, height, (x, y) => [(x * 40) & 255, (y * 40) & 255, 0, 255])
      flow.update(target, 1, 0)
      flow.update(target, 2, TICK)
      expect(motion(flow).every(({ x, y }) => x === 0 && y === 0)).toBe(true)
      for (const unit of [flow, target]) unit.close()
    }
    expect(gpu.gl.getError()).toBe(0)
  })
})
