import { TestScheduler } from 'rxjs/testing'
import { map, tap } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { BindingDecl } from '../../src/control/binding.js'
import { createBindings } from '../../src/control/bindings.js'
import { bend, straighten } from '../../src/control/curve.js'
import { createMapping } from '../../src/control/mapping.js'
import { numericOf } from '../../src/control/numeric.js'
import { createLearn, proposeBinding } from '../../src/control/learn.js'
import type { ControlEvent } from '../../src/control/types.js'
import { CURVES, TAKEOVERS } from '../../src/engine/controls.js'
import { beats, choice, float, int } from '../../src/engine/params.js'
import { dice, event, layTable } from './table.js'

const play = (...bindings: Omit<BindingDecl, 'from'>[]) => {
  const table = layTable()
  const bound = createBindings({ registry: table.registry, bindings: bindings.map((binding) => ({ from: 'c', ...binding })), beat: { bpm: 120 } })
  return { ...table, bound, at: (value: number) => bound.apply(event('c', 'position', value)), press: (value = 1, at = 0) => bound.apply(event('c', 'press', value, at)), release: () => bound.apply(event('c', 'release', 0)), turn: (by: number) => bound.apply(event('c', 'steps', by)) }
}

describe('curves and ranges', () => {
  it.each(CURVES)('%s rises from 0 to 1 and back again', (curve) => {
    let last = -1
    for (let i = 0; i <= 100; i++) {
      const y = bend(curve, i / 100)
      expect(y).toBeGreaterThan(last)
      expect(straighten(curve, y)).toBeCloseTo(i / 100, 9)
      last = y
    }
    expect([bend(curve, 0), bend(curve, 1), bend(curve, -1), bend(curve, 9)]).toEqual([0, 1, 0, 1])
  })

  it('reach both ends exactly, also upside down, and give every value of a list its share', () => {
    const at = (decl: Parameters<typeof numericOf>[0], range?: [number, number], positions = [0, 0.5, 1]) => {
      const numeric = numericOf(decl)
      if (!numeric) throw new Error('no number')
      const mapping = createMapping(numeric, 'linear', range)
      return positions.map((p) => mapping.toNumber(p))
    }
    expect(at(float(-1, 3, 0))).toEqual([-1, 1, 3])
    expect(at(float(0, 1, 0), [0.8, 0.2])).toEqual([0.8, 0.5, 0.2])
    expect(at(float(0, 1, 0), [-9, 9])).toEqual([0, 0.5, 1])
    expect(at(int(1, 4, 1), undefined, [0, 0.24, 0.26, 0.51, 0.76, 1])).toEqual([1, 1, 2, 3, 4, 4])
    expect(at(choice(['a', 'b', 'c'], 'a'), [2, 0], [0, 0.5, 1])).toEqual([2, 1, 0])
    const lengths = at(beats(1 / 4, 2, 1), undefined, Array.from({ length: 200 }, (_, i) => i / 199))
    expect([...new Set(lengths)]).toEqual([1 / 4, 1 / 3, 3 / 8, 1 / 2, 2 / 3, 3 / 4, 1, 4 / 3, 3 / 2, 2])
  })
})

