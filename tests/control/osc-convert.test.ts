import { describe, expect, it } from 'vitest'
import type { OscArg } from '../../src/control/osc/codec.js'
import { argsOf, convertArgs, describeArgs } from '../../src/control/osc/convert.js'
import { clampParam } from '../../src/engine/params.js'
import { DECLS, f, i, s } from './osc-support.js'

const declOf = (address: string) => DECLS[address] ?? (() => { throw new Error(address) })()
const T: OscArg = { type: 'T' }
const F: OscArg = { type: 'F' }

type Case<T> = readonly [address: string, args: readonly OscArg[], expected: T]
const named = <T>(cases: readonly Case<T>[]) => cases.map(([address, args, expected]) => [address, describeArgs(args) || 'nothing', args, expected] as const)

describe('arguments become values', () => {
  it.each(named<unknown>([
    ['/master/opacity', [f(0.5)], 0.5],
    ['/master/opacity', [i(1)], 1],
    ['/master/opacity', [{ type: 'd', value: 0.25 }], 0.25],
    ['/master/opacity', [{ type: 'h', value: 1n }], 1],
    ['/master/opacity', [{ type: '[', value: [f(0.5)] }], 0.5],
    ['/show/left/echo/copies', [f(3)], 3],
    ['/master/blackout', [T], true],
    ['/master/blackout', [F], false],
    ['/master/blackout', [i(1)], true],
    ['/master/blackout', [f(0)], false],
    ['/show/left/blend', [s('add')], 'add'],
    ['/show/left/blend', [i(2)], 'multiply'],
    ['/show/left/blend', [f(1)], 'add'],
    ['/show/left/echo/tint', [f(0.5), f(0.25), i(1), f(1)], [0.5, 0.25, 1, 1]],
    ['/show/left/echo/tint', [f(0.5), f(0.25), f(0)], [0.5, 0.25, 0, 1]],
    ['/show/left/echo/tint', [{ type: 'r', value: [255, 0, 51, 255] }], [1, 0, 0.2, 1]],
    ['/show/left/echo/centre', [f(0.25), f(-1)], [0.25, -1]],
    ['/show/left/echo/reset', [], undefined],
    ['/show/left/echo/reset', [i(1)], undefined],
    ['/show/left/echo/reset', [f(0.1)], undefined],
    ['/show/left/echo/reset', [T], undefined],
    ['/show/left/echo/reset', [{ type: 'I' }], undefined],
  ]))('%s takes %s', (address, _, args, value) => {
    expect(convertArgs(declOf(address), args)).toEqual({ value })
  })

  it('a trigger ignores the button being let go', () => {
    for (const args of [[i(0)], [f(0)], [F]]) expect(convertArgs(declOf('/show/left/echo/reset'), args)).toBe('nothing')
  })

  it.each(named<string>([
    ['/master/opacity', [s('high')], 'it takes a number from 0 to 1, not "high"'],
    ['/master/opacity', [], 'it takes a number from 0 to 1, not nothing'],
    ['/master/opacity', [f(Number.NaN)], 'not NaN'],
    ['/master/opacity', [f(Number.POSITIVE_INFINITY)], 'not Infinity'],
    ['/master/opacity', [f(1), f(1)], 'not 1 1'],
    ['/master/opacity', [T], 'not true'],
    ['/master/opacity', [{ type: 'b', value: Uint8Array.of(1) }], 'not 1 bytes'],
    ['/show/left/blend', [s('ad')], 'it takes one of normal, add, multiply, or a number from 0 to 2, not "ad": did you mean "add"?'],
    ['/show/left/blend', [i(3)], 'not 3'],
    ['/show/left/blend', [f(Number.NaN)], 'not NaN'],
    ['/show/left/echo/tint', [f(1), f(1)], 'four numbers'],
    ['/show/left/echo/tint', [f(1), f(1), f(1), f(Number.NaN)], 'not 1 1 1 NaN'],
    ['/show/left/echo/centre', [f(1)], 'two numbers x, y, not 1'],
    ['/show/left/echo/reset', [s('now')], 'nothing, or a number that is not zero, not "now"'],
    ['/show/left/echo/reset', [f(Number.NaN)], 'not NaN'],
  ]))('%s refuses %s', (address, _, args, why) => {
    const meaning = convertArgs(declOf(address), args)
    expect(typeof meaning === 'object' && 'problem' in meaning && meaning.problem()).toContain(why)
  })

  it('values go out as what comes in', () => {
    for (const [address, decl] of Object.entries(DECLS)) {
      if (decl.type === 'trigger') continue
      const meaning = convertArgs(decl, argsOf(decl, decl.default))
      expect(clampParam(decl, typeof meaning === 'object' && 'value' in meaning ? meaning.value : undefined), address).toEqual(decl.default)
    }
  })
})
