import { describe, expect, it } from 'vitest'
import { createDecoder } from '../../src/control/midi/decode.js'
import { createMidiLearn } from '../../src/control/midi/learn.js'

/** A device, with a hand that takes 10 ms for each message. */
const learning = () => {
  const learn = createMidiLearn()
  const decoder = createDecoder('dev', learn.hear)
  let at = 0
  return {
    learn, decoder,
    send(...messages: readonly (readonly [number, number, number?])[]) {
      for (const [status, a, b = 0] of messages) decoder.channel(status, a, b, (at += 10))
    },
    after: (ms: number) => learn.propose(at + ms),
  }
}
const moves = (cc: number, from: number, to: number) => Array.from({ length: Math.abs(to - from) + 1 }, (_, i): [number, number, number] => [0xb0, cc, from + Math.sign(to - from) * i])

describe('MIDI learn', () => {
  it('takes the control that moves, for the address that waits, once', () => {
    const { learn, send, after } = learning()
    learn.begin('/a/b')
    send(...moves(7, 10, 60))
    expect(after(400)).toMatchObject({ address: '/a/b', control: 'midi/dev/1/cc/7', gesture: 'position', encoding: undefined, event: { kind: 'position', value: 60 / 127 } })
    expect([learn.address, after(1000)]).toEqual([undefined, undefined])
  })
  it('listens for a moment before it decides, and hears nothing when nobody asked', () => {
    const { learn, send, after } = learning()
    send(...moves(7, 10, 60))
    expect(after(5000)).toBeUndefined()
    learn.begin('/a/b')
    expect(after(5000)).toBeUndefined()
    send(...moves(7, 10, 20))
    expect(after(0)).toBeUndefined()
    learn.cancel()
    expect(after(5000)).toBeUndefined()
  })
  it('passes over a fader that trembles, releases, and a neighbour that was brushed', () => {
    const { learn, send, after } = learning()
    learn.begin('/a/b')
    for (let i = 0; i < 200; i++) send([0xb0, 3, 64 + (i % 2)], [0x80, 40, 0])
    send([0x80, 40, 64])
    for (let i = 0; i < 10; i++) send(...moves(8, 20 + 4 * i, 24 + 4 * i), [0xb0, 9, 5 + i])
    expect(after(400)?.control).toBe('midi/dev/1/cc/8')
  })
  it('takes a pad rather than the pressure on it, with its velocity', () => {
    const { learn, send, after } = learning()
    learn.begin('/a/b')
    send([0x99, 36, 100], [0xd9, 10], [0xd9, 20], [0xd9, 25], [0x89, 36, 0])
    expect(after(400)).toMatchObject({ control: 'midi/dev/10/note/36', gesture: 'button', event: { kind: 'press', value: 100 / 127 } })
  })
  it('takes a motor fader rather than the touch of it', () => {
    const { learn, send, after } = learning()
    learn.begin('/a/b')
    send([0x90, 104, 127], ...Array.from({ length: 30 }, (_, i): [number, number, number] => [0xe0, 0, 20 + 2 * i]), [0x90, 104, 0])
    expect(after(400)).toMatchObject({ control: 'midi/dev/1/bend', gesture: 'position' })
  })
  it('knows a button that sends a CC', () => {
    const { learn, send, after } = learning()
    learn.begin('/a/b')
    send([0xb0, 41, 127], [0xb0, 41, 0])
    expect(after(400)).toMatchObject({ control: 'midi/dev/1/cc/41', gesture: 'button', event: { kind: 'press', value: 1 } })
  })
  it('takes 14 bits and an NRPN for what they are, not for their parts', () => {
    const { learn, send, after } = learning()
    learn.begin('/a/b')
    for (let i = 0; i < 20; i++) send([0xb0, 1, 3 * i], [0xb0, 33, (i * 50) % 128])
    expect(after(400)?.control).toBe('midi/dev/1/cc14/1')
    learn.begin('/a/b')
    for (let i = 0; i < 20; i++) send([0xb2, 99, 2], [0xb2, 98, 1], [0xb2, 6, 3 * i], [0xb2, 38, (i * 50) % 128])
    expect(after(400)?.control).toBe('midi/dev/3/nrpn/257')
  })
  it.each([
    ['twos', [1, 1, 2, 1, 127, 127, 126]],
    ['offset', [65, 65, 66, 65, 63, 63]],
    ['sign', [1, 1, 2, 65, 65, 66]],
  ] as const)('finds the encoding of an encoder: %s', (encoding, values) => {
    const { learn, send, after } = learning()
    learn.begin('/a/b')
    send(...values.map((value): [number, number, number] => [0xb0, 20, value]))
    expect(after(400)).toMatchObject({ control: 'midi/dev/1/cc/20', gesture: 'encoder', encoding, sure: true, event: { kind: 'steps' } })
  })
  it('takes program changes by their number', () => {
    const { learn, send, after } = learning()
    learn.begin('/a/b')
    send([0xc0, 12])
    expect(after(400)).toMatchObject({ control: 'midi/dev/1/program', gesture: 'program', event: { kind: 'press', value: 12 } })
  })
})