describe('bindings', () => {
  it('set every type of parameter from a fader', () => {
    const { at, value } = play({ to: '/s/l/amount' }, { to: '/s/l/wide', range: [5, -5], curve: 's-curve' }, { to: '/s/l/copies' }, { to: '/s/l/spacing' }, { to: '/s/l/look' }, { to: '/s/l/on', mode: 'set' }, { to: '/s/l/tint', component: 'g' }, { to: '/s/l/place', component: 'y' })
    at(1)
    expect(['amount', 'wide', 'copies', 'spacing', 'look', 'on', 'tint', 'place'].map((name) => value(`/s/l/${name}`))).toEqual([1, -5, 16, 4, 'c', true, [0, 1, 0, 1], [0.5, 1]])
    at(0)
    expect(['amount', 'wide', 'copies', 'spacing', 'look', 'on', 'tint', 'place'].map((name) => value(`/s/l/${name}`))).toEqual([0, 5, 1, 1 / 32, 'a', false, [0, 0, 0, 1], [0.5, 0]])
  })

  it('toggle, hold, choose and fire, from notes and from buttons that send positions', () => {
    const toggled = play({ to: '/s/l/on' })
    expect([1, 2, 3].map(() => { toggled.press(); toggled.release(); return toggled.value('/s/l/on') })).toEqual([true, false, true])
    expect([1, 1, 0, 0.9, 0.2].map((p) => { toggled.at(p); return toggled.value('/s/l/on') })).toEqual([false, false, false, true, true])
    const held = play({ to: '/s/l/amount', mode: 'momentary', value: 0.9 })
    held.press()
    expect(held.value('/s/l/amount')).toBe(0.9)
    held.release()
    expect(held.value('/s/l/amount')).toBe(0.5)
    const radio = play({ to: '/s/l/look', mode: 'radio', value: 'c' }, { to: '/s/l/tint', mode: 'radio', value: [1, 0, 0, 1] })
    radio.press()
    radio.press()
    expect([radio.value('/s/l/look'), radio.value('/s/l/tint')]).toEqual(['c', [1, 0, 0, 1]])
    const fired = play({ to: '/s/l/hit' })
    for (const value of [1, 0, 1, 0]) fired.at(value)
    fired.press()
    fired.turn(3)
    expect(fired.value('/s/l/hit')).toBe(6)
    const flipped = play({ to: '/s/l/amount', mode: 'toggle', range: [0.2, 0.8] })
    expect([1, 2].map(() => { flipped.press(); return flipped.value('/s/l/amount') })).toEqual([0.8, 0.2])
    const other = play({ to: '/s/l/look', mode: 'toggle', value: 2 })
    expect([1, 2].map(() => { other.press(); return other.value('/s/l/look') })).toEqual(['c', 'a'])
  })

  it('take how hard a note is played where asked to, and tap lengths', () => {
    const soft = play({ to: '/s/l/wide', mode: 'set', velocity: true, range: [0, 10] })
    soft.press(0.25)
    expect(soft.value('/s/l/wide')).toBe(2.5)
    const tapped = play({ to: '/s/l/spacing', mode: 'tap' }, { to: '/s/l/wide', mode: 'tap' })
    tapped.press(1, 1000)
    expect(tapped.changes).toEqual([])
    tapped.press(1, 1760)
    // 760 ms are 1.52 beats at 120: the nearest length is 3/2.
    expect([tapped.value('/s/l/spacing'), tapped.value('/s/l/wide')]).toEqual([1.5, 0.76])
  })

  it('turn encoders: 128 steps through a range, a value a step where there are few, slower where told', () => {
    const turned = play({ to: '/s/l/amount' }, { to: '/s/l/copies' }, { to: '/s/l/spacing' }, { to: '/s/l/look', sensitivity: 0.5 }, { to: '/s/l/on', mode: 'set' }, { to: '/s/l/many' })
    turned.turn(32)
    expect([turned.value('/s/l/amount'), turned.value('/s/l/copies'), turned.value('/s/l/spacing'), turned.value('/s/l/look'), turned.value('/s/l/on'), turned.value('/s/l/many')]).toEqual([0.75, 16, 4, 'c', true, 1250])
    turned.turn(-1)
    expect([turned.value('/s/l/amount'), turned.value('/s/l/copies'), turned.value('/s/l/spacing'), turned.value('/s/l/look')]).toEqual([0.75 - 1 / 128, 15, 3, 'c'])
    turned.turn(-1)
    expect(turned.value('/s/l/look')).toBe('b')
  })

  it('play programs by number', () => {
    const { bound, value } = play()
    for (const decl of [{ to: '/s/l/look' }, { to: '/s/l/copies' }, { to: '/s/l/hit', program: 2 }]) bound.add({ from: 'midi/*/1/program', ...decl })
    bound.apply(event('midi/pads/1/program', 'press', 2))
    bound.apply(event('midi/pads/1/program', 'press', 1))
    expect([value('/s/l/look'), value('/s/l/copies'), value('/s/l/hit')]).toEqual(['b', 1, 1])
  })

  it('find controls by name and by any device, several to a control and several to a parameter', () => {
    const { bound, value } = play()
    bound.add({ from: 'midi/*/*/cc/7', to: '/s/l/amount' })
    bound.add({ from: 'osc/fader', to: '/s/l/amount' })
    bound.add({ from: 'midi/nano/1/cc/7', to: '/s/l/wide' })
    expect(bound.apply(event('midi/nano/1/cc/7', 'position', 1))).toBe(true)
    expect([value('/s/l/amount'), value('/s/l/wide')]).toEqual([1, 10])
    expect(bound.apply(event('osc/fader', 'position', 0.25))).toBe(true)
    expect(value('/s/l/amount')).toBe(0.25)
    for (const stranger of ['midi/nano/1/cc/8', 'midi/nano/1/cc', 'midi/nano/1/cc/7/x', 'midi/nano/1/cc/77', '', 'osc/fade']) expect(bound.apply(event(stranger, 'position', 1)), stranger).toBe(false)
    expect(bound.of('midi/nano/1/cc/7').map(({ to }) => to)).toEqual(['/s/l/amount', '/s/l/wide'])
  })

  it('are replaced, removed, counted, and told where one control plays several parameters', () => {
    const { bound, at, value } = play({ to: '/s/l/amount' })
    bound.add({ from: 'c', to: '/s/l/amount', range: [0, 0.5] })
    expect(bound.list).toHaveLength(1)
    at(1)
    expect(value('/s/l/amount')).toBe(0.5)
    bound.add({ from: 'c', to: '/s/l/wide' })
    expect(bound.conflicts).toEqual([{ from: 'c', to: ['/s/l/amount', '/s/l/wide'] }])
    const [first] = bound.list
    expect([first && bound.remove(first), first && bound.remove(first), bound.list.length, bound.conflicts]).toEqual([true, false, 1, []])
    expect(() => { for (let i = 0; i < 10_000; i++) bound.add({ from: `c${i}`, to: '/s/l/wide' }) }).toThrow('at most')
  })

  it('ignore what is no number, and parameters that are not there', () => {
    const { at, turn, press, changes, bound } = play({ to: '/s/l/amount' }, { to: '/s/l/nothing' }, { to: '/s/l/tint' })
    for (const bad of [Number.NaN, Infinity, -Infinity]) for (const does of [at, turn, press]) does(bad)
    bound.tick(1)
    expect(changes).toEqual([])
    at(0.25)
    expect(changes).toEqual(['/s/l/amount=0.25'])
  })

  it('know which controls are played as buttons', () => {
    const { bound } = play({ to: '/s/l/amount' })
    bound.add({ from: 'b', to: '/s/l/on' })
    bound.add({ from: 'h', to: '/s/l/hit', mode: 'set' })
    expect(['c', 'b', 'h', 'x'].map(bound.isButton)).toEqual([false, true, true, false])
  })
})

