import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openIsf, openSet } from '../../src/app/isf.js'
import { planShow } from '../../src/app/plan.js'
import { createChain } from '../../src/gl/chain.js'
import { openGpu } from '../../src/gl/context.js'
import { readIsfText } from '../../src/isf/load.js'
import { drawnOf, filledMask, filledTarget, moment, pixelAt } from '../gl/support.js'
import { doppel } from '../support/doppel.js'

const page = readFileSync(new URL('../../docs/isf.md', import.meta.url), 'utf8')
const block = (language: string): string => {
  const [, found] = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(page) ?? []
  if (found === undefined) throw new Error(`the page has no ${language} code`)
  return found
}
const dir = mkdtempSync(join(tmpdir(), 'doppel-docs-isf-'))
mkdirSync(join(dir, 'shaders'))
writeFileSync(join(dir, 'set.json'), block('json'))
writeFileSync(join(dir, 'shaders', 'lit.fs'), block('glsl'))
afterAll(() => { rmSync(dir, { recursive: true, force: true }) })

describe('docs/isf.md', () => {
  it('gives a set that plays its shader as it says', () => {
    expect(openSet(dir).file.modulators[0]).toMatchObject({ to: '/scene/stage/lit/gain' })
    const [instance] = planShow(dir, []).scenes[0]?.layers[0]?.effects ?? []
    if (!instance) throw new Error('the set has no effect')
    const gpu = openGpu()
    const [colour, mask] = [filledTarget(gpu, 16, 16, () => [80, 80, 80, 255]), filledMask(gpu, 16, 16, (x) => (x < 8 ? 255 : 0))]
    const faults: unknown[] = []
    const chain = createChain(gpu, { width: 16, height: 16, instances: [instance], shaderText: readIsfText, report: (fault) => faults.push(fault) })
    const at = (frame: number, x: number) => pixelAt(gpu, chain.run(drawnOf(colour, mask), moment(frame)), x, 4)
    // Cold, 1.5 times as bright, inside the mask.
    expect([at(0, 2), at(1, 12)]).toEqual([[60, 90, 120, 255], [80, 80, 80, 255]])
    instance.values['flash'] = 1
    expect([at(2, 2), at(3, 2)]).toEqual([[255, 255, 255, 255], [60, 90, 120, 255]])
    expect(faults).toEqual([])
    chain.close()
    gpu.close()
  })

  it('gives commands that work', async () => {
    for (const line of block('sh').trim().split('\n')) {
      const args = line.replace(/^npx doppel /, '').replace('bars.mp4', join(dir, 'bars.mp4')).split(' ')
      const run = await doppel(args[0] === 'render' ? [...args, '--size', '64x36', '--frames', '2'] : args)
      expect(run, run.stderr).toMatchObject({ code: 0 })
      if (args[0] === 'effects') expect(run.stdout).toMatch(/sound-bars - Bars/)
    }
    expect(statSync(join(dir, 'bars.mp4')).size).toBeGreaterThan(100)
  })

  it('shows the sentences it says', () => {
    const path = join(dir, 'shaders', 'wrong.fs')
    writeFileSync(path, block('glsl').replace('"DEFAULT": 1.0', '"DEFAULT": 9').replace('"TYPE": "long"', '"TYPE": "int"'))
    expect(() => openIsf(path)).toThrow(block('text').replace('shaders/lit.fs', path).trim())
  })
})
