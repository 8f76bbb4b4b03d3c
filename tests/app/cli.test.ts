import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { makeClip } from '../support/clips.js'
import { doppel, endAll, startDoppel } from '../support/doppel.js'
import { decodeAll } from '../support/decode.js'
import { testdata } from '../support/testdata.js'

let dir: string
let clip: string
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'doppel-cli-'))
  clip = await makeClip(dir, { name: 'in.mp4', frames: 30, fps: 30, width: 320, height: 180 })
})
afterEach(endAll)
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const out = (name: string) => join(dir, name)
const stats = (name: string) => JSON.parse(readFileSync(out(name), 'utf8')) as Record<string, object>

describe('doppel --help', () => {
  it('shows every command with examples', async () => {
    const { code, stdout } = await doppel(['--help'])
    expect(code).toBe(0)
    for (const word of ['play', 'render', 'effects', 'devices', 'doctor', 'Examples:']) expect(stdout).toContain(word)
  })

  it('lists the effects as JSON', async () => {
    const { stdout } = await doppel(['effects', '--json'])
    const list = JSON.parse(stdout) as { id: string; label: string; kind: string; reads: string[]; params: { name: string }[] }[]
    expect(list.map(({ id }) => id)).toEqual(expect.arrayContaining(['colour', 'kaleidoscope', 'feedback', 'echo', 'rgb-split', 'pixelate']))
    for (const { label, reads } of list) expect([label.length > 0, Array.isArray(reads)]).toEqual([true, true])
    expect(new Set(list.map(({ kind }) => kind))).toEqual(new Set(['clones', 'pixel', 'picture']))
    expect(list.find(({ id }) => id === 'pixelate')?.params[0]).toMatchObject({ name: 'size', min: expect.any(Number) as number, max: expect.any(Number) as number })
  })
})

describe('doppel render', () => {
  it('writes every frame, the same every time, with stats', async () => {
    const hashes: string[] = []
    for (const name of ['a.mp4', 'b.mp4']) {
      const run = await doppel(['render', clip, '--effect', 'kaleidoscope', '--effect', 'echo', '--out', out(name), '--stats', out('s.json')])
      expect(run, run.stderr).toMatchObject({ code: 0 })
      const decoded = decodeAll(out(name))
      expect(decoded).toMatchObject({ frames: 30, width: 320, height: 180 })
      hashes.push(decoded.hash)
    }
    expect(hashes[0]).toBe(hashes[1])
    expect(stats('s.json')).toMatchObject({ frames: 30, skipped: 0, dropped: 0, decode: { hw: 'none' } })
    expect(Object.keys(stats('s.json')['stages'] ?? {})).toEqual(expect.arrayContaining(['pull', 'upload', 'mask', 'chain', 'present', 'readback']))
  })

  it('shows exactly the clip where no effect is asked for', async () => {
    const run = await doppel(['render', clip, '--out', out('plain.mp4')])
    expect(run, run.stderr).toMatchObject({ code: 0 })
    expect(decodeAll(out('plain.mp4')).numbers).toEqual(Array.from({ length: 30 }, (_, i) => i))
  })

  it('renders a generator and a set at any size and rate', async () => {
    for (const target of ['generator:dancer', 'generator:testcard', 'sets/demo']) {
      const run = await doppel(['render', target, '--size', '160x90', '--fps', '25', '--frames', '5', '--overwrite', '--out', out('g.mp4')])
      expect(run, run.stderr).toMatchObject({ code: 0 })
      expect(decodeAll(out('g.mp4'))).toMatchObject({ frames: 5, width: 160, height: 90, fps: 25 })
    }
  })

  it('never overwrites a take unless told to', async () => {
    writeFileSync(out('take.mp4'), 'precious')
    const run = await doppel(['render', clip, '--frames', '1', '--out', out('take.mp4')])
    expect(run.code).toBe(1)
    expect(run.stderr).toMatch(/take\.mp4.*exist/)
    expect(readFileSync(out('take.mp4'), 'utf8')).toBe('precious')
  })

  it('keeps the sound of the clip', async () => {
    const dog = testdata('testdata', 'clips', '01_dog.mp4')
    if (dog === undefined) return
    const run = await doppel(['render', dog, '--frames', '60', '--size', '160x90', '--out', out('dog.mp4')])
    expect(run, run.stderr).toMatchObject({ code: 0 })
    const { audioSeconds, frames } = decodeAll(out('dog.mp4'))
    expect(frames).toBe(60)
    expect(audioSeconds).toBeGreaterThan(1.9)
    expect(audioSeconds).toBeLessThan(2.1)
  })
})