describe('takeover', () => {
  it('by pickup waits until the fader meets or passes the value, and again when someone else moved it', () => {
    const { at, value, set } = play({ to: '/s/l/amount', takeover: 'pickup' })
    expect([0.1, 0.3, 0.45, 0.6, 0.7].map((p) => { at(p); return value('/s/l/amount') })).toEqual([0.5, 0.5, 0.5, 0.6, 0.7])
    set('/s/l/amount', 0.2)
    expect([0.75, 0.5, 0.1].map((p) => { at(p); return value('/s/l/amount') })).toEqual([0.2, 0.2, 0.1])
  })

  it('by scale closes in on the value, and meets it at the end', () => {
    const { at, value } = play({ to: '/s/l/amount', takeover: 'scale' })
    at(0)
    at(0.4)
    expect(value('/s/l/amount')).toBeCloseTo(0.7)
    at(1)
    expect(value('/s/l/amount')).toBe(1)
    at(0.3)
    expect(value('/s/l/amount')).toBe(0.3)
  })

  it.each(TAKEOVERS.filter((takeover) => takeover !== 'jump'))('by %s never moves the value farther than the fader went, or the other way', (takeover) => {
    const random = dice(3)
    const { at, value, set } = play({ to: '/s/l/amount', takeover })
    let last = 0
    at(last)
    for (let i = 0; i < 3000; i++) {
      if (random() < 0.02) set('/s/l/amount', random())
      const before = value('/s/l/amount') as number
      const next = random() < 0.1 ? random() : Math.min(1, Math.max(0, last + (random() - 0.5) * 0.1))
      at(next)
      const moved = (value('/s/l/amount') as number) - before
      expect(Math.abs(moved)).toBeLessThanOrEqual(takeover === 'pickup' ? Math.abs(next - last) + 1 / 64 : 1)
      if (Math.abs(moved) > 1 / 32) expect(Math.sign(moved)).toBe(Math.sign(next - last))
      last = next
    }
    // Both end in the fader's hand.
    for (const p of [0, 1]) at(p)
    expect(value('/s/l/amount')).toBe(1)
  })
})

