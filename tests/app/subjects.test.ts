import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PNG } from 'pngjs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openSources } from '../../src/app/open.js'
import { planShow, type ShowPlan } from '../../src/app/plan.js'
import { openShow } from '../../src/app/show.js'
import { openShaderLibrary, shaderFolder } from '../../src/effects/library.js'
import { createFaults } from '../../src/engine/guard.js'
import { openGpu } from '../../src/gl/context.js'
import type { Gpu } from '../../src/gl/types.js'
import { openMemory } from '../../src/outputs/memory.js'

const [W, H] = [96, 48]
let folder: string
let gpu: Gpu
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'doppel-subjects-'))
  gpu = openGpu()
})
afterAll(() => {
  gpu.close()
  rmSync(folder, { recursive: true })
})

const grey = (file: string, level: (x: number) => number) => {
  const png = new PNG({ width: W, height: H, colorType: 0 })
  for (let i = 0; i < W * H; i++) png.data.set([level(i % W), level(i % W), level(i % W), 255], i * 4)
  writeFileSync(join(folder, file), PNG.sync.write(png, { colorType: 0 }))
}

/** Red of the middle row of one picture of the show, at the middle of each third. */
const thirds = async (plan: ShowPlan): Promise<number[]> => {
  const faults = createFaults()
  const said: string[] = []
  faults.fault$.subscribe(({ unit, message }) => said.push(`${unit}: ${message}`))
  const sources = await openSources(plan, { hw: 'none', leadSeconds: 0, size: [W, H], report: faults.report })
  const output = openMemory({ id: 'memory', width: W, height: H, format: 'rgba' })
  const library = openShaderLibrary(shaderFolder(), { watch: false, report: faults.report })
  const show = openShow({ plan, gpu, size: [W, H], fps: 30, sources: sources.all, outputs: [output], shaders: library, faults })
  await show.tickExactly({ n: 0, time: 0, dt: 0, skipped: 0 })
  await show.flush()
  const { data } = output.last() ?? {}
  const seen = [16, 48, 80].map((x) => data?.[((H / 2) * W + x) * 4] ?? -1)
  show.close()
  library.close()
  await sources.close()
  expect(said).toEqual([])
  return seen
}

it('labels in a mask are subjects: the effects see all of them, or the one that a layer chose', async () => {
  grey('clip.png', () => 80)
  // Nobody, the first, the second.
  grey('labels.png', (x) => Math.floor((3 * x) / W))
  const set = (subject: 'all' | number) => {
    const path = join(folder, `${subject}.json`)
    writeFileSync(path, JSON.stringify({
      version: 2, size: [W, H],
      sources: { clip: { clip: 'clip.png', mask: 'labels.png', subjects: 2 } },
      scenes: [{ layers: [{ source: 'clip', subject, effects: [{ id: 'colour', mask: 'inside', params: { invert: 1 } }] }] }],
    }))
    return planShow(path, [])
  }
  expect(await thirds(set('all'))).toEqual([80, 175, 175])
  expect(await thirds(set(1))).toEqual([80, 175, 80])
  expect(await thirds(set(2))).toEqual([80, 80, 175])
  expect(await thirds(set(3))).toEqual([80, 80, 80])
  expect(await thirds(planShow(join(folder, 'clip.png'), ['colour:invert=1,mask=outside'], join(folder, 'labels.png'), 2))).toEqual([175, 80, 80])
})

it('the duet is two subjects', async () => {
  const path = join(folder, 'duet.json')
  const plan = (subject: 'all' | number) => {
    writeFileSync(path, JSON.stringify({ version: 2, size: [W, H], sources: { duet: { generator: 'duet' } }, scenes: [{ layers: [{ source: 'duet', subject, effects: [{ id: 'colour', mask: 'inside', params: { brightness: 1 } }] }] }] }))
    return planShow(path, [])
  }
  const lit = async (subject: 'all' | number) => (await thirds(plan(subject))).map((level) => level === 255)
  const [left, right] = [await lit(1), await lit(2)]
  expect([left[2], right[0]]).toEqual([false, false])
})

it('--subjects without a mask says what is missing', () => expect(() => planShow(join(folder, 'clip.png'), [], undefined, 2)).toThrow('--subjects counts the labels of a --mask'))
