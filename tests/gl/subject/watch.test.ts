import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { READS, type Reads } from '../../../src/engine/effect.js'
import { openGpu } from '../../../src/gl/context.js'
import { createMasks } from '../../../src/gl/subject/masks.js'
import { createSubjectWatch } from '../../../src/gl/subject/watch.js'
import type { Gpu, Target } from '../../../src/gl/types.js'
import { drawnOf, filledMask, filledTarget, moment, pixelAt, scatter } from '../support.js'
import { circle, createProbe, drawnWith, maskOf } from './support.js'

const [W, H] = [160, 90]
const ALL = new Set<Reads>(READS)
let gpu: Gpu
beforeAll(() => { gpu = openGpu() })
afterAll(() => { gpu.close() })

const EVERYTHING = 'vec4(distanceAt(uv) + gradientAt(uv).x, flowAt(uv).x + loopAt(0.3, uv).r, plateAt(uv).g, centroid.x + box.y + axis.x + area + velocity.x + present + boxes[0].x + texture(mask, uv).r + subjectMaskAt(0, uv) + float(subjects))'
const scene = (n: number) => drawnWith(gpu, W, H, circle(40 + 3 * n, 45, 20), n + 1, (x, y) => [scatter(x >> 2, y >> 2, n >> 2) & 255, (x * 2) & 255, 90, 255])

describe('a subject watch', () => {
  it('drawn again in the same tick changes nothing, and played again is the same', () => {
    const probe = createProbe(gpu, W, H, EVERYTHING)
    const play = (times: number) => {
      const watch = createSubjectWatch(gpu, { width: W, height: H, reads: ALL })
      const all: number[] = []
      for (let n = 0; n < 10; n++) {
        const drawn = scene(n)
        for (let i = 0; i < times; i++) watch.update(drawn, moment(n), true)
        const at = probe.read((program) => { watch.apply(program) })
        for (let y = 5; y < H; y += 10) for (let x = 5; x < W; x += 10) for (let c = 0; c < 4; c++) all.push(at(x, y, c))
        drawn.close()
      }
      watch.close()
      expect(all.every(Number.isFinite)).toBe(true)
      return all
    }
    const once = play(1)
    expect(play(1)).toEqual(once)
    expect(play(3)).toEqual(once)
    probe.close()
    expect(gpu.gl.getError()).toBe(0)
  })

  it('works out distances and flow for effects that are on only', () => {
    const watch = createSubjectWatch(gpu, { width: W, height: H, reads: ALL })
    const probe = createProbe(gpu, W, H, 'vec4(distanceAt(uv), flowAt(uv), 1.0)')
    const none = new Set<Reads>()
    const read = () => probe.read((program) => { watch.apply(program) })
    const show = (n: number, wanted?: ReadonlySet<Reads>) => {
      const drawn = scene(n)
      watch.update(drawn, moment(n), true, wanted)
      drawn.close()
    }
    show(0, none)
    expect(read()(40, 45)).toBe(0)
    show(1)
    expect(read()(43, 45)).toBeGreaterThan(0.15)
    show(2, none)
    show(12, none)
    expect(read()(43, 45)).toBeGreaterThan(0.15)
    show(13)
    expect(read()(43, 45)).toBeLessThan(0.1)
    expect(read()(80, 45, 1)).toBe(0)
    watch.close()
    probe.close()
  })

  it('allocates for what is read only, and frees it all when it is closed', () => {
    const { gl } = gpu
    const live = { textures: 0, framebuffers: 0, programs: 0 }
    const counted = Object.create(gl) as WebGL2RenderingContext
    const count = (name: string, kind: keyof typeof live, by: number) => {
      const call = (gl as unknown as Record<string, (...args: unknown[]) => unknown>)[name]
      Object.defineProperty(counted, name, { value: (...args: unknown[]) => {
        live[kind] += by
        return call?.apply(gl, args)
      } })
    }
    count('createTexture', 'textures', 1)
    count('deleteTexture', 'textures', -1)
    count('createFramebuffer', 'framebuffers', 1)
    count('deleteFramebuffer', 'framebuffers', -1)
    count('createProgram', 'programs', 1)
    count('deleteProgram', 'programs', -1)
    const made = (reads: ReadonlySet<Reads>, subjects = 0) => {
      const watch = createSubjectWatch({ ...gpu, gl: counted }, { width: W, height: H, reads, subjects })
      const [textures] = [live.textures]
      const drawn = scene(0)
      for (let n = 0; n < 3; n++) watch.update(drawn, moment(n), true)
      expect(live.textures).toBe(textures)
      drawn.close()
      watch.close()
      expect(live).toEqual({ textures: 0, framebuffers: 0, programs: 0 })
      return textures
    }
    const least = made(new Set(['mask'] as const))
    expect(least).toBeLessThanOrEqual(3)
    for (const read of ['subject', 'sdf', 'flow', 'plate', 'loop'] as const) expect(made(new Set([read]))).toBeGreaterThan(least)
    expect(made(ALL, 8)).toBeGreaterThan(made(ALL))
  })

  it('takes no memory while it plays', { timeout: 120_000 }, () => {
    const watch = createSubjectWatch(gpu, { width: W, height: H, reads: ALL })
    const probe = createProbe(gpu, 1, 1, EVERYTHING)
    const drawn = [0, 1, 2, 3].map(scene)
    const play = (from: number, to: number) => {
      for (let n = from; n < to; n++) {
        const { colour, mask } = drawn[n % 4] ?? drawn[0]!
        watch.update(drawnOf(colour, mask, n + 1), moment(n), (n & 1) === 0)
        probe.program.use()
        watch.apply(probe.program)
      }
      gpu.gl.finish()
    }
    play(0, 300)
    const before = process.memoryUsage()
    play(300, 900)
    const after = process.memoryUsage()
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(64 * 1024)
    expect(after.rss - before.rss).toBeLessThan(40 * 2 ** 20)
    for (const unit of [...drawn, watch, probe]) unit.close()
  })

  it('declares no more samplers than every WebGL 2 has, whatever is read', () => {
    const probe = createProbe(gpu, 1, 1, EVERYTHING)
    const names = ['mask', 'hostMasks', 'hostDistance', 'hostFlow', 'hostPlate', 'hostLoop']
    expect(names.every((name) => probe.program.has(name))).toBe(true)
    // With source, previous and hostHistory.
    expect(names.length + 3).toBeLessThanOrEqual(16)
    probe.close()
  })
})

