import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openGraph } from '../../src/masking/graph.js'
import { MODELS } from '../../src/masking/models/table.js'
import { planesBytes, planesOver } from '../../src/masking/planes.js'
import { deaot } from '../../src/masking/segmenters/deaot.js'
import type { Graph } from '../../src/masking/types.js'
import { describeWithTestdata } from '../support/testdata.js'

const folder = resolve(import.meta.dirname, '../../training')
const python = process.env['DOPPEL_PYTHON'] ?? 'python3'
const run = (...args: readonly string[]) => spawnSync(python, args, { cwd: folder, encoding: 'utf8', timeout: 170_000, maxBuffer: 2 ** 26, env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } })
const isReady = run('-c', 'import torch, numpy, onnx').status === 0
if (!isReady) console.warn(`SKIPPED "the DeAOT exporter": ${python} has no torch, numpy and onnx (pip install -r training/requirements.txt; DOPPEL_PYTHON names another Python).`)
const dir = mkdtempSync(join(tmpdir(), 'doppel-deaot-export-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** The command that docs/models.md gives, but for where files are. */
const documented = (checkpoint: string, out: string): readonly string[] => {
  const page = readFileSync(new URL('../../docs/models.md', import.meta.url), 'utf8')
  const words = (/^python (-m deaot_export .*)$/m.exec(page)?.[1] ?? '').split(' ')
  words[words.indexOf('--checkpoint') + 1] = checkpoint
  words[words.indexOf('--out') + 1] = join(dir, out)
  return words
}
const exported = (checkpoint: string, variant: string, size: string, out: string) => run('-m', 'deaot_export', '--checkpoint', checkpoint, '--variant', variant, '--size', size, '--out', join(dir, out))

/** A segmenter on the two graphs, and what passes through them. */
const opened = async (out: string, name: string) => {
  const open = async (role: 'init' | 'step'): Promise<Graph> => {
    const contract = deaot.graphs[role]
    if (!contract) throw new Error(role)
    return openGraph(join(dir, out, `${name}_${role}.onnx`), contract, { provider: 'cpu', threads: 1 })
  }
  const [init, step] = [await open('init'), await open('step')]
  const frames: number[] = []
  const chances: Float32Array[] = []
  const unit = await deaot.open({
    init,
    step: {
      ...step,
      run: async (feeds) => {
        const results = await step.run(feeds)
        frames.push((feeds['long_k']?.dims[1] ?? 0) / (feeds['short_k']?.dims[1] ?? 1))
        chances.push(results['chances']?.data as Float32Array)
        return results
      },
    },
  }, { width: 854, height: 480 })
  // The first run is the segmenter's own, to be warm.
  frames.length = chances.length = 0
  return { unit, frames, chances, out: planesOver(unit.output, new Uint8Array(planesBytes(unit.output))) }
}

interface Reference {
  readonly width: number
  readonly height: number
  readonly object_count: number
  readonly outputs: readonly { readonly prob: { readonly file: string }; readonly labels: { readonly file: string } }[]
  readonly long_term_memory: { readonly frames_seen_when_predicting: Readonly<Record<string, readonly number[]>> }
}

/** Farthest a chance may be from the official engine's, and how sure that must be where labels have to agree. */
const NEAR = 2e-4
const SURE = 4e-4

describe.skipIf(!isReady)('the DeAOT exporter', () => {
  describeWithTestdata('against the official engine', (path) => {
    const from = (name: string) => path('deaot', 'DeAOT-T', name)
    const read = () => JSON.parse(readFileSync(from('reference.json'), 'utf8')) as Reference

    it('computes in Python what the official engine does', () => {
      const checked = run('-m', 'deaot_export.check', path('deaot', 'DeAOT-T'))
      expect(checked.status, checked.stderr).toBe(0)
      const apart = JSON.parse(checked.stdout) as readonly { chances: number; unused: number; labels: number; sure: number }[]
      expect(apart).toHaveLength(read().outputs.length)
      for (const { chances, unused, labels, sure } of apart) {
        expect(chances).toBeLessThan(NEAR)
        expect(unused).toBe(0)
        expect(labels).toBeLessThan(12)
        expect(sure).toBe(0)
      }
    }, 120_000)

    it('makes graphs with which Doppel finds what the official engine finds', async () => {
      const done = run(...documented(from('checkpoint.pth'), 't'))
      expect(done.status, done.stderr).toBe(0)
      const named = MODELS.find(({ id }) => id === 'deaot-t')?.files.map(({ role, name }) => `${role}=${join(dir, 't', name)}`) ?? []
      expect(done.stdout).toContain(`npx doppel models import deaot-t ${named.join(' ')}\n`)
      const told = read()
      const { width, height } = told
      const pixels = width * height
      const { unit, frames, chances, out } = await opened('t', 'deaot_t')
      try {
        expect(unit.input).toEqual({ width, height })
        const rgb = readFileSync(from('frames.u8'))
        const mask = readFileSync(from('mask0.u8'))
        for (let i = 0; i < told.object_count; i++) unit.seed(i, { clicks: [], mask: { width, height, data: mask.map((id) => (id === i + 1 ? 255 : 0)) } })
        for (let n = 0; n <= told.outputs.length; n++) {
          const data = new Uint8Array(pixels * 4).fill(255)
          for (let i = 0; i < pixels; i++) data.set(rgb.subarray((n * pixels + i) * 3, (n * pixels + i) * 3 + 3), i * 4)
          await unit.step({ width, height, data, seq: n, capturedAt: n * 40, dt: 0.04 }, out)
          const wanted = told.outputs[n - 1]
          if (!wanted) {
            for (let i = 0; i < told.object_count; i++) expect(out.plane(i).every((value, at) => (value === 255) === (mask[at] === i + 1))).toBe(true)
            continue
          }
          expect(frames.at(-1)).toBe(told.long_term_memory.frames_seen_when_predicting[n]?.length)
          const given = chances.at(-1) ?? new Float32Array(0)
          const bytes = readFileSync(from(wanted.prob.file))
          const known = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
          const labels = readFileSync(from(wanted.labels.file))
          let [farthest, beside, differ, differSurely] = [0, 0, 0, 0]
          for (let i = 0; i < pixels; i++) {
            const each = Array.from({ length: told.object_count + 1 }, (_, id) => known[id * pixels + i] ?? NaN)
            each.forEach((chance, id) => {
              farthest = Math.max(farthest, Math.abs(chance - (given[id * pixels + i] ?? NaN)))
              if (id > 0) beside = Math.max(beside, Math.abs(chance * 255 - (out.plane(id - 1)[i] ?? NaN)))
            })
            const label = each.map((_, id) => given[id * pixels + i] ?? NaN).reduce((best, chance, id, all) => (chance > (all[best] ?? 0) ? id : best), 0)
            if (label === labels[i]) continue
            differ += 1
            const [first = 0, second = 0] = each.sort((a, b) => b - a)
            if (first - second >= SURE) differSurely += 1
          }
          expect(farthest).toBeLessThan(NEAR)
          // Half a byte is lost by rounding.
          expect(beside).toBeLessThan(0.5 + 255 * NEAR)
          expect(differ / pixels).toBeLessThan(1e-4)
          expect(differSurely).toBe(0)
          expect(given.subarray((told.object_count + 1) * pixels).every((chance) => chance === 0)).toBe(true)
        }
      } finally {
        await unit.close()
      }
    }, 180_000)

    it('refuses what does not fit, and says what it is', () => {
      const refused: readonly (readonly [variant: string, size: string, checkpoint: string, message: RegExp])[] = [
        ['DeAOT-L', '449x257', from('checkpoint.pth'), /is not DeAOT-L: its keys are those of DeAOT-T; it lacks LSTT\.layers\.1\.norm1\.weight.* and 70 more\n$/],
        ['R50_DeAOTL', '449x257', from('checkpoint.pth'), /nothing takes its encoder\.features.*encoder_projector\.weight is \[256, 1280, 1, 1\] and should be \[256, 1024, 1, 1\]/],
        ['DeAOT-T', '449x257', from('frames.u8'), /frames\.u8 is no checkpoint/],
        ['DeAOT-T', '449x257', join(dir, 'none.pth'), /there is no file/],
        ['DeAOT-T', '448x256', from('checkpoint.pth'), /each side must be a multiple of 16 and one more; the nearest is 449x257/],
        ['SwinB_DeAOTL', '449x257', from('checkpoint.pth'), /Swin-B is not exported/],
        ['DeAOT-X', '449x257', from('checkpoint.pth'), /there is no variant "DeAOT-X"/],
      ]
      for (const [variant, size, checkpoint, message] of refused) {
        const done = exported(checkpoint, variant, size, 'refused')
        expect(done.status).toBe(1)
        expect(done.stderr).toMatch(message)
        expect(done.stderr).not.toContain('Traceback')
      }
    }, 120_000)
  })

  it('makes graphs of deeper networks that say how often a frame is kept', async () => {
    // DeAOT-B and L are one network: only what is kept differs. No numbers are known of these weights, but that chances are chances.
    const made = run('-c', 'import sys, torch; from deaot_export.network import DeAOT; from deaot_export.variants import VARIANTS; torch.manual_seed(1); torch.save({"state_dict": {"module." + k: v for k, v in DeAOT(VARIANTS["DeAOT-B"]).state_dict().items()}, "optimizer": {"state": {}}}, sys.argv[1])', join(dir, 'deep.pth'))
    expect(made.status, made.stderr).toBe(0)
    for (const [variant, name, wanted] of [['DeAOT-B', 'deaot_b', [1, 1, 1, 1, 1, 1]], ['DeAOT-L', 'deaot_l', [1, 1, 1, 1, 1, 2]]] as const) {
      const done = exported(join(dir, 'deep.pth'), variant, '65x49', 'deep')
      expect(done.status, done.stderr).toBe(0)
      const { unit, frames, chances, out } = await opened('deep', name)
      try {
        const data = Uint8Array.from({ length: 65 * 49 * 4 }, (_, i) => (i * 37 + Math.floor(i / 260) * 11) % 256)
        unit.seed(0, { clicks: [], mask: { width: 65, height: 49, data: Uint8Array.from({ length: 65 * 49 }, (_, i) => (i % 65 < 30 ? 255 : 0)) } })
        for (let n = 0; n < 7; n++) await unit.step({ width: 65, height: 49, data, seq: n, capturedAt: n * 40, dt: 0.04 }, out)
        expect(frames).toEqual(wanted)
        for (const each of chances) for (let i = 0; i < 65 * 49; i++) expect(Math.abs((each[i] ?? NaN) + (each[65 * 49 + i] ?? NaN) - 1)).toBeLessThan(1e-5)
      } finally {
        await unit.close()
      }
    }
  }, 180_000)
})
