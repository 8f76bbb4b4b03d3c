import { describe, expect, it } from 'vitest'
import { DoppelError } from '../../src/engine/error.js'
import { beats, bool, choice, clampParam, colour, defaultOf, expectedOf, fitsParam, float, int, parseParam, point, trigger } from '../../src/engine/params.js'
import { createRegistry, slug, uniqueSlug } from '../../src/engine/registry.js'

describe('params', () => {
  it.each([
    [float(0, 1, 0.5), '0.25', 0.25],
    [int(1, 16, 4), '12', 12],
    [beats(1 / 32, 4, 1), '1/16', 1 / 16],
    [bool(false), 'on', true],
    [choice(['a', 'b'], 'a'), 'b', 'b'],
    [colour(0, 0, 0), '#ff000080', [1, 0, 0, 128 / 255]],
    [point(0.5, 0.5), '0.2:0.8', [0.2, 0.8]],
  ])('reads %o from "%s"', (decl, text, value) => expect(parseParam(decl, text, 'x')).toEqual(value))

  it.each([
    [float(0, 1, 0.5), '1.5', 'a number from 0 to 1'],
    [float(0, 1, 0.5), '', 'a number'],
    [int(1, 16, 4), '2.5', 'a whole number from 1 to 16'],
    [bool(false), 'maybe', 'true or false'],
    [choice(['a', 'b'], 'a'), 'c', 'one of a, b'],
    [colour(0, 0, 0), 'red', 'four numbers'],
    [beats(0, 1, 1), '1/0', 'a number from 0 to 1'],
  ])('refuses for %o the text "%s", saying the range', (decl, text, says) => {
    expect(() => parseParam(decl, text, "echo's copies")).toThrow(DoppelError)
    expect(() => parseParam(decl, text, "echo's copies")).toThrow(says)
  })

  it('brings live values into range and refuses those of a wrong kind', () => {
    expect(clampParam(float(0, 1, 0), 7)).toBe(1)
    expect(clampParam(int(1, 16, 1), 3.6)).toBe(4)
    expect(clampParam(bool(false), 1)).toBe(true)
    for (const bad of [Number.NaN, Infinity, 'x', null, undefined, [1], {}]) expect(clampParam(float(0, 1, 0), bad)).toBeUndefined()
  })

  it('has defaults that fit, for every type', () => {
    for (const decl of [float(0, 1, 0.5), int(0, 3, 1), beats(0, 1, 1), bool(true), choice(['a'], 'a'), colour(1, 1, 1), point(0, 0), trigger()]) {
      expect(fitsParam(decl, defaultOf(decl)), expectedOf(decl)).toBe(true)
    }
  })
})

describe('registry', () => {
  it('plays the very object it addresses and says what changed', () => {
    const registry = createRegistry()
    const values = { amount: 0.5 }
    const seen: string[] = []
    registry.change$.subscribe(({ param }) => seen.push(`${param.address}=${String(param.value)}`))
    const param = registry.add('/scene/layer/echo/amount', float(0, 1, 0.5), { get: () => values.amount, set: (v) => { values.amount = v as number } })
    expect(param.set(3)).toBe(true)
    expect(values.amount).toBe(1)
    expect(param.set('loud')).toBe(false)
    expect(param.set(1)).toBe(true)
    expect(seen).toEqual(['/scene/layer/echo/amount=1'])
    expect(() => registry.add('/scene/layer/echo/amount', bool(true), { get: () => true, set: () => {} })).toThrow('taken')
    expect(() => registry.add('Scene/x', bool(true), { get: () => true, set: () => {} })).toThrow('address')
    registry.remove('/scene/layer')
    expect([...registry.addresses]).toEqual([])
  })

  it('is modulated over what was set, which stays what is saved', () => {
    const registry = createRegistry()
    const values = { amount: 0.5 }
    const changes: unknown[] = []
    const param = registry.add('/a/b', float(0, 1, 0.5), { get: () => values.amount, set: (v) => { values.amount = v as number } })
    registry.change$.subscribe(({ before, from, param: { value } }) => changes.push([before, value, from]))
    param.modulate(0.75)
    expect([values.amount, param.value, param.drawn]).toEqual([0.75, 0.5, 0.75])
    param.modulate(9)
    expect([param.value, param.drawn]).toEqual([0.5, 1])
    expect(param.set(0.25, 'osc')).toBe(true)
    expect([param.value, param.drawn]).toEqual([0.25, 1])
    param.release()
    expect([param.value, param.drawn, values.amount]).toEqual([0.25, 0.25, 0.25])
    expect(changes).toEqual([[0.5, 0.25, 'osc']])
    const place = registry.add('/a/place', point(0, 0), { get: () => spot, set: (v) => { spot = v as readonly number[] } })
    let spot: readonly number[] = [0, 0]
    place.set([0, 0])
    expect(changes).toHaveLength(1)
  })

  it('makes slugs', () => {
    expect(slug('Größe & Façade 2')).toBe('gro-e-facade-2')
    expect(slug('!!!')).toBe('unnamed')
    const taken = new Set<string>()
    expect([uniqueSlug('echo', taken), uniqueSlug('echo', taken), uniqueSlug('echo', taken)]).toEqual(['echo', 'echo-2', 'echo-3'])
  })
})
