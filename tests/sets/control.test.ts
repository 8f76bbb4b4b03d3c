import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { addressMaster, addressMasks, addressScene, addressSubjects } from '../../src/app/addresses.js'
import { addressClockSource } from '../../src/app/desk.js'
import { planShow } from '../../src/app/plan.js'
import { createPlaying, planControl } from '../../src/app/playing.js'
import type { Subjects } from '../../src/app/subjects.js'
import { EFFECTS } from '../../src/effects/index.js'
import { createFaults } from '../../src/engine/guard.js'
import { createRegistry } from '../../src/engine/registry.js'
import { setAddresses } from '../../src/sets/addresses.js'
import { bindingsOf, controlOf, fromOf, writeBindings } from '../../src/sets/controls.js'
import { createEffectBook } from '../../src/sets/effect-book.js'
import { loadSet } from '../../src/sets/load.js'
import { setProblems } from '../../src/sets/problems.js'
import { formatSet } from '../../src/sets/save.js'
import { setSchema } from '../../src/sets/schema.js'

const valid = () => ({
  version: 2, sources: { dancer: { generator: 'dancer' } },
  scenes: [{ name: 'One', layers: [{ name: 'Body', source: 'dancer', effects: [{ id: 'echo' }, { id: 'echo' }, { id: 'trails' }] }] }],
})
const problems = (more: object) => setProblems({ ...valid(), ...more }, '.', createEffectBook(EFFECTS, '')).map(({ path, message }) => `${path}: ${message}`)
const folder = (name: string) => fileURLToPath(new URL(`../../sets/${name}`, import.meta.url))
const key = { kind: 'key', key: 'k' }

/** All addresses of a show as it registers them itself, without its pictures. */
const registered = (target: string) => {
  const plan = planShow(target, [])
  const registry = createRegistry()
  const show = { master: { opacity: 1, blackout: false, freeze: false, testCard: false }, transition: plan.transition, bpm: 120, scene: 0, go() {} }
  addressMaster(registry, show, plan.scenes)
  for (const scene of plan.scenes) addressScene(registry, scene)
  const subjects = { chosen: 0, most: 8, click() {}, add() {}, again() {}, remove() {}, isFrozen: () => false, freeze() {} } as unknown as Subjects
  for (const [id, { look, key: keyed }] of plan.masking) {
    if (keyed) continue
    addressMasks(registry, id, look)
    addressSubjects(registry, id, subjects)
  }
  addressClockSource(registry, { source: 'internal' })
  const faults = createFaults()
  const told: string[] = []
  faults.fault$.subscribe(({ message }) => told.push(message))
  const file = loadSet(target, EFFECTS).file
  createPlaying({
    plan: planControl(file, plan.scenes), registry, show, scenes: plan.scenes.map(({ slug }) => slug), seed: 1, beat: { bpm: 120, beatsPerBar: 4, barsPerPhrase: 8 },
    clock: { tap() {}, resync() {}, nudge() {} }, faults, now: () => 0,
  })
  return { registry, told }
}

describe('the addresses of a set', () => {
  it.each(['demo', 'midnight', 'carnival'])('%s are those its show has, with the same types', (name) => {
    const { registry, told } = registered(folder(name))
    const { known } = setAddresses(loadSet(folder(name), EFFECTS).file, createEffectBook(EFFECTS, ''))
    expect([...known.keys()].sort()).toEqual([...registry.addresses].sort())
    for (const [address, decl] of known) expect(registry.get(address)?.decl, address).toEqual(decl)
    // Nor do its keys meet its bindings.
    expect(told).toEqual([])
  })

  it('are not counted out for what is no set at all', () => {
    for (const raw of [null, 3, [], {}, { scenes: [1, { layers: [{ effects: [{ id: 7 }] }] }], sources: { a: 1 }, cues: [{ name: 4 }], modulators: ['x'] }]) expect(() => setAddresses(raw, createEffectBook(EFFECTS, ''))).not.toThrow()
    const huge = setAddresses({ scenes: Array.from({ length: 256 }, () => ({ layers: Array.from({ length: 64 }, () => ({ effects: Array.from({ length: 32 }, () => ({ id: 'echo' })) })) })) }, createEffectBook(EFFECTS, ''))
    expect(huge.known.size).toBeLessThan(40_000)
  })
})

