import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync, mkdirSync, lstatSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EFFECTS } from '../../src/effects/index.js'
import { setJsonSchema } from '../../src/sets/json-schema.js'
import { loadSet } from '../../src/sets/load.js'
import { formatSet, saveSet } from '../../src/sets/save.js'
import { setSchema, type SetFile } from '../../src/sets/schema.js'

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'doppel-save-')) })
afterEach(() => rmSync(folder, { recursive: true }))

const set = (name = 'Night'): SetFile => setSchema.parse({
  version: 2, name, sources: { dancer: { generator: 'dancer' } },
  scenes: [{ name: 'One', layers: [{ source: 'dancer', blend: 'screen', transform: { scale: 0.5 }, effects: [{ id: 'echo', params: { copies: 4 } }] }] }],
})

describe('saving a set', () => {
  it('gives back what was saved', () => {
    const path = join(folder, 'set.json')
    saveSet(path, set())
    expect(loadSet(path, EFFECTS).file).toEqual(set())
    expect(readdirSync(folder)).toEqual(['set.json'])
  })

  it('always writes the keys in the same order, whatever order they came in', () => {
    const backwards = (value: unknown): unknown =>
      Array.isArray(value) ? value.map(backwards) : typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).reverse().map(([k, v]) => [k, backwards(v)])) : value
    expect(formatSet(backwards(set()) as SetFile)).toBe(formatSet(set()))
    expect(JSON.parse(formatSet(set()))).toEqual(set())
    expect(formatSet(set()).split('\n').every((line) => line.length <= 160)).toBe(true)
  })

  it('replaces the file whole: whoever has it open keeps the old one, and its permissions stay', () => {
    const path = join(folder, 'set.json')
    saveSet(path, set('Before'))
    chmodSync(path, 0o640)
    const before = statSync(path)
    saveSet(path, set('After'))
    expect(statSync(path).ino).not.toBe(before.ino)
    expect(statSync(path).mode).toBe(before.mode)
    expect(readFileSync(path, 'utf8')).toContain('After')
  })

  it('through a link, saves what the link leads to', () => {
    mkdirSync(join(folder, 'real'))
    const [real, link] = [join(folder, 'real', 'set.json'), join(folder, 'set.json')]
    writeFileSync(real, '{}')
    symlinkSync(real, link)
    saveSet(link, set())
    expect([lstatSync(link).isSymbolicLink(), readFileSync(real, 'utf8').includes('Night')]).toEqual([true, true])
  })

  it('leaves the old file and nothing else behind when it fails', () => {
    const path = join(folder, 'set.json')
    saveSet(path, set())
    const before = readFileSync(path, 'utf8')
    expect(() => { saveSet(path, { ...set(), bpm: Number.NaN }) }).toThrow('bpm')
    expect(() => { saveSet(path, { ...set(), extra: 1 } as SetFile) }).toThrow('cannot be saved')
    expect(() => { saveSet(join(folder, 'none', 'set.json'), set()) }).toThrow('cannot be saved')
    mkdirSync(join(folder, 'taken.json'))
    expect(() => { saveSet(join(folder, 'taken.json'), set()) }).toThrow('cannot be saved')
    expect(readFileSync(path, 'utf8')).toBe(before)
    expect(readdirSync(folder).sort()).toEqual(['set.json', 'taken.json'])
  })
})

describe('sets/set.schema.json', () => {
  const path = new URL('../../sets/set.schema.json', import.meta.url)
  const now = `${JSON.stringify(setJsonSchema(), null, 2)}\n`
  if (process.env['DOPPEL_UPDATE_GOLDENS'] === '1') writeFileSync(path, now)

  it('is the schema the files are read by (DOPPEL_UPDATE_GOLDENS=1 writes it anew)', () => expect(readFileSync(path, 'utf8')).toBe(now))

  it('lets an editor complete keys and choices, and asks for nothing that has a default', () => {
    expect(setJsonSchema()).toMatchObject({ required: ['version', 'sources', 'scenes'], additionalProperties: false })
    expect(now).toContain('"colour-dodge"')
  })
})
