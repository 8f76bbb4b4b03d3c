import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openSources } from '../../src/app/open.js'
import { planShow } from '../../src/app/plan.js'
import { openShow } from '../../src/app/show.js'
import { openShaderLibrary, shaderFolder } from '../../src/effects/library.js'
import { createFaults } from '../../src/engine/guard.js'
import { createTransitionLook } from '../../src/engine/look.js'
import { openGpu } from '../../src/gl/context.js'
import { planRings } from '../../src/gl/shared-rings.js'
import type { Gpu } from '../../src/gl/types.js'
import { openMemory } from '../../src/outputs/memory.js'
import { doppel, endAll } from '../support/doppel.js'

const [W, H, FPS] = [96, 54, 20]
const PICTURE = W * H * 4
let dir: string
let gpu: Gpu
beforeAll(() => { gpu = openGpu() })
afterAll(() => { gpu.close() })
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'doppel-memory-')) })
afterEach(() => { endAll(); rmSync(dir, { recursive: true }) })

type Scene = { name: string; layers: object[] }
/** A scene of layers that each look so many seconds back. */
const looking = (name: string, ...seconds: readonly number[]): Scene => ({ name, layers: seconds.map((each, i) => ({ name: `Layer ${i + 1}`, source: i % 2 ? 'duet' : 'dancer', opacity: 0.7, past: { seconds: each }, effects: [{ id: 'echo', params: { copies: 5, spacing: 0.125, hue: 0.2 * i } }, { id: 'time-displace' }] })) })
const plain = (name: string): Scene => ({ name, layers: [{ source: 'dancer', effects: [{ id: 'colour' }] }] })
const writeSet = (scenes: readonly object[]) => {
  writeFileSync(join(dir, 'set.json'), JSON.stringify({ version: 2, name: 'Looking back', size: [W, H], fps: FPS, sources: { dancer: { generator: 'dancer' }, duet: { generator: 'duet' } }, scenes }))
  return dir
}
const open = async (scenes: readonly object[], memoryLimit?: number) => {
  const plan = planShow(writeSet(scenes), [])
  const faults = createFaults()
  const told: string[] = []
  faults.fault$.subscribe(({ unit, message }) => { told.push(`${unit}: ${message}`) })
  const sources = await openSources(plan, { hw: 'none', leadSeconds: 0, size: [W, H], report: faults.report })
  const library = openShaderLibrary(shaderFolder(), { watch: false, report: faults.report })
  const output = openMemory({ id: 'memory', width: W, height: H, format: 'rgba' })
  const show = openShow({ plan, gpu, size: [W, H], fps: FPS, sources: sources.all, outputs: [output], shaders: library, faults, ...(memoryLimit !== undefined && { memoryLimit }) })
  const close = async () => {
    show.close()
    library.close()
    await sources.close()
  }
  /** Plays so many ticks, and gives each one's picture. */
  const play = async (from: number, count: number) => {
    const pictures: string[] = []
    for (let n = from; n < from + count; n++) {
      await show.tickExactly({ n, time: n / FPS, dt: n === 0 ? 0 : 1 / FPS, skipped: 0 })
      await show.flush()
      pictures.push(Buffer.from(output.last()?.data ?? []).toString('base64'))
    }
    return pictures
  }
  return { show, play, close, told }
}

describe('rings for the scenes\' pasts', () => {
  it.each<[string, number[][], number]>([
    ['none for none', [[], []], 0],
    ['each its own, of two scenes', [[121, 61], [121]], 303],
    ['a pair for all, of many scenes', [[121], [121], [61], [121], [], [30]], 242],
    ['each its own where only one looks far back', [[128], [16], [16], []], 160],
    ['a pair of the longest, and of the second longest', [[60, 121], [121, 60], [10, 121]], 242 + 120],
  ])('are %s', (_name, needs, layers) => { expect(planRings(needs).layers).toBe(layers) })

  it('never take more than rings of their own would', () => {
    const sum = (list: readonly number[]) => list.reduce((total, each) => total + each, 0)
    // Every set of four scenes with up to two of three lengths.
    const kinds = [[], [2], [64], [128], [2, 64], [64, 128], [128, 128]]
    for (const a of kinds) for (const b of kinds) for (const c of kinds) for (const d of kinds) expect(planRings([a, b, c, d]).layers).toBeLessThanOrEqual(sum([a, b, c, d].map(sum)))
  })
})

