import { describe, expect, it } from 'vitest'
import { createPlaying, NO_CONTROL, planControl, type ControlPlan } from '../../src/app/playing.js'
import { createFaults } from '../../src/engine/guard.js'
import { bool, choice, float, trigger } from '../../src/engine/params.js'
import { setSchema } from '../../src/sets/schema.js'
import { layTable, signals } from './table.js'

const DECLS = {
  '/clock/bpm': float(20, 400, 120), '/master/blackout': bool(false), '/master/freeze': bool(false), '/master/test-card': bool(false), '/master/scene': choice(['one', 'two', 'three'], 'one'),
  '/one/l/opacity': float(0, 1, 1), '/one/l/bypass': bool(false), '/one/l/echo/bypass': bool(false), '/one/l/echo/reset': trigger(), '/two/l/echo/bypass': bool(true), '/two/l/echo/reset': trigger(), '/two/l/echo/mix': float(0, 1, 0.5),
}
const open = (plan: Partial<ControlPlan> = {}) => {
  const table = layTable(DECLS)
  const log: string[] = []
  const heard: string[] = []
  const scenes = ['one', 'two', 'three']
  const faults = createFaults(() => 0)
  faults.fault$.subscribe(({ message, hint }) => log.push(`${message} (${hint})`))
  const beat = { get bpm() { return table.value('/clock/bpm') as number }, beatsPerBar: 4, barsPerPhrase: 8 }
  const playing = createPlaying({
    plan: { ...NO_CONTROL, ...plan }, registry: table.registry, scenes, seed: 1, beat, faults, now: () => 5,
    show: { get scene() { return scenes.indexOf(table.value('/master/scene') as string) }, go: (scene, look) => { log.push(`go ${scene} ${look?.kind}`) } },
    clock: { tap: (at) => { log.push(`tap ${at}`) }, resync: (at) => { log.push(`resync ${at}`) }, nudge: (by) => { log.push(`nudge ${by}`) } },
    monitor: { control: ({ control }, played) => { heard.push(`${control} ${played.map(({ to }) => to).join()}`) }, param: ({ address }, taken) => { heard.push(`${address} ${taken}`) } },
  })
  let n = 0
  return { ...table, playing, log, heard, tick: () => { playing.tick(signals(n++)) } }
}

