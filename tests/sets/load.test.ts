import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BLEND_MODES } from '../../src/engine/look.js'
import { EFFECTS } from '../../src/effects/index.js'
import { assetPath, writePath } from '../../src/sets/asset.js'
import { createEffectBook } from '../../src/sets/effect-book.js'
import { loadSet } from '../../src/sets/load.js'
import { setProblems } from '../../src/sets/problems.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'doppel-set-'))
  mkdirSync(join(folder, 'set', 'assets'), { recursive: true })
  writeFileSync(join(folder, 'set', 'assets', 'a.mp4'), 'x')
  writeFileSync(join(folder, 'secret.mp4'), 'x')
})
afterEach(() => rmSync(folder, { recursive: true }))

const valid = () => ({
  version: 2,
  sources: { clip: { clip: 'assets/a.mp4' }, dancer: { generator: 'dancer' } },
  scenes: [{ name: 'One', layers: [{ source: 'clip', effects: [{ id: 'echo', params: { copies: 4 } }] }] }],
})
const problems = (set: unknown) => setProblems(set, join(folder, 'set'), createEffectBook(EFFECTS, '')).map(({ path, message }) => `${path}: ${message}`)

describe('a set file', () => {
  it('loads with its defaults filled in', () => {
    writeFileSync(join(folder, 'set', 'set.json'), JSON.stringify(valid()))
    const { file } = loadSet(join(folder, 'set'), EFFECTS)
    expect(file).toMatchObject({
      version: 2, size: [1280, 720], fps: 60, bpm: 120, transition: { kind: 'cut', length: 2 }, cues: [], bindings: [], outputs: [],
      scenes: [{ layers: [{ opacity: 1, fit: 'letterbox', blend: 'normal', subject: 'all', solo: false, bypass: false, transform: { position: [0.5, 0.5], scale: 1 } }] }],
    })
  })

  it('reports every problem at once: path, value, what belongs there', () => {
    const set = valid()
    Object.assign(set, { fps: 1000, size: [1281, 'x'], colour: 1 })
    const found = problems(set)
    expect(found).toHaveLength(4)
    expect(found.join('\n')).toMatch(/fps: is 1000.*240/)
    expect(found.join('\n')).toMatch(/size\[0\]: is 1281.*multiple of 2/)
    expect(found.join('\n')).toMatch(/size\[1\]: is "x".*number/)
    expect(found.join('\n')).toMatch(/colour: is not a known key/)
  })

  it('suggests the name that was meant', () => {
    const set = valid()
    set.scenes[0]?.layers.push({ source: 'dancr', effects: [{ id: 'ecoh', params: { copies: 4 } }] })
    set.scenes[0]?.layers[0]?.effects.push({ id: 'echo', params: { copies: 99 } }, { id: 'echo', params: { copys: 1 } as never })
    expect(problems(set)).toEqual([
      'scenes[0].layers[0].effects[1].params.copies: is 99: it takes a whole number from 1 to 16',
      'scenes[0].layers[0].effects[2].params.copys: echo has no parameter "copys"; did you mean "copies"?',
      'scenes[0].layers[1].source: there is no source "dancr"; did you mean "dancer"?',
      'scenes[0].layers[1].effects[0].id: there is no effect "ecoh"; did you mean "echo"?',
    ])
  })

  it.each([['{', 'is not JSON'], ['[]', 'the file'], ['null', 'the file'], ['{"version":3}', 'version 3'], ['{"version":"2"}', 'version: is "2"'], ['{"version":0}', 'version: is 0'], [`${'['.repeat(100_000)}`, 'is not JSON']])('refuses %s in a sentence', (text, says) => {
    const path = join(folder, 'bad.json')
    writeFileSync(path, text)
    expect(() => loadSet(path, EFFECTS)).toThrow(says)
  })

  it('refuses ten thousand layers and huge files before reading on', () => {
    const set = valid()
    for (let i = 0; i < 10_000; i++) set.scenes[0]?.layers.push({ source: 'clip', effects: [] })
    expect(problems(set).join('\n')).toMatch(/layers.*64/)
    const path = join(folder, 'huge.json')
    writeFileSync(path, Buffer.alloc(5 * 1024 * 1024, 32))
    expect(() => loadSet(path, EFFECTS)).toThrow(/at most/)
  })

  it('refuses ten thousand layers over many scenes, and stays quick with ten thousand problems', () => {
    const scenes = (layer: object, count: number) => Array.from({ length: count }, () => ({ layers: Array.from({ length: 64 }, () => layer) }))
    expect(problems({ ...valid(), scenes: scenes({ source: 'clip' }, 157) }).join('\n')).toMatch(/scenes: hold 10048 layers in all: at most 512/)
    expect(problems({ ...valid(), scenes: scenes({ source: 'clip', effects: Array.from({ length: 32 }, () => ({ id: 'echo' })) }, 8) }).join('\n')).toMatch(/hold 16384 effects in all: at most 1024/)
    const began = performance.now()
    expect(problems({ ...valid(), scenes: scenes({ sorce: 'clip', bled: 'add', effects: [{ id: 'ecoh' }, { id: 'echo', params: { copys: 1 } }] }, 157) }).length).toBeGreaterThan(1000)
    expect(performance.now() - began).toBeLessThan(5000)
  })

  it('reads numbers beyond all numbers as what they are', () => {
    const path = join(folder, 'set', 'set.json')
    writeFileSync(path, JSON.stringify({ ...valid(), bpm: 0 }).replace('"bpm":0', '"bpm":1e999').replace('"copies":4', '"copies":-1e999'))
    expect(() => loadSet(path, EFFECTS)).toThrow(/bpm: is Infinity.*\n.*copies: is -Infinity: it takes a whole number from 1 to 16/)
  })

  it('cannot name anything outside its folder', () => {
    const set = join(folder, 'set')
    symlinkSync(join(folder, 'secret.mp4'), join(set, 'assets', 'link.mp4'))
    expect(assetPath(set, 'assets/a.mp4')).toBe(join(set, 'assets', 'a.mp4'))
    for (const bad of ['../secret.mp4', '/etc/passwd', 'assets/../../secret.mp4', 'assets/link.mp4', 'file:///etc/passwd', 'http://x/y.mp4', 'concat:a|b', 'a\0.mp4', 'assets/none.mp4']) {
      expect(assetPath(set, bad), bad).toHaveProperty('message')
    }
  })

  it('suggests the key, the choice and the scene that were meant', () => {
    const set = valid()
    Object.assign(set, { scens: [], transition: { kind: 'disolve' }, cues: [{ name: 'Drop', scene: 'Onee' }], bindings: [{ from: { kind: 'midi-cc', number: 1, chanel: 2 }, to: '/one/layer/opacity' }] })
    Object.assign(set.scenes[0]?.layers[0] ?? {}, { blnd: 'add', blend: 'multipy', transform: { scal: 2, rotation: 1e9 } })
    Object.assign(set.sources.clip, { spede: 2 })
    Object.assign(set.scenes[0]?.layers[0]?.effects[0] ?? {}, { bypas: true })
    expect(problems(set).sort()).toEqual([
      'bindings[0].from.chanel: is not a known key here; did you mean "channel"?',
      'cues[0].scene: there is no scene "Onee"; did you mean "One"?',
      'scenes[0].layers[0].blend: is "multipy": Invalid option: expected one of ' + BLEND_MODES.map((m) => `"${m}"`).join('|') + '; did you mean "multiply"?',
      'scenes[0].layers[0].blnd: is not a known key here; did you mean "blend"?',
      'scenes[0].layers[0].effects[0].bypas: is not a known key here; did you mean "bypass"?',
      'scenes[0].layers[0].transform.rotation: is 1000000000: Too big: expected number to be <=360',
      'scenes[0].layers[0].transform.scal: is not a known key here; did you mean "scale"?',
      'scens: is not a known key here; did you mean "scenes"?',
      'sources.clip.spede: is not a known key here; did you mean "speed"?',
      'transition.kind: is "disolve": Invalid option: expected one of "cut"|"dissolve"|"dip"|"wipe"|"luma"|"subject"; did you mean "dissolve"?',
    ])
    // Names, files and parameters are looked at in a file whose shape is wrong as well: all problems at once.
    expect(problems({ ...valid(), fps: 1e9, sources: { clip: { clip: 'none.mp4', speed: 'x' } }, scenes: [{ layers: [{ source: 'clp', opacity: 2, effects: [{ id: 'ecoh' }, { id: 'echo', params: { copies: null } }] }] }] }).sort()).toEqual([
      'fps: is 1000000000: Too big: expected number to be <=240',
      'scenes[0].layers[0].effects[0].id: there is no effect "ecoh"; did you mean "echo"?',
      'scenes[0].layers[0].effects[1].params.copies: is null: it takes a whole number from 1 to 16',
      'scenes[0].layers[0].opacity: is 2: Too big: expected number to be <=1',
      'scenes[0].layers[0].source: there is no source "clp"; did you mean "clip"?',
      'sources.clip.clip: there is no file "none.mp4" in the set\'s folder',
      'sources.clip.speed: is "x": expected number, received string',
    ])
  })

  it.each<[string, object, RegExp]>([
    ['a number beyond all numbers', { bpm: Infinity }, /bpm: is Infinity/],
    ['no number', { fps: Number.NaN }, /fps: is NaN/],
    ['a scene without layers', { scenes: [{ layers: [] }] }, /scenes\[0\]\.layers/],
    ['a subject that cannot be', { scenes: [{ layers: [{ source: 'clip', subject: 9 }] }] }, /subject: is 9/],
    ['a parameter address that is none', { bindings: [{ from: { kind: 'key', key: 'a' }, to: 'opacity' }] }, /bindings\[0\]\.to: is "opacity".*\/scene\/layer/],
    ['a record file elsewhere', { outputs: [{ kind: 'record', file: '../take.mp4' }] }, /outputs\[0\]\.file: .*leads out of the set's folder/],
    ['two outputs that record to one file', { outputs: [{ kind: 'record', file: 'take.mp4' }, { kind: 'window' }, { kind: 'record', file: './take.mp4' }] }, /outputs\[2\]\.file: is ".\/take.mp4", which outputs\[0\] records to/],
    ['an output of an unknown kind', { outputs: [{ kind: 'windw' }] }, /outputs\[0\]\.kind: is "windw"/],
    ['a mask that is not there', { sources: { clip: { clip: 'assets/a.mp4', mask: 'assets/%05d.png' }, dancer: { generator: 'dancer' } } }, /mask: no picture matches/],
    ['a source with a name no address can have', { sources: { 'My Clip': { generator: 'dancer' } } }, /sources\.My Clip: a source name is/],
    ['300 scenes', { scenes: Array.from({ length: 300 }, () => ({ layers: [{ source: 'clip' }] })) }, /scenes: .*256/],
  ])('refuses %s', (_name, change, says) => expect(problems({ ...valid(), ...change }).join('\n')).toMatch(says))

  it('tells a link that leads back to itself from a file that is missing', () => {
    const set = join(folder, 'set')
    symlinkSync(join(set, 'assets', 'loop-b.mp4'), join(set, 'assets', 'loop-a.mp4'))
    symlinkSync(join(set, 'assets', 'loop-a.mp4'), join(set, 'assets', 'loop-b.mp4'))
    expect(assetPath(set, 'assets/loop-a.mp4')).toMatchObject({ message: expect.stringContaining('back to itself') as string })
    expect(assetPath(set, 'assets/none.mp4')).toMatchObject({ message: expect.stringContaining('no file') as string })
    writeFileSync(join(set, 'assets', '00001.png'), 'x')
    expect(assetPath(set, 'assets/%05d.png')).toBe(join(set, 'assets', '%05d.png'))
    expect(assetPath(set, '../%05d.png')).toHaveProperty('message')
    // Nor can a folder of pictures hold one that lies elsewhere.
    expect(assetPath(set, 'assets')).toBe(join(set, 'assets'))
    symlinkSync(join(folder, 'secret.mp4'), join(set, 'assets', '00002.png'))
    for (const named of ['assets', 'assets/%05d.png']) expect(assetPath(set, named)).toMatchObject({ message: expect.stringContaining('00002.png is a link that leads out') as string })
  })

  it('writes inside its folder only, whatever links lie there', () => {
    const set = join(folder, 'set')
    expect(writePath(set, 'take.mp4')).toBe(join(set, 'take.mp4'))
    expect(writePath(set, 'takes/not-there/%03d.mp4')).toBe(join(set, 'takes/not-there/%03d.mp4'))
    symlinkSync(folder, join(set, 'out'))
    symlinkSync(join(set, 'assets'), join(set, 'in'))
    symlinkSync(join(folder, 'secret.mp4'), join(set, 'take-out.mp4'))
    symlinkSync(join(folder, 'not-there-yet.mp4'), join(set, 'dangling.mp4'))
    expect(writePath(set, 'in/take.mp4')).toBe(join(set, 'in/take.mp4'))
    for (const [bad, says] of [
      ['/tmp/take.mp4', 'relative'], ['C:\\take.mp4', 'relative'], ['file:take.mp4', 'relative'], ['a\0.mp4', 'relative'], ['../take.mp4', 'leads out'], ['assets\\..\\..\\take.mp4', 'leads out'],
      ['out/take.mp4', 'a link that leads out'], ['out/not-there/take.mp4', 'a link that leads out'], ['take-out.mp4', 'a link that leads out'], ['dangling.mp4', 'leads nowhere'],
    ] as const) expect(writePath(set, bad)).toMatchObject({ message: expect.stringContaining(says) as string })
  })

  it('names like "constructor" are no source, effect or parameter', () => {
    const set = valid()
    set.scenes[0]?.layers.push({ source: 'constructor', effects: [{ id: 'echo', params: { toString: 1 } as never }] })
    expect(problems(set)).toHaveLength(2)
  })
})
