import { afterAll, beforeAll, expect, it } from 'vitest'
import { instantiate } from '../../src/engine/effect.js'
import { float } from '../../src/engine/params.js'
import { createChain } from '../../src/gl/chain.js'
import { createCompositor } from '../../src/gl/compositor.js'
import { openGpu } from '../../src/gl/context.js'
import { createMaster } from '../../src/gl/master.js'
import { createPictureStage } from '../../src/gl/picture.js'
import { createReadback } from '../../src/gl/readback.js'
import type { Gpu } from '../../src/gl/types.js'
import { effect, frameOf, moment, scatter, shaders } from './support.js'

const [W, H] = [64, 36]
let gpu: Gpu
beforeAll(() => { gpu = openGpu() })
afterAll(() => { gpu.close() })

const TEXTS = {
  'dim.frag': 'vec4 effect(vec2 uv) { return texture(source, uv) * amount; }',
  'trail.frag': 'vec4 effect(vec2 uv) { return max(texture(source, uv), texture(previous, uv) * 0.9); }',
  'ago.frag': 'vec4 effect(vec2 uv) { return mix(texture(source, uv), historyAgo(0.5, uv), 0.5 * maskAt(uv)); }',
}

it('a whole tick, 600 times: no picture memory grows, every picture arrives, and no call is refused', () => {
  const instances = [effect('dim', { amount: float(0, 1, 0.5) }), effect('trail', {}, ['previous']), effect('ago', {}, ['history', 'mask'])].map((decl) => instantiate(decl))
  const stage = createPictureStage(gpu, { width: W, height: H, shaderText: shaders(TEXTS) })
  const chain = createChain(gpu, { width: W, height: H, instances, shaderText: shaders(TEXTS), report: (fault) => { throw new Error(fault.message) } })
  const compositor = createCompositor(gpu, { width: W, height: H })
  const ender = createMaster(gpu, { width: W, height: H })
  const readback = createReadback(gpu, { width: W, height: H, format: 'i420' })
  // Two slots of a ring in turn, as a worker publishes them.
  const slots = [1, 2].map((seed) => frameOf('yuv420p', 96, 54, { code: (p, _, x, y) => 40 + (scatter(seed, p, x, y) % 160) }) as { seq: number } & ReturnType<typeof frameOf>)
  const master = { opacity: 0.9, blackout: false, freeze: false }
  const ticks: number[] = []
  const take = ({ tick }: { tick: number }) => { ticks.push(tick) }
  const tick = (n: number) => {
    gpu.makeCurrent()
    const frame = slots[n % 2]
    if (!frame) throw new Error('no slot')
    frame.seq = n + 1
    const at = moment(n)
    const drawn = stage.draw(frame, 'letterbox', at)
    compositor.begin()
    compositor.add(chain.run(drawn, at), 1)
    compositor.add(drawn.colour, 0.25)
    const finished = ender.finish(compositor.finish(), master)
    readback.collect(take)
    if (!readback.issue(finished, n)) {
      readback.collect(take, true)
      readback.issue(finished, n)
    }
  }
  for (let n = 0; n < 150; n++) tick(n)
  const before = process.memoryUsage().arrayBuffers
  for (let n = 150; n < 750; n++) tick(n)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThanOrEqual(64)
  while (readback.pending > 0) readback.collect(take, true)
  expect(ticks).toEqual(Array.from({ length: 750 }, (_, n) => n))
  expect(gpu.gl.getError()).toBe(0)
  for (const unit of [readback, ender, compositor, chain, stage]) unit.close()
  expect(gpu.gl.getError()).toBe(0)
})