describe('a show that is played', () => {
  it('does what its keys say, in the tick after they are pressed, and takes panic back to nobody', () => {
    const { playing, tick, value, log, heard } = open()
    for (const key of ['b', 'space', '2', 'right', 'return', 'r', 'bracketright', 'bracketright', 'period']) expect(playing.key(key)).toBeUndefined()
    expect([playing.key('question'), playing.key('q'), playing.key('b', 'release')]).toEqual(['help', 'quit', undefined])
    expect(value('/master/blackout')).toBe(false)
    tick()
    expect(['/master/blackout', '/master/freeze', '/master/scene', '/clock/bpm'].map(value)).toEqual([true, true, 'three', 240])
    expect(log).toEqual(['tap 5', 'resync 5', 'nudge 0.02', 'nudge 0.02'])
    expect(heard[0]).toBe('key/b /master/blackout')
    playing.key('z')
    tick()
    expect(['/master/blackout', '/master/scene', '/clock/bpm'].map(value)).toEqual([true, 'one', 240])
    playing.key('y')
    tick()
    expect(value('/master/scene')).toBe('three')
  })

  it('hears its parameters by address; of a stranger it tells once what was meant', () => {
    const { playing, tick, value, log, heard } = open()
    const say = (address: string, what: unknown) => { playing.inbox.param(address, what, 40, 'osc') }
    say('/one/l/opacity', 0.2)
    say('/one/l/opacity', 0.4)
    say('/master/scene', 1)
    say('/clock/tap', 1)
    say('/clock/tap', 0)
    say('/clock/tap', undefined)
    say('/one/l/opacity', Number.NaN)
    for (let i = 0; i < 3; i++) say('/one/l/opactiy', i)
    tick()
    say('/one/l/opacity', 'loud')
    say('/one/l/opactiy', 1)
    tick()
    expect([value('/one/l/opacity'), value('/master/scene')]).toEqual([0.4, 'two'])
    expect(log).toEqual(['tap 40', 'tap 40', 'there is no parameter /one/l/opactiy (did you mean /one/l/opacity?)'])
    expect(heard).toContain('/one/l/opactiy false')
  })

  it('bypasses all effects and brings them back as they were, and resets them', () => {
    const { playing, tick, drawn, value } = open({ modulators: [{ kind: 'lfo', to: '/two/l/echo/bypass', depth: -1, offset: 0, smoothMs: 0, shape: 'square', every: 4, phase: 0, width: 0.5, polarity: 'unipolar' }] })
    const effects = () => [drawn('/one/l/echo/bypass'), drawn('/two/l/echo/bypass'), drawn('/one/l/bypass')]
    tick()
    expect(effects()).toEqual([false, false, false])
    playing.key('a')
    tick()
    expect([effects(), value('/one/l/echo/bypass')]).toEqual([[true, true, false], false])
    playing.key('a')
    tick()
    expect([effects(), value('/two/l/echo/bypass')]).toEqual([[false, false, false], true])
    playing.key('backspace')
    tick()
    expect([value('/one/l/echo/reset'), value('/two/l/echo/reset')]).toEqual([1, 1])
  })

  it('recalls cues by address and by key, with their scene, as one step', () => {
    const { playing, tick, value, log } = open({ cues: [
      { name: 'Drop', quantise: 'none', morph: 0, scene: 'two', values: { '/one/l/opacity': 0.5 } },
      { name: 'Break', quantise: 'none', morph: 0, scene: 'three', transition: { kind: 'dip', length: 1, colour: [0, 0, 0, 1], angle: 0, softness: 0 }, values: {} },
    ] })
    playing.inbox.param('/cues/drop', undefined, 0, 'osc')
    tick()
    expect([value('/master/scene'), value('/one/l/opacity'), log]).toEqual(['two', 0.5, []])
    playing.key('pagedown')
    tick()
    expect([value('/master/scene'), log]).toEqual(['three', ['go 2 dip']])
    playing.key('z')
    playing.key('z')
    tick()
    expect([value('/master/scene'), value('/one/l/opacity')]).toEqual(['one', 1])
    playing.store({ name: 'Encore', quantise: 'none', morph: 0, values: { '/one/l/opacity': 0 } })
    playing.inbox.param('/cues/encore', 1, 0, 'osc')
    tick()
    expect(value('/one/l/opacity')).toBe(0)
  })

  it('learns instead of playing while it is told to', () => {
    const { playing, tick, value } = open({ bindings: [{ from: 'n', to: '/one/l/bypass' }] })
    playing.learn.begin()
    playing.learn.touch('/one/l/echo/bypass')
    playing.inbox.control('n', 'press', 1, 0)
    tick()
    expect([value('/one/l/bypass'), value('/one/l/echo/bypass')]).toEqual([false, false])
    playing.inbox.control('n', 'press', 1, 0)
    tick()
    expect([value('/one/l/bypass'), value('/one/l/echo/bypass')]).toEqual([true, true])
  })

  it('plays on under ten thousand messages a tick, and fires every trigger', () => {
    const { playing, tick, value, log } = open({ bindings: [{ from: 'f', to: '/one/l/opacity' }] })
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < 10_000; i++) {
        playing.inbox.control('f', 'position', i / 10_000, 0)
        playing.inbox.param('/two/l/echo/mix', i / 10_000, 0, 'osc')
        if (i % 100 === 0) playing.inbox.param('/clock/tap', undefined, round, 'osc')
      }
      tick()
    }
    expect([value('/one/l/opacity'), value('/two/l/echo/mix'), log.length, playing.inbox.dropped]).toEqual([0.9999, 0.9999, 2000, 0])
  })
})

describe('the plan of a set', () => {
  it('names controls, scenes and keys as the show does', () => {
    const file = setSchema.parse({
      version: 2, sources: { dancer: { generator: 'dancer' } }, scenes: ['One', 'One', 'Größe'].map((name) => ({ name, layers: [{ source: 'dancer' }] })),
      bindings: [{ from: { kind: 'midi-cc', device: 'nano KONTROL2', number: 7 }, to: '/a/b', curve: 'exponential' }, { from: { kind: 'midi-program', channel: 'any', number: 4 }, to: '/cues/x' }, { from: { kind: 'key', key: 'K' }, to: '/a/b' }, { from: { kind: 'osc', address: '/Fader/1' }, to: '/a/b' }],
      cues: [{ name: 'x', scene: 'Größe' }, { name: 'y' }], modulators: [{ kind: 'envelope', trigger: 'control', control: 'midi/Pad Box/1/note/4', to: '/a/b' }],
    })
    const plan = planControl(file, [{ slug: 'one' }, { slug: 'one-2' }, { slug: 'gro-e' }])
    expect(plan.bindings).toEqual([
      { from: 'midi/nano-kontrol2/1/cc/7', to: '/a/b', curve: 'exponential' }, { from: 'midi/*/*/program', to: '/cues/x', program: 4 }, { from: 'key/k', to: '/a/b' }, { from: 'osc/Fader/1', to: '/a/b' },
    ])
    expect([plan.taken, plan.cues.map(({ scene }) => scene), plan.modulators[0]]).toEqual([['K'], ['gro-e', undefined], expect.objectContaining({ control: 'midi/pad-box/1/note/4', decay: 0.3 })])
  })
})
