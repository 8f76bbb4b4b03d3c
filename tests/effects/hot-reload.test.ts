import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { firstValueFrom, timeout } from 'rxjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShaderLibrary, type ShaderLibrary } from '../../src/effects/library.js'
import type { EffectDecl } from '../../src/engine/effect.js'
import { float } from '../../src/engine/params.js'
import { openGpu } from '../../src/gl/context.js'
import type { Gpu, Target } from '../../src/gl/types.js'
import { drawnOf, filledTarget, moment, pixelAt } from '../gl/support.js'
import { playEffect } from './play.js'

const SIZE = [16, 9] as const
let gpu: Gpu
let grey: Target
let dir: string
let library: ShaderLibrary
beforeAll(() => {
  gpu = openGpu()
  grey = filledTarget(gpu, 16, 9, () => [100, 100, 100, 255])
  dir = mkdtempSync(join(tmpdir(), 'doppel-reload-'))
  writeFileSync(join(dir, 'live.frag'), 'vec4 effect(vec2 uv) {\n  return vec4(1.0, level, 0.0, 1.0);\n}\n')
  library = openShaderLibrary(dir, { watch: true, report: (fault) => { throw new Error(fault.message) } })
})
afterAll(() => {
  library.close()
  gpu.close()
  rmSync(dir, { recursive: true })
})

/** Saves by rename, as editors do, and waits until the library has told. */
const save = async (text: string): Promise<string> => {
  const told = firstValueFrom(library.changed$.pipe(timeout(5000)))
  writeFileSync(join(dir, '.live.frag.tmp'), text)
  renameSync(join(dir, '.live.frag.tmp'), join(dir, 'live.frag'))
  return told
}

describe('a shader saved while the show runs', () => {
  it('is on screen at the next tick; a broken one leaves the last good picture and names file and line', async () => {
    const decl: EffectDecl = { id: 'live', label: 'Live', about: 'Live.', shader: 'live.frag', reads: [], params: { level: float(0, 1, 0.2) } }
    const { chain, instance, faults } = playEffect(gpu, decl, {}, { text: library.text, size: SIZE })
    let n = 0
    const shown = () => pixelAt(gpu, chain.run(drawnOf(grey), moment(n++)), 8, 4)
    expect(shown()).toEqual([255, 51, 0, 255])

    chain.reload(await save('vec4 effect(vec2 uv) {\n  float a = level;\n  return vec4(colur, 1.0);\n}\n'))
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatchObject({ unit: 'live', message: expect.stringMatching(/live\.frag:3: .*colur/) as string })
    expect(shown()).toEqual([255, 51, 0, 255])
    // The last good one plays on, it is not a still: its parameter still works.
    instance.values['level'] = 0.4
    expect(shown()).toEqual([255, 102, 0, 255])

    chain.reload(await save('vec4 effect(vec2 uv) {\n  return vec4(0.0, level, 1.0, 1.0);\n}\n'))
    expect(faults).toHaveLength(1)
    expect(shown()).toEqual([0, 102, 255, 255])
    chain.close()
  })

  it('that would never come to an end is not even given to the driver: the last good version plays on', async () => {
    await save('vec4 effect(vec2 uv) { return vec4(1.0, level, 0.0, 1.0); }\n')
    const decl: EffectDecl = { id: 'live', label: 'Live', about: 'Live.', shader: 'live.frag', reads: [], params: { level: float(0, 1, 0.2) } }
    const { chain, faults } = playEffect(gpu, decl, {}, { text: library.text, size: SIZE })
    const began = performance.now()
    chain.reload(await save('vec4 effect(vec2 uv) {\n  float a = 0.0;\n  while (a < 1.0) a *= 0.5;\n  return vec4(a);\n}\n'))
    chain.reload(await save('vec4 effect(vec2 uv) {\n  vec4 a[100000];\n  return a[int(uv.x)];\n}\n'))
    expect(faults).toMatchObject([{ message: expect.stringMatching(/live\.frag:3: it cannot be told that this loop ends.*the last good version plays on/) as string }, { message: expect.stringMatching(/live\.frag:2: its arrays hold too much/) as string }])
    expect(pixelAt(gpu, chain.run(drawnOf(grey), moment(0)), 8, 4)).toEqual([255, 51, 0, 255])
    expect(performance.now() - began).toBeLessThan(2000)
    expect(() => playEffect(gpu, decl, {}, { text: library.text, size: SIZE })).toThrow(/arrays hold too much/)
    chain.close()
  })
})
