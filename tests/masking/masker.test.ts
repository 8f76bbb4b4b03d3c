import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import type { Fault } from '../../src/engine/types.js'
import { openMasker, spawnWorker, type MaskerOptions } from '../../src/masking/masker.js'
import type { Masker } from '../../src/masking/types.js'
import { describeWithTestdata } from '../support/testdata.js'

const dir = mkdtempSync(join(tmpdir(), 'doppel-masker-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const open: Masker[] = []
afterEach(async () => { for (const masker of open.splice(0)) await masker.close() })

const SIDE = 256
const grey = (value: number) => new Uint8Array(SIDE * SIDE * 4).fill(value)

describeWithTestdata('the mask worker', (path) => {
  const model = () => path('models', 'selfie_segmentation.onnx')
  const start = async (more: Partial<MaskerOptions> = {}) => {
    const masker = await openMasker({ id: 'masks', segmenter: 'selfie', files: { model: model() }, source: { width: 1280, height: 720 }, provider: 'cpu', ...more })
    open.push(masker)
    return masker
  }
  const mask = async (masker: Masker, seq: number, value = 90) => {
    masker.post({ width: SIDE, height: SIDE, data: grey(value), seq, capturedAt: seq * 40 })
    await masker.settle()
    return masker.newest()
  }

  it('gives a mask for each picture, with the frame it describes, in the same memory', async () => {
    const masker = await start()
    expect(masker).toMatchObject({ input: { width: SIDE, height: SIDE }, idle: true })
    expect(masker.newest()).toBeUndefined()
    const first = await mask(masker, 7)
    expect(first).toMatchObject({ seq: 7, capturedAt: 280, serial: 1, width: SIDE, height: SIDE })
    expect(first?.stepMs).toBeGreaterThan(0)
    // Nobody is on a grey wall.
    expect(first?.confidence[0]).toBe(0)
    expect(await mask(masker, 8)).toBe(first)
    expect(first).toMatchObject({ seq: 8, serial: 2 })
  })

  it.runIf(process.platform === 'linux')('lets a show that runs go first, and nothing else: this thread and other workers keep their priority', async () => {
    // Of each thread of this process; the name, which may hold spaces, is in brackets.
    const niceness = () => readdirSync('/proc/self/task').map((thread) => Number(/^.*\) (?:\S+ ){16}(-?\d+)/.exec(readFileSync(`/proc/self/task/${thread}/stat`, 'utf8'))?.[1]))
    const before = Math.max(...niceness())
    await start()
    expect(Math.max(...niceness())).toBe(before)
    await start({ live: true })
    expect(Math.max(...niceness())).toBe(Math.max(10, before))
    expect(getPriority()).toBe(before)
  })

  it('keeps only the newest picture while it is busy', async () => {
    const masker = await start()
    for (let seq = 1; seq <= 20; seq++) masker.post({ width: SIDE, height: SIDE, data: grey(seq), seq, capturedAt: seq })
    expect(masker.idle).toBe(false)
    await masker.settle()
    const newest = masker.newest()
    expect(newest?.seq).toBe(20)
    expect(newest?.serial).toBeLessThan(20)
    expect(masker.idle).toBe(true)
  })

  it('says which provider it runs on, and falls back aloud from one that is not there', async () => {
    const masker = await start()
    masker.status$.subscribe(({ state, detail }) => { expect([state, detail]).toEqual(['running', 'selfie at 256x256 on cpu']) }).unsubscribe()
    const wanting = openMasker({ id: 'masks', segmenter: 'selfie', files: { model: model() }, source: { width: 8, height: 8 }, provider: 'coreml' })
    const other = await wanting
    open.push(other)
    other.status$.subscribe(({ detail }) => { expect(detail).toMatch(/on cpu \(.*does not run on coreml/) }).unsubscribe()
    expect((await mask(other, 1))?.seq).toBe(1)
  })

  it('is started again when it dies, holds the last mask, and goes on', async () => {
    const workers: Worker[] = []
    let clock = 0
    const masker = await start({ now: () => clock, spawn: (program, from) => { const worker = spawnWorker(program, from); workers.push(worker); return worker } })
    const told: Fault[] = []
    masker.fault$.subscribe((fault) => told.push(fault))
    await mask(masker, 1)
    const gone = once(workers[0] as Worker, 'exit')
    await workers[0]?.terminate()
    await gone
    expect(told.map(({ message }) => message).join()).toContain('mask worker')
    expect(masker.idle).toBe(false)
    expect(masker.newest()).toMatchObject({ seq: 1 })
    masker.watch()
    expect(workers).toHaveLength(1)
    clock += 101
    masker.watch()
    expect(workers).toHaveLength(2)
    const running = new Promise<void>((resolve) => { masker.status$.subscribe(({ state }) => { if (state === 'running') resolve() }) })
    await running
    expect((await mask(masker, 2))?.seq).toBe(2)
  })

  it.each([
    ['a file that is not there', () => join(dir, 'nothing.onnx'), 'there is no model file'],
    ['a file that is cut off', () => { const file = join(dir, 'cut.onnx'); writeFileSync(file, readFileSync(model()).subarray(0, 300_000)); return file }, 'cut.onnx is no model that can be run'],
    ['a text file', () => { const file = join(dir, 'text.onnx'); writeFileSync(file, 'hello'); return file }, 'text.onnx is no model that can be run'],
    ['another model', () => path('models', 'nanotrackv2_nanotrack_head_sim.onnx'), 'has no input "input_1:0"'],
  ])('refuses %s in a sentence', async (_, file, message) => {
    await expect(start({ files: { model: file() } })).rejects.toThrow(message)
  })
})

describe('the mask worker', () => {
  it('refuses a segmenter there is not, with the nearest there is', async () => {
    await expect(openMasker({ id: 'm', segmenter: 'selfy', files: {}, source: { width: 8, height: 8 } })).rejects.toThrow('no segmenter "selfy"')
  })
})
