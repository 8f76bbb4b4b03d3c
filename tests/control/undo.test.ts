import { describe, expect, it } from 'vitest'
import { createUndo } from '../../src/control/undo.js'
import { dice, layTable } from './table.js'

const play = (room?: number) => {
  const table = layTable()
  let now = 0
  const undo = createUndo({ registry: table.registry, now: () => now, leaves: (address) => address === '/s/l/on', ...(room !== undefined && { room }) })
  return { ...table, undo, wait: (ms: number) => { now += ms } }
}

describe('undo', () => {
  it('takes a drag back as one step, and redoes it', () => {
    const { set, value, undo, wait } = play()
    for (let i = 1; i <= 20; i++) {
      set('/s/l/amount', 0.5 + i / 100)
      wait(16)
    }
    wait(1000)
    set('/s/l/amount', 0.1)
    expect([undo.steps, undo.next]).toEqual([2, '/s/l/amount'])
    expect([undo.undo(), value('/s/l/amount')]).toEqual(['/s/l/amount', 0.7])
    expect([undo.undo(), value('/s/l/amount'), undo.undo()]).toEqual(['/s/l/amount', 0.5, undefined])
    expect([undo.redo(), value('/s/l/amount')]).toEqual(['/s/l/amount', 0.7])
    expect([undo.redo(), value('/s/l/amount'), undo.redo()]).toEqual(['/s/l/amount', 0.1, undefined])
  })

  it('keeps two faders moved at once apart, and forgets what could be redone once something else is done', () => {
    const { set, value, undo, wait } = play()
    for (let i = 1; i <= 5; i++) {
      set('/s/l/amount', 0.5 + i / 10)
      set('/s/l/wide', i)
      wait(16)
    }
    expect(undo.steps).toBe(2)
    undo.undo()
    expect([value('/s/l/amount'), value('/s/l/wide')]).toEqual([1, 0])
    set('/s/l/copies', 9)
    expect(undo.again).toBeUndefined()
    expect([undo.undo(), undo.undo(), value('/s/l/amount')]).toEqual(['/s/l/copies', '/s/l/amount', 0.5])
  })

  it('leaves triggers, modulation and what it is told to leave alone', () => {
    const { set, registry, undo } = play()
    set('/s/l/hit', 1)
    set('/s/l/on', true)
    registry.get('/s/l/amount')?.modulate(0.9)
    expect(undo.undo()).toBeUndefined()
    registry.get('/s/l/amount')?.set(0.2)
    undo.undo()
    expect([registry.get('/s/l/amount')?.value, registry.get('/s/l/amount')?.drawn]).toEqual([0.5, 0.9])
  })

  it('makes all that one cue sets one step, however long it takes', () => {
    const { set, value, undo, wait } = play()
    undo.open('cue/1', 'cue "Drop"')
    for (let i = 0; i < 10; i++) {
      set('/s/l/amount', i / 10, 'cue/1')
      set('/s/l/wide', i, 'cue/1')
      wait(2000)
    }
    undo.close('cue/1')
    set('/s/l/copies', 8)
    expect(undo.steps).toBe(2)
    undo.undo()
    expect([undo.undo(), value('/s/l/amount'), value('/s/l/wide'), value('/s/l/copies')]).toEqual(['cue "Drop"', 0.5, 0, 4])
    expect([undo.redo(), value('/s/l/amount'), value('/s/l/wide')]).toEqual(['cue "Drop"', 0.9, 9])
  })

  it('passes over steps that led nowhere, and is bounded', () => {
    const { set, undo, wait } = play(10)
    set('/s/l/amount', 0.9)
    set('/s/l/amount', 0.5)
    expect([undo.next, undo.undo()]).toEqual([undefined, undefined])
    for (let i = 0; i < 100; i++) {
      set('/s/l/amount', i / 100)
      wait(1000)
    }
    expect(undo.steps).toBe(10)
  })

  it('restores exactly, whatever was done', () => {
    const { registry, undo, wait, set } = play(10_000)
    const random = dice(5)
    const states: string[] = []
    const state = () => JSON.stringify([...registry.addresses].filter((address) => !/hit|on$/.test(address)).map((address) => registry.get(address)?.value))
    for (let i = 0; i < 300; i++) {
      states.push(state())
      const before = undo.steps
      do {
        const pick = Math.floor(random() * 4)
        set(['/s/l/amount', '/s/l/tint', '/s/l/place', '/s/l/look'][pick] ?? '', [random(), [random(), random(), random(), 1], [random(), random()], ['a', 'b', 'c'][Math.floor(random() * 3)]][pick])
      } while (undo.steps === before)
      wait(10_000)
    }
    for (const expected of states.reverse()) {
      undo.undo()
      expect(state()).toBe(expected)
    }
  })
})
