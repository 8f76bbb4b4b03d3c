import { describe, expect, it } from 'vitest'
import { createCues, type CuesOptions } from '../../src/control/cues/cues.js'
import { mixColour } from '../../src/control/cues/mix-colour.js'
import { takeSnapshot } from '../../src/control/cues/snapshot.js'
import type { CueDecl } from '../../src/control/cues/types.js'
import { createUndo } from '../../src/control/undo.js'
import { ALL, layTable, signals } from './table.js'

const cue = (more: Partial<CueDecl> & { name: string }): CueDecl => ({ quantise: 'none', morph: 0, values: {}, ...more })
const open = (list: CueDecl[], more: Partial<CuesOptions> = {}) => {
  const table = layTable()
  const went: string[] = []
  const faults: string[] = []
  const undo = createUndo({ registry: table.registry, now: () => 0 })
  const cues = createCues({
    registry: table.registry, cues: list, metre: { beatsPerBar: 4, barsPerPhrase: 2 }, undo, scene: () => 'one',
    go: (scene, transition) => { went.push(`${scene} ${transition?.kind ?? 'own'}`) }, report: ({ message, hint }) => { faults.push(`${message}: ${hint}`) }, ...more,
  })
  let n = 0
  /** Ticks at 60 a second and 120 bpm: 30 a beat. */
  const run = (ticks: number) => {
    for (let i = 0; i < ticks; i++, n++) cues.tick(signals(n).beat, signals(n).dt)
  }
  return { ...table, cues, undo, went, faults, run, beat: () => signals(n - 1).beat }
}

describe('a snapshot', () => {
  it('holds what is set of everything, or of a part, and not what is modulated or fired', () => {
    const { registry, set } = layTable({ ...ALL, '/master/blackout': { type: 'bool', default: false }, '/clock/bpm': { type: 'float', min: 20, max: 400, default: 120 } })
    set('/s/l/tint', [1, 0, 0, 1])
    registry.get('/s/l/amount')?.modulate(0.9)
    const all = takeSnapshot(registry)
    expect(Object.keys(all)).toEqual(Object.keys(ALL).filter((address) => !address.endsWith('hit')))
    expect([all['/s/l/amount'], all['/s/l/tint']]).toEqual([0.5, [1, 0, 0, 1]])
    expect(takeSnapshot(registry, { only: ['/s/l/amount', '/clock', '/s/l/co'] })).toEqual({ '/s/l/amount': 0.5, '/clock/bpm': 120 })
  })
})

describe('a recall', () => {
  it('at once sets values and goes to its scene, as one step that undo takes back', () => {
    const { cues, value, went, undo, run } = open([cue({ name: 'Drop', scene: 'two', transition: { kind: 'dip', length: 1, colour: [0, 0, 0, 1], angle: 0, softness: 0 }, values: { '/s/l/amount': 1, '/s/l/look': 'b', '/s/l/hit': 0 } })])
    run(3)
    cues.recall(0)
    expect([value('/s/l/amount'), value('/s/l/look'), value('/s/l/hit'), went, cues.current]).toEqual([1, 'b', 1, ['two dip'], 0])
    expect([undo.steps, undo.undo(), value('/s/l/amount'), value('/s/l/look')]).toEqual([1, 'cue "Drop"', 0.5, 'a'])
    cues.recall(7)
    expect(cues.current).toBe(0)
  })

  it.each([['beat', 1], ['bar', 4], ['phrase', 8]] as const)('on the %s comes in the very tick of it', (quantise, length) => {
    const { cues, value, run, beat } = open([cue({ name: 'a', quantise, values: { '/s/l/amount': 1 } })])
    run(10)
    cues.recall(0)
    expect([cues.waiting, value('/s/l/amount')]).toEqual([0, 0.5])
    run(30 * length - 10)
    expect([beat() < length, value('/s/l/amount')]).toEqual([true, 0.5])
    run(1)
    expect([beat(), value('/s/l/amount'), cues.waiting]).toEqual([length, 1, undefined])
  })

  it('asked for on the beat comes at once; a newer one takes its place; go waits for nothing', () => {
    const { cues, value, run } = open([cue({ name: 'a', quantise: 'bar', values: { '/s/l/amount': 0.1 } }), cue({ name: 'b', quantise: 'bar', values: { '/s/l/amount': 0.2 } })])
    run(120)
    cues.recall(0)
    run(1)
    expect(value('/s/l/amount')).toBe(0.1)
    cues.recall(0)
    run(5)
    cues.recall(1)
    run(5)
    cues.go()
    expect([value('/s/l/amount'), cues.waiting]).toEqual([0.2, undefined])
  })

  it('is not kept waiting when the beat is set back', () => {
    const { cues, value } = open([cue({ name: 'a', quantise: 'bar', values: { '/s/l/amount': 1 } })])
    cues.tick(101, 0.016)
    cues.recall(0)
    cues.tick(101.1, 0.016)
    cues.tick(0.5, 0.016)
    cues.tick(3.9, 0.016)
    expect(value('/s/l/amount')).toBe(0.5)
    cues.tick(4, 0.016)
    expect(value('/s/l/amount')).toBe(1)
  })

  it('tells once of what is not there or cannot be, suggests what was meant, and recalls the rest', () => {
    const { cues, value, faults, run } = open([cue({ name: 'a', values: { '/s/l/amuont': 1, '/s/l/look': 'zzz', '/s/l/amount': 1 } })])
    for (let i = 0; i < 5; i++) {
      cues.recall(0)
      run(1)
    }
    expect(value('/s/l/amount')).toBe(1)
    expect(faults).toEqual([expect.stringContaining('did you mean /s/l/amount?'), expect.stringMatching(/stores "zzz" for \/s\/l\/look, which takes one of a, b, c/)])
  })
})