describe('doppel play', () => {
  it('plays headless for as long as asked and says how it went', async () => {
    const run = await doppel(['play', clip, '--headless', '--for', '2', '--fps', '30', '--effect', 'feedback', '--stats', out('p.json')], { DISPLAY: undefined })
    expect(run, run.stderr).toMatchObject({ code: 0 })
    const s = stats('p.json') as unknown as { frames: number; skipped: number; seconds: number; arrayBuffersGrowthBytes: number }
    expect(s.frames + s.skipped).toBe(60)
    expect(s.arrayBuffersGrowthBytes).toBe(0)
  })

  it('finishes the file on Ctrl-C', async () => {
    const running = startDoppel(['play', clip, '--headless', '--fps', '30', '--out', out('ctrl-c.mp4')])
    await running.says(/recording/)
    running.child.kill('SIGINT')
    const run = await running.done
    expect(run, run.stderr).toMatchObject({ code: 0 })
    expect(decodeAll(out('ctrl-c.mp4')).frames).toBeGreaterThan(0)
  })

  it('leaves a playable file behind kill -9', async () => {
    const running = startDoppel(['play', 'generator:dancer', '--size', '160x90', '--headless', '--fps', '30', '--out', out('killed.mp4')])
    await running.says(/recording/)
    // Until the file has grown past its header and a few fragments.
    while (safeSize(out('killed.mp4')) < 20_000) await new Promise((r) => setImmediate(r))
    running.child.kill('SIGKILL')
    expect(await running.done).toMatchObject({ signal: 'SIGKILL' })
    expect(decodeAll(out('killed.mp4')).frames).toBeGreaterThan(5)
  })
})

describe('bad input', () => {
  const bad = (name: string, bytes: Buffer | string) => { writeFileSync(out(name), bytes); return out(name) }

  it.each<[string, () => string[], RegExp]>([
    ['a missing file', () => ['no-such.mp4'], /no file "no-such.mp4"/],
    ['an empty file', () => [bad('empty.mp4', '')], /empty/],
    ['a text file', () => [bad('text.mp4', 'hello '.repeat(500))], /text\.mp4/],
    ['a folder', () => [dir], /folder|directory/],
    ['an unknown effect', () => [clip, '--effect', 'ecoh'], /no effect "ecoh"/],
    ['an unknown parameter', () => [clip, '--effect', 'echo:copys=2'], /no parameter "copys"/],
    ['a value out of range', () => [clip, '--effect', 'echo:copies=99'], /1 to 16/],
    ['an absurd size', () => [clip, '--size', '20000x20000'], /16 to 8192/],
    ['a broken set', () => [bad('set.json', '{"version":1}')], /sources/],
  ])('%s is refused in a sentence with no stack', async (_name, args, says) => {
    const run = await doppel(['render', ...args(), '--frames', '1', '--out', out('never.mp4')])
    expect(run.code).toBe(1)
    expect(run.stderr).toMatch(says)
    expect(run.stderr).not.toMatch(/\n\s+at /)
  })

  it('an X display that is not there, and no Xvfb, is told with what to install', async () => {
    const run = await doppel(['play', 'generator:testcard', '--headless', '--for', '1'], { DISPLAY: ':4242', PATH: dir })
    expect(run.code).toBe(1)
    expect(run.stderr).toMatch(/[Xx]vfb/)
  })
})

const safeSize = (path: string): number => {
  try { return readFileSync(path).length } catch { return 0 }
}