describe('a set with many scenes that look back', () => {
  it('takes the memory of two of them, however many there are', async () => {
    const began = gpu.allocated()
    const few = await open([looking('A', 2, 2), looking('B', 2, 2)])
    const two = gpu.allocated() - began
    await few.close()
    // And gives all of it back.
    expect(gpu.allocated()).toBe(began)
    const many = await open(Array.from({ length: 8 }, (_, i) => looking(`S${i}`, 2, 2)))
    const eight = gpu.allocated() - began
    await many.close()
    const rings = 4 * 41 * PICTURE
    // What is left grows with each layer: pictures to draw into, none of them a past.
    expect(eight - rings).toBeLessThan((two - rings) * 4.5)
    expect(eight).toBeLessThan(2 * two)
    expect(many.show.memory).toMatch(/^graphics memory: \d+ MB, of which 3 MB are to look back on, for all 8 scenes$/)
  })

  it('shows the same pictures with shared rings as with rings of each scene\'s own, through every kind of switch', async () => {
    // B and C look back so little that each scene has its own ring; with D, which is never seen, they share.
    const [a, b, c, d] = [looking('A', 2), looking('B', 0.9), looking('C', 0.9), looking('D', 2, 2)]
    expect([planRings([[41], [19], [19]]).ranks[0]?.shared, planRings([[41], [19], [19], [41, 41]]).ranks[0]?.shared]).toEqual([false, true])
    const run = async (scenes: readonly object[]) => {
      const { show, play, close, told } = await open(scenes)
      const dissolve = createTransitionLook({ kind: 'dissolve', length: 1 })
      const pictures = await play(0, 12)
      let n = 12
      const go = async (scene: number, ticks: number, look = dissolve) => {
        show.go(scene, look)
        pictures.push(...await play(n, ticks))
        n += ticks
      }
      await go(1, 16)
      await go(2, 16, createTransitionLook({ kind: 'cut' }))
      await go(0, 16)
      // A newer wish takes the place of one under way, back and forth.
      await go(1, 4)
      await go(0, 4)
      await go(2, 4)
      await go(0, 20)
      await close()
      expect(told).toEqual([])
      return pictures
    }
    const own = await run([a, b, c])
    expect(await run([a, b, c, d])).toEqual(own)
    expect(new Set(own).size).toBeGreaterThan(80)
  })

  it('allocates and compiles nothing when scenes change', async () => {
    const { show, play, close } = await open([looking('A', 2), looking('B', 1), looking('C', 2, 2), plain('D'), looking('E', 2)])
    await play(0, 4)
    const { gl } = gpu
    const made: string[] = []
    const names = ['createTexture', 'texStorage2D', 'texStorage3D', 'createFramebuffer', 'createBuffer', 'createProgram', 'compileShader', 'linkProgram'] as const
    const methods = gl as unknown as Record<string, (...args: unknown[]) => unknown>
    const before = names.map((name) => [name, methods[name]] as const)
    for (const [name, method] of before) methods[name] = (...args) => { made.push(name); return method?.apply(gl, args) }
    let n = 4
    for (const scene of [1, 2, 3, 4, 0, 2, 1, 4, 2, 0]) {
      show.go(scene, createTransitionLook({ kind: 'dissolve', length: 0.2 }))
      await play(n, 6)
      n += 6
      expect(show.scene).toBe(scene)
    }
    for (const [name, method] of before) if (method) methods[name] = method
    await close()
    expect(made).toEqual([])
  })

  it('is refused before it takes too much, with the layer that takes most and what to lower', async () => {
    const scenes = [looking('A', 1), looking('B', 1, 2), looking('C', 1)]
    await expect(open(scenes, 20 * PICTURE)).rejects.toMatchObject({
      message: expect.stringMatching(/^Looking back takes too much graphics memory: \d+ MB for what its scenes look back on, where at most 0 MB are for it$/) as string,
      hint: expect.stringMatching(/layer "Layer 2" of scene "B" \(1 MB to look 2 s back on, .*fewer seconds or a higher stride.*--size/) as string,
    })
    const began = gpu.allocated()
    await expect(open(scenes, 108 * PICTURE)).rejects.toThrow(/by the time layer "Layer \d" of scene "[ABC]" was open/)
    expect(gpu.allocated()).toBe(began)
    const usual = await open([looking('A', 2)])
    const bytes = gpu.allocated()
    await usual.close()
    const large = await open([looking('A', 2)], bytes * 1.5)
    expect(large.show.memory).toMatch(/; that is much: most of it is taken by layer "Layer 1" of scene "A"/)
    await large.close()
  })

  it('says how much it takes, and how to allow more, on the command line', async () => {
    writeSet([looking('A', 2), looking('B', 2)])
    const by = ['play', dir, '--headless', '--osc', 'none', '--midi', 'none', '--for', '0.1']
    const fine = await doppel(by)
    expect(fine, fine.stderr).toMatchObject({ code: 0 })
    expect(fine.stderr).toMatch(/^graphics memory: \d+ MB, of which \d+ MB are to look back on$/m)
    const refused = await doppel(by, { DOPPEL_GRAPHICS_MEMORY: '1' })
    expect(refused.code).toBe(1)
    expect(refused.stderr).toMatch(/doppel: Looking back takes too much graphics memory: 2 MB .* at most 1 MB/)
    expect((await doppel(by, { DOPPEL_GRAPHICS_MEMORY: 'much' })).stderr).toContain('it takes a number of megabytes')
  })
})
