import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openGraph } from '../../src/masking/graph.js'
import { createColourBins, createColourModel } from '../../src/masking/segmenters/doppel-colour.js'
import { createCues } from '../../src/masking/segmenters/doppel-cues.js'
import { doppel } from '../../src/masking/segmenters/doppel.js'

const folder = resolve(import.meta.dirname, '../../training')
const python = process.env['DOPPEL_PYTHON'] ?? 'python3'
const run = (...args: readonly string[]) => spawnSync(python, args, { cwd: folder, encoding: 'utf8', timeout: 170_000, maxBuffer: 2 ** 26, env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } })
const isReady = run('-c', 'import torch, cv2, numpy, onnx').status === 0
if (!isReady) console.warn(`SKIPPED "training": ${python} has no torch, cv2, numpy and onnx (pip install -r training/requirements.txt; DOPPEL_PYTHON names another Python).`)
const dir = mkdtempSync(join(tmpdir(), 'doppel-training-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

describe.skipIf(!isReady)('training', () => {
  it('goes on where it was, writes a log, and its weights become graphs that fit', async () => {
    const train = (steps: string) => run('-m', 'doppel_training.train', '--out', join(dir, 'run'), '--steps', steps, '--batch', '2', '--length', '4', '--width', '96', '--height', '64', '--clips', '6', '--first', '4', '--rate', '1', '--threads', '1', '--exact')
    const first = train('1')
    expect(first.status, first.stderr).toBe(0)
    const second = train('2')
    expect(second.status, second.stderr).toBe(0)
    const log = readFileSync(join(dir, 'run', 'log.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { step: number; loss: number })
    expect(log.map(({ step }) => step)).toEqual([1, 2])
    expect(log.every(({ loss }) => Number.isFinite(loss))).toBe(true)
    // Two pictures are looked at again, by what moved in them.
    const sharpened = run('-m', 'doppel_training.sharpen', join(dir, 'run', 'last.pt'), '--out', join(dir, 'moving'), '--moving', '--minutes', '0.001', '--batch', '2', '--rate', '1', '--first', '2', '--threads', '1')
    expect(sharpened.status, sharpened.stderr).toBe(0)
    const exported = run('-m', 'doppel_training.export', join(dir, 'run', 'last.pt'), join(dir, 'onnx'), '--regroup', join(dir, 'moving', 'last.pt'))
    expect(exported.status, exported.stderr).toBe(0)
    expect(existsSync(join(dir, 'onnx', 'model.json'))).toBe(true)
    for (const [role, contract] of Object.entries(doppel.graphs)) await (await openGraph(join(dir, 'onnx', `${role}.onnx`), contract, { provider: 'cpu', threads: 1 })).close()
  }, 180_000)

  it('reckons colours and cues as Doppel does', () => {
    const checked = run('-m', 'doppel_training.check')
    expect(checked.status, checked.stderr).toBe(0)
    const wanted = JSON.parse(checked.stdout) as { bins: number[]; chances: number[]; cues: number[]; banded: number; least: number }
    const size = { width: 64, height: 32 }
    const data = new Uint8Array(64 * 32 * 4)
    for (let y = 0, i = 0; y < 32; y++) for (let x = 0; x < 64; x++, i += 4) data.set([(x * 37 + y * 11) % 256, (x * 5 + y * 59) % 256, (x * y) % 256, 255], i)
    const colours = createColourBins(size)
    colours.fill(data)
    expect([...colours.bins]).toEqual(wanted.bins)
    const mask = Float32Array.from({ length: 512 }, (_, i) => (i % 32 >= 8 && i % 32 < 20 && i >= 4 * 32 && i < 12 * 32 ? 1 : 0))
    const model = createColourModel()
    model.learn(colours.bins, mask, 1)
    const chances = new Float32Array(512)
    model.judge(colours.bins, chances)
    const apart = (a: ArrayLike<number>, b: readonly number[]) => Math.max(...b.map((value, i) => Math.abs(value - (a[i] ?? NaN))))
    expect(apart(chances, wanted.chances)).toBeLessThan(1e-4)
    const cues = createCues(size)
    cues.fill(data, { clicks: [{ x: 8.5 / 32, y: 4.5 / 16, positive: true }, { x: 20.5 / 32, y: 9.5 / 16, positive: false }], box: [4 / 32, 2 / 16, 16 / 32, 10 / 16], before: mask.map((value) => value / 2) })
    expect(apart(cues.tensor.data, wanted.cues)).toBeLessThan(1e-4)
    expect(wanted.banded).toBeLessThan(1e-4)
    // The smallest normal number of 32 bits: processors are many times slower with smaller ones.
    expect(wanted.least).toBeGreaterThan(2 ** -126)
  }, 60_000)
})