describe('controls in a set file', () => {
  it.each([
    [{ kind: 'midi-cc', number: 7 }, 'midi/*/1/cc/7'], [{ kind: 'midi-cc14', number: 7, channel: 'any' }, 'midi/*/*/cc14/7'], [{ kind: 'midi-nrpn', device: 'Twister', channel: 3, number: 9000 }, 'midi/twister/3/nrpn/9000'],
    [{ kind: 'midi-note', number: 36, channel: 10 }, 'midi/*/10/note/36'], [{ kind: 'midi-bend' }, 'midi/*/1/bend'], [{ kind: 'midi-pressure' }, 'midi/*/1/pressure'], [{ kind: 'midi-program' }, 'midi/*/1/program'],
    [{ kind: 'osc', address: '/1/Fader#2' }, 'osc/1/Fader#2'], [{ kind: 'key', key: 'space' }, 'key/space'],
  ])('%o is %s, and back', (from, name) => {
    const read = setSchema.parse({ ...valid(), bindings: [{ from, to: '/master/opacity' }] }).bindings[0]?.from
    if (!read) throw new Error('no binding')
    expect(controlOf(read)).toBe(name)
    const back = fromOf(name)
    expect(back && controlOf(back)).toBe(name)
    expect(setSchema.parse({ ...valid(), bindings: [{ from: back, to: '/master/opacity' }] }).bindings[0]?.from).toEqual(back)
  })

  it('say how an encoder speaks, and are written so again', () => {
    const { bindings } = setSchema.parse({ ...valid(), bindings: [{ from: { kind: 'midi-cc', number: 16, relative: 'offset' }, to: '/master/opacity' }, { from: { kind: 'midi-cc', number: 17 }, to: '/master/opacity' }] })
    const played = bindingsOf({ bindings })
    expect(played.map(({ from, encoding }) => [from, encoding])).toEqual([['midi/*/1/cc/16', 'offset'], ['midi/*/1/cc/17', undefined]])
    expect(writeBindings(played)).toEqual(bindings)
    expect(fromOf('midi/twister/1/cc/3', undefined, 'auto')).toEqual({ kind: 'midi-cc', device: 'twister', channel: 1, number: 3, relative: 'auto' })
  })

  it('have no words for others', () => expect(['midi/a/1/sysex/3', 'midi/a', 'dmx/3', ''].map((name) => fromOf(name))).toEqual([undefined, undefined, undefined, undefined]))

  it('are saved and read back the same', () => {
    const { file } = loadSet(folder('midnight'), EFFECTS)
    const again = setSchema.parse(JSON.parse(formatSet(file)))
    expect(again).toEqual(file)
    expect(bindingsOf(again)).toHaveLength(11)
    expect(writeBindings(bindingsOf(again))).toEqual(again.bindings)
    expect(writeBindings([{ from: 'dmx/1', to: '/master/opacity' }])).toEqual([])
    expect(again.modulators.map(({ kind }) => kind)).toEqual(['lfo', 'follow', 'envelope', 'audio', 'steps'])
  })
})