describe('a morph', () => {
  const values = { '/s/l/amount': 0.7, '/s/l/wide': -5, '/s/l/copies': 8, '/s/l/look': 'c', '/s/l/on': true, '/s/l/tint': [1, 0, 0, 1], '/s/l/place': [0.1, 0.9], '/s/l/spacing': 1 / 3 }
  it('takes exactly its beats, from where things are to exactly what is stored', () => {
    const { cues, value, run, undo } = open([cue({ name: 'a', quantise: 'beat', morph: 4, values })])
    run(10)
    cues.recall(0)
    run(20)
    expect(value('/s/l/amount')).toBe(0.5)
    run(1)
    expect([value('/s/l/amount'), value('/s/l/on'), value('/s/l/look')]).toEqual([expect.closeTo(0.5, 5), true, 'a'])
    run(60)
    expect([value('/s/l/amount'), value('/s/l/wide'), value('/s/l/copies'), value('/s/l/place'), value('/s/l/look')]).toEqual([expect.closeTo(0.6, 5), expect.closeTo(-2.5, 4), 6, [expect.closeTo(0.3, 5), expect.closeTo(0.7, 5)], 'c'])
    run(59)
    expect([value('/s/l/amount') === 0.7, cues.moving > 0]).toEqual([false, true])
    run(1)
    for (const [address, stored] of Object.entries(values)) expect(value(address), address).toEqual(stored)
    expect([cues.moving, undo.steps]).toEqual([0, 1])
    undo.undo()
    for (const [address, decl] of Object.entries(ALL)) expect(value(address), address).toEqual(decl.type === 'trigger' ? 0 : decl.default)
  })

  it('starts from where things are when another is under way, and lets the rest of that one go on', () => {
    const { cues, value, run } = open([cue({ name: 'a', morph: 6, values: { '/s/l/amount': 1, '/s/l/wide': 10 } }), cue({ name: 'b', morph: 2, values: { '/s/l/amount': 0 } })])
    run(1)
    cues.recall(0)
    run(61)
    expect(value('/s/l/amount')).toBeCloseTo(2 / 3)
    cues.recall(1)
    run(31)
    expect(value('/s/l/amount')).toBeCloseTo(1 / 3)
    run(30)
    expect([value('/s/l/amount'), cues.moving]).toEqual([0, 1])
    run(60)
    expect([value('/s/l/wide'), cues.moving]).toEqual([10, 0])
  })

  it('lets go of what a hand takes hold of, and stops when it is taken back', () => {
    const { cues, value, run, set, undo } = open([cue({ name: 'a', morph: 4, values: { '/s/l/amount': 1, '/s/l/wide': 10 } })])
    run(1)
    cues.recall(0)
    run(31)
    set('/s/l/amount', 0.1)
    run(30)
    expect([value('/s/l/amount'), value('/s/l/wide')]).toEqual([0.1, expect.closeTo(5)])
    expect([undo.undo(), undo.undo()]).toEqual(['/s/l/amount', 'cue "a"'])
    run(100)
    expect([value('/s/l/amount'), value('/s/l/wide'), cues.moving]).toEqual([0.5, 0, 0])
  })

  it('taken back at once does not go on, and none recalls itself', () => {
    const { cues, value, run, undo, registry, faults } = open([cue({ name: 'a', morph: 4, values: { '/s/l/look': 'c', '/s/l/amount': 1 } }), cue({ name: 'me', values: { '/cues/me': 1 } })])
    let fired = 0
    registry.add('/cues/me', { type: 'trigger' }, { get: () => fired, set: () => { fired++; cues.recall(1) } })
    run(1)
    cues.recall(0)
    expect(undo.undo()).toBe('cue "a"')
    run(200)
    expect([value('/s/l/look'), value('/s/l/amount'), undo.steps]).toEqual(['a', 0.5, 0])
    cues.recall(1)
    expect([fired, faults]).toEqual([0, [expect.stringContaining('cannot recall another')]])
  })

  it('goes through colours evenly, and out of nothing without black', () => {
    expect(mixColour([1, 0, 0, 1], [1, 0, 0, 1], 0.3).map((c) => Math.round(c * 1000) / 1000)).toEqual([1, 0, 0, 1])
    expect(mixColour([0, 0, 0, 0], [1, 0.5, 0, 1], 0.5).map((c) => Math.round(c * 100) / 100)).toEqual([1, 0.5, 0, 0.5])
    const [r = 0, g = 0, b = 0] = mixColour([1, 1, 0, 1], [0, 0, 1, 1], 0.5)
    expect(Math.max(r, g, b)).toBeGreaterThan(0.5)
  })
})