describe('masks', () => {
  const value = (target: Target, x: number, y: number) => pixelAt(gpu, target, x, H - 1 - y)[0]

  it('are a picture\'s own, uncopied, or white', () => {
    const masks = createMasks(gpu, { width: W, height: H })
    expect([masks.whole, masks.count, pixelAt(gpu, masks.chosen, 0, 0)[0]]).toEqual([true, 1, 255])
    const mask = maskOf(gpu, W, H, circle(40, 40, 20))
    masks.take(mask, 1)
    expect(masks.chosen).toBe(mask)
    expect(masks.whole).toBe(false)
    const { seq } = masks
    masks.take(mask, 1)
    expect(masks.seq).toBe(seq)
    masks.take(mask, 2)
    expect(masks.seq).not.toBe(seq)
    expect(() => { masks.set([mask.texture]) }).toThrow(RangeError)
    mask.close()
    masks.close()
  })

  it('are split from a label picture of another size, soft at its pixels\' edges', () => {
    const masks = createMasks(gpu, { width: W, height: H, most: 3 })
    // Labels 1, 2 and 3 in bands of 4 of 16 pixels, the last band none.
    const labels = filledMask(gpu, 16, 9, (x) => (Math.floor(x / 4) + 1) % 4)
    masks.split(labels.texture, 3)
    const probe = createProbe(gpu, W, H, 'vec4(subjectMaskAt(0, uv), subjectMaskAt(1, uv), subjectMaskAt(2, uv), texture(mask, uv).r)')
    const at = probe.read((program) => {
      program.texture('mask', masks.chosen.texture)
      program.texture('hostMasks', masks.layers)
      program.set('subjects', masks.count)
      program.set('hostMaskLayers', masks.layered)
    })
    const four = (x: number) => [0, 1, 2, 3].map((c) => Math.round(at(x, 40, c) * 10) / 10)
    expect([four(10), four(60), four(100), four(150)]).toEqual([[1, 0, 0, 1], [0, 1, 0, 1], [0, 0, 1, 1], [0, 0, 0, 0]])
    expect(at(39, 40)).toBeCloseTo(0.55, 1)
    expect(at(40, 40, 1)).toBeCloseTo(0.55, 1)
    expect(at(120, 40, 3)).toBeCloseTo(0.45, 1)
    masks.set([])
    expect([masks.count, pixelAt(gpu, masks.chosen, 0, 0)[0]]).toEqual([0, 0])
    masks.release()
    expect(masks.whole).toBe(true)
    for (const unit of [masks, labels, probe]) unit.close()
    expect(gpu.gl.getError()).toBe(0)
  })

  it('are spread from the channels of one picture', () => {
    const masks = createMasks(gpu, { width: W, height: H, most: 2 })
    const channels = filledTarget(gpu, W, H, (x) => [x < 40 ? 255 : 0, x >= 100 ? 128 : 0, 255, 0])
    masks.spread(channels.texture, 2)
    expect([masks.count, masks.whole]).toEqual([2, false])
    expect([10, 60, 120].map((x) => value(masks.chosen, x, 40))).toEqual([255, 0, 128])
    masks.choose(1)
    expect([10, 60, 120].map((x) => value(masks.chosen, x, 40))).toEqual([0, 0, 128])
    for (const unit of [masks, channels]) unit.close()
  })

  it('beyond what was asked for are left out', () => {
    const masks = createMasks(gpu, { width: W, height: H, most: 2 })
    const each = [20, 60, 120].map((x) => maskOf(gpu, W, H, circle(x, 40, 10)))
    masks.set(each.map(({ texture }) => texture))
    expect([masks.count, value(masks.chosen, 20, 40), value(masks.chosen, 60, 40), value(masks.chosen, 120, 40)]).toEqual([2, 255, 255, 0])
    for (const unit of [...each, masks]) unit.close()
  })
})