describe('what is wrong with how a set is played', () => {
  it('is told all at once, with what was meant', () => {
    expect(problems({
      bindings: [
        { from: key, to: '/one/body/ecko/copies' }, { from: key, to: '/one/body/trails/tint' }, { from: key, to: '/one/body/trails/tint', component: 'x' }, { from: key, to: '/one/body/echo-2/copies', component: 'r' },
        { from: key, to: '/one/body/echo/copies', range: [0, 99] }, { from: key, to: '/one/body/blend', mode: 'radio', value: 'multipy' }, { from: key, to: '/one/body/blend', mode: 'radio', value: 3 },
        { from: { kind: 'midi-cc', number: 7 }, to: '/master/bypass', mode: 'hold' }, { from: key, to: '/nowhere/at/all' },
      ],
      cues: [{ name: 'Drop', values: { '/one/body/opacity': 2, '/one/body/opactiy': 1, '/cues/drop': 0 } }],
      modulators: [
        { kind: 'lfo', name: 'Me', to: '/modulators/me/depth' }, { kind: 'lfo', to: '/clock/tap' }, { kind: 'lfo', to: '/clock/nudge' }, { kind: 'follow', to: '/one/body/opacity', source: 'dancr', what: 'x', range: [1, 1] },
        { kind: 'envelope', to: '/one/body/opacity', trigger: 'control' }, { kind: 'envelope', to: '/one/body/opacity', trigger: 'address', address: '/clock/tp' }, { kind: 'lfo', to: '/modulators/mee/depth', shape: 'sinus' },
      ],
      keys: { blackout: 'k', freeze: ['k'], blackut: 'x' },
    }).sort()).toEqual([
      'bindings[0].to: there is no parameter /one/body/ecko/copies; did you mean "/one/body/echo/copies"?',
      'bindings[1].component: is missing: /one/body/trails/tint is of type colour, of which one of r, g, b, a is played',
      'bindings[2].component: is "x": /one/body/trails/tint is of type colour, which has the components r, g, b, a',
      'bindings[3].component: is "r": /one/body/echo-2/copies is of type int, which has no components',
      'bindings[4].range[0]: is 0: /one/body/echo/copies goes from 1 to 16',
      'bindings[4].range[1]: is 99: /one/body/echo/copies goes from 1 to 16',
      expect.stringMatching(/^bindings\[5\]\.value: is "multipy": \/one\/body\/blend takes one of normal/),
      expect.stringMatching(/^bindings\[7\]\.mode: is "hold": Invalid option/),
      'bindings[8].to: there is no parameter /nowhere/at/all',
      'cues[0].values./cues/drop: a cue cannot recall another: "advance" lets the next one follow',
      'cues[0].values./one/body/opacity: is 2: it takes a number from 0 to 1',
      'cues[0].values./one/body/opactiy: there is no parameter /one/body/opactiy; did you mean "/one/body/opacity"?',
      'keys.blackut: is not a known key here; did you mean "blackout"?',
      'keys.freeze: is ["k"]: the key k is blackout\'s already',
      'modulators[0].to: is /modulators/me/depth: a modulator cannot move itself',
      expect.stringMatching(/^modulators\[1\]\.to: is \/clock\/tap, which acts/),
      expect.stringMatching(/^modulators\[2\]\.to: is \/clock\/nudge, which acts/),
      'modulators[3].range: is [1,1]: its ends must differ',
      'modulators[3].source: there is no source "dancr"; did you mean "dancer"?',
      expect.stringMatching(/^modulators\[4\]\.control: is missing/),
      'modulators[5].address: there is no parameter /clock/tp; did you mean "/clock/tap"?',
      expect.stringMatching(/^modulators\[6\]\.shape: is "sinus"/),
      'modulators[6].to: there is no parameter /modulators/mee/depth; did you mean "/modulators/me/depth"?',
    ])
  })

  it('is an encoder that is to be read in two ways, or in one that is not known', () => {
    const cc = (more: object) => ({ from: { kind: 'midi-cc', number: 3, ...more }, to: '/master/opacity' })
    expect(problems({ bindings: [cc({ relative: 'sign' }), cc({ relative: 'twos' }), cc({}), cc({ relative: 'sign', channel: 2 }), cc({ relative: 'sign', channel: 1 })] })).toEqual([
      'bindings[1].from.relative: is "twos": bindings[0] reads the same control as "sign"', 'bindings[2].from.relative: is missing: bindings[0] reads the same control as "sign"',
    ])
    expect(problems({ bindings: [cc({ relative: 'sideways' })] }).join()).toMatch(/from\.relative: is "sideways"/)
  })

  it('knows what the beat can follow', () => {
    expect(problems({ bindings: [{ from: key, to: '/clock/source', mode: 'radio', value: 'midi' }], cues: [{ name: 'In', values: { '/clock/source': 'audio' } }] })).toEqual([])
    expect(problems({ cues: [{ name: 'In', values: { '/clock/source': 'drummer' } }] })).toEqual(['cues[0].values./clock/source: is "drummer": it takes one of internal, tap, midi, audio, link'])
  })

  it('is nothing below an effect or a key that is not known, which is told already', () => {
    expect(problems({ scenes: [{ name: 'One', layers: [{ name: 'Body', source: 'dancer', effects: [{ id: 'ecoh' }] }] }], bindings: [{ from: key, to: '/one/body/ecoh/copies' }] })).toHaveLength(1)
    expect(problems({ sources: { dancer: { generator: 'dancer', masking: {} } }, bindings: [{ from: key, to: '/sources/dancer/frozen/2' }, { from: key, to: '/sources/dancer/add' }, { from: key, to: '/sources/dancer/frozn/2' }], modulators: [{ kind: 'lfo', to: '/sources/dancer/click', component: 'x' }] })).toEqual([
      'bindings[2].to: there is no parameter /sources/dancer/frozn/2; did you mean "/sources/dancer/frozen/2"?', expect.stringMatching(/modulators\[0\]\.to: is \/sources\/dancer\/click, which acts/),
    ])
    expect(problems({ sources: { dancer: { generator: 'dancer', masking: { segmenter: 'chroma' } } }, bindings: [{ from: key, to: '/sources/dancer/softness' }] })).toEqual([])
  })

  it.each([
    ['bindings', Array.from({ length: 10_000 }, () => ({ from: key, to: '/nowhere/at/all' })), /bindings: .*2048/],
    ['modulators', Array.from({ length: 10_000 }, () => ({ kind: 'lfo', to: '/one/body/opacity' })), /modulators: .*256/],
    ['cues', Array.from({ length: 1024 }, (_, i) => ({ name: `c${i}`, values: Object.fromEntries(Array.from({ length: 80 }, (_v, j) => [`/one/body/x${j}`, 1])) })), /cues\[/],
  ] as const)('ten thousand %s are refused, and quickly', (name, list, says) => {
    const began = performance.now()
    expect(problems({ [name]: list }).join('\n')).toMatch(says)
    expect(performance.now() - began).toBeLessThan(5000)
  })

  it.each([
    [{ modulators: [{ kind: 'steps', to: '/master/opacity', values: [] }] }, /values/], [{ modulators: [{ kind: 'lfo', to: '/master/opacity', every: 0 }] }, /every: is 0/], [{ modulators: [{ kind: 'lfo', to: '/master/opacity', depth: Infinity }] }, /depth/],
    [{ cues: [{ name: 'a', morph: -1 }] }, /morph: is -1/], [{ cues: [{ name: 'a', advance: { kind: 'timed', seconds: 0 } }] }, /seconds: is 0/], [{ control: { osc: { port: 0 } } }, /port: is 0/], [{ control: { osc: { host: '0.0.0.0' } } }, /host: is not a known key/],
    [{ bindings: [{ from: { kind: 'midi-cc', number: 128 }, to: '/master/opacity' }] }, /number: is 128/], [{ keys: { tap: Array.from({ length: 100 }, () => 'x') } }, /keys\.tap/],
  ])('%o is refused', (more, says) => expect(problems(more).join('\n')).toMatch(says))
})