describe('smoothing', () => {
  it.each([30, 60, 240])('is the same curve at %i frames a second, ends exactly there, and stops', (fps) => {
    const { at, value, bound, changes } = play({ to: '/s/l/amount', smoothMs: 100 })
    at(1)
    expect(value('/s/l/amount')).toBe(0.5)
    for (let i = 0; i < fps / 10; i++) bound.tick(1 / fps)
    expect(value('/s/l/amount')).toBeCloseTo(1 - 0.5 / Math.E, 6)
    for (let i = 0; i < fps * 2; i++) bound.tick(1 / fps)
    expect(value('/s/l/amount')).toBe(1)
    const count = changes.length
    bound.tick(1 / fps)
    expect(changes).toHaveLength(count)
  })

  it('lets go when someone else takes the parameter', () => {
    const { at, value, bound, set } = play({ to: '/s/l/amount', smoothMs: 100 })
    at(1)
    bound.tick(0.05)
    set('/s/l/amount', 0.1)
    for (let i = 0; i < 100; i++) bound.tick(0.05)
    expect(value('/s/l/amount')).toBe(0.1)
  })
})

describe('bindings in time', () => {
  it('turn a stream of controls into a stream of changes (marbles)', () => {
    new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(({ hot, expectObservable }) => {
      const table = layTable()
      const bound = createBindings({ registry: table.registry, bindings: [{ from: 'b', to: '/s/l/on' }, { from: 'f', to: '/s/l/amount', takeover: 'pickup' }, { from: 'b', to: '/s/l/hit' }] })
      const events: Record<string, ControlEvent> = { p: event('b', 'press', 1), r: event('b', 'release', 0), l: event('f', 'position', 0.2), h: event('f', 'position', 0.8), x: event('f', 'position', Number.NaN) }
      const state = () => [table.value('/s/l/on'), table.value('/s/l/hit'), table.value('/s/l/amount')]
      const played = hot('-p-r-l-x-h-p|', events).pipe(tap((one) => { bound.apply(one) }), map(state))
      expectObservable(played).toBe('  -a-a-a-a-b-c|', { a: [true, 1, 0.5], b: [true, 1, 0.8], c: [false, 2, 0.8] })
    })
  })
})

describe('learning', () => {
  const param = (name: string) => {
    const found = layTable().registry.get(`/s/l/${name}`)
    if (!found) throw new Error(name)
    return found
  }
  it.each([
    ['press', 'hit', { mode: 'trigger' }], ['press', 'on', { mode: 'toggle' }], ['press', 'look', { mode: 'radio', value: 'a' }], ['press', 'amount', { mode: 'momentary' }],
    ['position', 'amount', { mode: 'set', takeover: 'pickup' }], ['position', 'on', { mode: 'toggle' }], ['steps', 'amount', { mode: 'set' }], ['position', 'place', { mode: 'set', component: 'x', takeover: 'pickup' }], ['steps', 'tint', { mode: 'set', component: 'r' }],
  ] as const)('a %s and %s propose %o', (kind, name, says) => {
    expect(proposeBinding(event('c', kind, 1), param(name))).toEqual({ from: 'c', to: `/s/l/${name}`, ...says })
  })

  it('of a button that sends positions propose what a button does', () => {
    expect([proposeBinding(event('c', 'position', 1), param('look'), true), proposeBinding(event('c', 'position', 1), param('amount'), true)]).toEqual([{ from: 'c', to: '/s/l/look', mode: 'radio', value: 'a' }, { from: 'c', to: '/s/l/amount', mode: 'momentary' }])
    expect(proposeBinding(event('midi/a/1/program', 'press', 5), param('hit'))).toEqual({ from: 'midi/a/1/program', to: '/s/l/hit', mode: 'trigger', program: 5 })
  })

  it('takes the control that is moved and the parameter that is touched, in any order, and no trembling fader', () => {
    const learn = createLearn(layTable().registry)
    expect(learn.hear(event('a', 'position', 1))).toBeUndefined()
    learn.begin()
    learn.touch('/s/l/amount')
    expect(['a', 'b', 'a', 'b'].map((name, i) => learn.hear(event(name, 'position', 0.5 + i * 0.005)))).toEqual([undefined, undefined, undefined, undefined])
    expect(learn.hear(event('b', 'position', 0.9))).toMatchObject({ from: 'b', to: '/s/l/amount' })
    expect(learn.learning).toBe(false)
    learn.begin()
    learn.hear(event('n', 'press', 1))
    expect(learn.touch('/s/l/nothing')).toBeUndefined()
    expect(learn.touch('/s/l/hit')).toMatchObject({ from: 'n', to: '/s/l/hit', mode: 'trigger' })
  })
})
