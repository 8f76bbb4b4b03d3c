import { describe, expect, it } from 'vitest'
import { createInbox, type InboxOptions } from '../../src/control/inbox.js'
import { dice } from './table.js'

const open = (options?: InboxOptions) => {
  const inbox = createInbox(options)
  const drain = () => {
    const out: string[] = []
    inbox.drain({
      control: ({ control, kind, value }) => out.push(`${control} ${kind} ${value}`),
      param: ({ address, value, from }) => out.push(`${address} ${String(value)} ${from}`),
    })
    return out
  }
  return { inbox, drain }
}

describe('the inbox', () => {
  it('keeps of positions and values only the newest, where it arrived', () => {
    const { inbox, drain } = open()
    for (let i = 0; i <= 100; i++) inbox.control('a', 'position', i / 100, i)
    inbox.control('b', 'position', 0.5, 101)
    inbox.control('a', 'position', 0.25, 102)
    inbox.param('/x', 1, 103, 'osc')
    inbox.param('/x', 2, 104, 'osc')
    expect(drain()).toEqual(['b position 0.5', 'a position 0.25', '/x 2 osc'])
    expect(drain()).toEqual([])
    inbox.control('a', 'position', 1, 105)
    expect(drain()).toEqual(['a position 1'])
  })

  it('keeps every press, release and trigger in order, and adds steps up between them', () => {
    const { inbox, drain } = open()
    inbox.control('n', 'press', 0.5, 0)
    inbox.control('e', 'steps', 1, 1)
    inbox.control('e', 'steps', 2, 2)
    inbox.param('/hit', undefined, 3, 'osc')
    inbox.control('n', 'release', 0, 4)
    inbox.control('e', 'steps', -5, 5)
    inbox.control('e', 'steps', 1, 5)
    inbox.control('n', 'press', 1, 6)
    inbox.param('/hit', undefined, 7, 'osc')
    expect(drain()).toEqual(['n press 0.5', 'e steps 3', '/hit undefined osc', 'n release 0', 'e steps -4', 'n press 1', '/hit undefined osc'])
  })

  it('keeps every position of a control that is played as a button, and every value of a trigger', () => {
    const { inbox, drain } = open({ isButton: (name) => name === 'cc', isTrigger: (address) => address === '/hit' })
    for (const value of [1, 0, 1, 0]) inbox.control('cc', 'position', value, 0)
    for (const value of [1, 1]) inbox.param('/hit', value, 0, '')
    expect(drain()).toEqual(['cc position 1', 'cc position 0', 'cc position 1', 'cc position 0', '/hit 1 ', '/hit 1 '])
  })

  it('is bounded, counts what found no room, and keeps the last quarter for what must not be lost', () => {
    const { inbox, drain } = open({ room: 100 })
    for (let i = 0; i < 1000; i++) inbox.control(`fader-${i}`, 'position', 1, 0)
    expect(inbox.dropped).toBe(925)
    for (let i = 0; i < 25; i++) inbox.control('note', 'press', 1, 0)
    expect(inbox.dropped).toBe(925)
    inbox.control('note', 'press', 1, 0)
    expect(inbox.dropped).toBe(926)
    expect(drain().filter((line) => line.startsWith('note'))).toHaveLength(25)
    inbox.control('note', 'press', 1, 0)
    expect(drain()).toHaveLength(1)
  })

  it('loses nothing among triggers and ends at the newest values, whatever comes', () => {
    const { inbox, drain } = open({ room: 256 })
    const random = dice(7)
    for (let round = 0; round < 200; round++) {
      const presses: string[] = []
      const newest = new Map<string, number>()
      const turned = new Map<string, number>()
      for (let i = 0; i < 150; i++) {
        const name = `c${Math.floor(random() * 8)}`
        const what = random()
        const value = Math.floor(random() * 1000)
        if (what < 0.4) {
          inbox.control(name, 'position', value, i)
          newest.set(name, value)
        } else if (what < 0.6) {
          inbox.control(name, 'steps', 1, i)
          turned.set(name, (turned.get(name) ?? 0) + 1)
        } else {
          inbox.control(name, 'press', value, i)
          presses.push(`${name} press ${value}`)
        }
      }
      const out = drain()
      expect(out.filter((line) => line.includes('press'))).toEqual(presses)
      const positions = out.filter((line) => line.includes('position'))
      expect(positions.sort()).toEqual([...newest].map(([name, value]) => `${name} position ${value}`).sort())
      const steps = new Map<string, number>()
      for (const [name = '', kind, value] of out.map((line) => line.split(' '))) if (kind === 'steps') steps.set(name, (steps.get(name) ?? 0) + Number(value))
      expect([...steps].sort()).toEqual([...turned].sort())
    }
    expect(inbox.dropped).toBe(0)
  })

  it('gives what comes while it is emptied the next time, and the rest when the one that empties it throws', () => {
    const { inbox, drain } = open()
    inbox.control('a', 'press', 1, 0)
    inbox.control('b', 'press', 1, 0)
    let given = 0
    const throws = () => inbox.drain({
      control() {
        given += 1
        inbox.control('c', 'press', 1, 0)
        throw new Error('no')
      },
      param() {},
    })
    expect(throws).toThrow('no')
    expect(given).toBe(1)
    expect(drain()).toEqual(['b press 1', 'c press 1'])
  })

  it('uses the same objects again', () => {
    const inbox = createInbox({ room: 4 })
    const seen = new Set<unknown>()
    for (let i = 0; i < 100; i++) {
      inbox.control('a', 'position', i, 0)
      inbox.control('n', 'press', 1, 0)
      inbox.drain({ control: (event) => seen.add(event), param() {} })
    }
    expect(seen.size).toBeLessThanOrEqual(4)
  })

  it('forgets names it will not see again', () => {
    const { inbox, drain } = open({ room: 16 })
    for (let i = 0; i < 10_000; i++) {
      inbox.control(`stranger/${i}`, 'position', 1, 0)
      if (i % 8 === 7) expect(drain()).toHaveLength(8)
    }
  })
})