describe('the cue list', () => {
  const values = (amount: number) => ({ '/s/l/amount': amount })
  it('goes on and back by hand, and stops at its ends or goes round', () => {
    const list = ['a', 'b', 'c'].map((name, i) => cue({ name, values: values(i / 10) }))
    const { cues, value } = open(list)
    expect(cues.current).toBe(-1)
    expect([cues.next, cues.next, cues.previous, cues.previous, cues.previous, cues.go, cues.next, cues.next].map((move) => { move(); return cues.current })).toEqual([0, 1, 0, 0, 0, 1, 2, 2])
    expect(value('/s/l/amount')).toBe(0.2)
    const round = open(list, { wrap: true })
    expect([round.cues.next, round.cues.next, round.cues.next, round.cues.next, round.cues.previous].map((move) => { move(); return round.cues.current })).toEqual([0, 1, 2, 0, 2])
  })

  it('goes on by itself after seconds or beats, to the tick and without drifting', () => {
    const { cues, run, beat } = open([cue({ name: 'a', advance: { kind: 'timed', seconds: 0.5 } }), cue({ name: 'b', advance: { kind: 'beats', beats: 1.25 } })], { wrap: true })
    run(1)
    cues.next()
    const at: number[] = []
    let last = 0
    for (let i = 0; i < 1000; i++) {
      run(1)
      if (cues.current !== last) at.push(beat())
      last = cues.current
    }
    const begun = signals(1).beat
    at.forEach((when, i) => {
      const due = begun + Math.ceil(i / 2 + 0.5) * 1 + Math.floor(i / 2 + 0.5) * 1.25
      expect(when - due).toBeGreaterThanOrEqual(-1e-4)
      expect(when - due).toBeLessThan(1.1 / 30)
    })
    expect(at.length).toBeGreaterThan(25)
    cues.stop()
    const { current } = cues
    run(200)
    expect(cues.current).toBe(current)
  })

  it('stores a cue at its end or over the one of its name, and names them apart', () => {
    const { cues, value } = open([cue({ name: 'Next' }), cue({ name: 'A b' }), cue({ name: 'a-b' })])
    expect(cues.slugs).toEqual(['next-2', 'a-b', 'a-b-2'])
    expect([cues.store(cue({ name: 'A b', values: values(0.9) })), cues.store(cue({ name: 'new' })), cues.list.length]).toEqual([1, 3, 4])
    cues.recall(1)
    expect(value('/s/l/amount')).toBe(0.9)
  })
})
