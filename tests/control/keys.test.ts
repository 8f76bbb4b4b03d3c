import { describe, expect, it } from 'vitest'
import { createBindings } from '../../src/control/bindings.js'
import { createKeys, keyControl, keyText } from '../../src/control/keys.js'
import { KEY_ACTIONS } from '../../src/engine/controls.js'
import { bool, choice } from '../../src/engine/params.js'
import { event, layTable } from './table.js'

describe('the keys', () => {
  it('have every action on a key of its own, and say so', () => {
    const keys = createKeys()
    expect(keys.conflicts).toEqual([])
    expect(keys.rows).toHaveLength(KEY_ACTIONS.length + 11)
    for (const says of ['blackout', 'freeze', 'bypass all effects', 'this is the one', 'reset effects', 'test card', 'undo', 'fullscreen']) expect(keyText(keys.rows)).toContain(says)
    expect([keys.local('question'), keys.local('q'), keys.local('b')]).toEqual(['help', 'quit', undefined])
    expect(new Set(keys.bindings.map(({ from }) => from)).size).toBe(keys.bindings.length)
  })

  it('are bindings like any other', () => {
    const table = layTable({ '/master/blackout': bool(false), '/master/scene': choice(['one', 'two'], 'one') })
    const bindings = createBindings({ registry: table.registry, bindings: createKeys({ scenes: ['one', 'two'] }).bindings })
    for (const key of ['b', '2']) bindings.apply(event(keyControl(key), 'press', 1))
    expect([table.value('/master/blackout'), table.value('/master/scene')]).toEqual([true, 'two'])
    bindings.apply(event(keyControl('B'), 'press', 1))
    expect(table.value('/master/blackout')).toBe(false)
  })

  it('are moved by the set, which has the first word', () => {
    const keys = createKeys({ keys: { blackout: 't', tap: ['x', 'k'], quit: [] }, taken: ['r', 'space'], scenes: ['a', 'b', 'c'] })
    const of = (to: string) => keys.bindings.filter((binding) => binding.to === to).map(({ from }) => from)
    expect([of('/master/blackout'), of('/clock/tap'), of('/master/freeze'), of('/clock/resync')]).toEqual([['key/t'], ['key/x', 'key/k'], [], []])
    expect(keys.local('q')).toBeUndefined()
    // The test card lost its T, which nobody asked it to.
    expect(keys.conflicts).toEqual([expect.stringContaining('T is asked for test card, and is blackout\'s already')])
    expect(keyText(keys.rows)).toMatch(/X, K +tap the tempo/)
    expect(keyText(keys.rows)).toMatch(/1-3 +scenes/)
  })

  it('report what is asked for twice, and what the windows keep', () => {
    const { conflicts } = createKeys({ keys: { blackout: 'k', freeze: 'k', tap: 'f' }, taken: ['k'] })
    expect(conflicts).toHaveLength(3)
    expect(conflicts.join('\n')).toMatch(/K is asked for freeze, and is blackout's already[^]*F is asked for tap the tempo, and is fullscreen's already[^]*K is bound in the set, and is blackout's already/)
  })
})
