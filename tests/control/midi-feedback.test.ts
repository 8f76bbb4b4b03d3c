import { afterEach, describe, expect, it } from 'vitest'
import type { BindingDecl } from '../../src/control/binding.js'
import { createMidiFeedback, type MidiFeedback } from '../../src/control/midi/feedback.js'
import { openMidi } from '../../src/control/midi/surface.js'
import { bool, choice, colour, float, trigger, type ParamDecl, type ParamValue } from '../../src/engine/params.js'
import { createRegistry } from '../../src/engine/registry.js'
import { fakeMidi, journal, manualTime } from './midi-support.js'

let feedback: MidiFeedback | undefined
afterEach(() => feedback?.close())

const playing = async (port: string, bindings: readonly BindingDecl[], perFlush?: number) => {
  const time = manualTime()
  const midi = fakeMidi(time.now)
  midi.plug(port)
  const surface = await openMidi({ inbox: journal(), names: 'all', time, system: midi.open })
  time.advance(1000)
  const registry = createRegistry()
  const add = (address: string, decl: ParamDecl, value: ParamValue) => registry.add(address, decl, { get: () => value, set: (next) => { value = next } })
  const level = add('/p/level', float(0, 2, 1), 1)
  const on = add('/p/on', bool(false), false)
  const mode = add('/p/mode', choice(['a', 'b', 'c'], 'a'), 'a')
  const tint = add('/p/tint', colour(1, 0, 0), [1, 0, 0, 1])
  add('/p/go', trigger(), 0)
  const made = createMidiFeedback({ registry, surface, bindings, ...(perFlush !== undefined && { perFlush }) })
  feedback = made
  let read = midi.sent(port).length
  return {
    time, midi, surface, registry, level, on, mode, tint, feedback: made,
    flush() {
      time.advance(20)
      made.flush(time.now())
      const all = midi.sent(port)
      return all.slice(read, read = all.length)
    },
  }
}

describe('feedback to controllers', () => {
  it('shows where everything stands, then what changes, the newest value of each only', async () => {
    const { flush, level } = await playing('Motors', [{ from: 'midi/motors/1/cc/7', to: '/p/level' }, { from: 'midi/motors/2/note/5', to: '/p/on' }])
    expect(flush()).toEqual([[0xb0, 7, 64], [0x91, 5, 0]])
    expect(flush()).toEqual([])
    for (const value of [0.1, 0.2, 2]) level.set(value)
    expect(flush()).toEqual([[0xb0, 7, 127]])
    level.set(1.999)
    expect(flush()).toEqual([])
  })

  it('in 14 bits, NRPNs and bends; a trigger shows nothing', async () => {
    const { flush } = await playing('Motors', [
      { from: 'midi/motors/1/cc14/1', to: '/p/level' }, { from: 'midi/motors/1/nrpn/257', to: '/p/level' }, { from: 'midi/motors/1/bend', to: '/p/level' }, { from: 'midi/motors/1/note/9', to: '/p/go' },
    ])
    expect(flush()).toEqual([[0xb0, 1, 64], [0xb0, 33, 0], [0xb0, 99, 2], [0xb0, 98, 1], [0xb0, 6, 64], [0xb0, 38, 0], [0xe0, 0, 64], [0x90, 9, 0]])
  })

  it('leaves a fader alone while a hand is on it, and is silent where it already stands', async () => {
    const { flush, level, midi, time } = await playing('Motors', [{ from: 'midi/motors/1/cc/7', to: '/p/level' }])
    flush()
    for (const value of [70, 80, 90]) {
      midi.play('Motors', [0xb0, 7, value])
      level.set((value / 127) * 2, 'midi/motors/1/cc/7')
      expect(flush()).toEqual([])
    }
    time.advance(400)
    expect(flush()).toEqual([])
    midi.play('Motors', [0xb0, 7, 100])
    level.set(0.5)
    expect(flush()).toEqual([])
    time.advance(400)
    expect(flush()).toEqual([[0xb0, 7, 32]])
  })

  it('lights one of several, and puts a button right that lit itself', async () => {
    const { flush, mode, midi } = await playing('Pads', ['a', 'b', 'c'].map((value, i): BindingDecl => ({ from: `midi/pads/1/note/${i}`, to: '/p/mode', mode: 'radio', value })))
    expect(flush()).toEqual([[0x90, 0, 127], [0x90, 1, 0], [0x90, 2, 0]])
    mode.set('c')
    expect(flush()).toEqual([[0x90, 0, 0], [0x90, 2, 127]])
    midi.play('Pads', [0x90, 1, 100])
    expect(flush()).toEqual([[0x90, 1, 0]])
  })

  it('sends everything again when the device comes back', async () => {
    const { flush, midi, time, on } = await playing('Pads 20:0', [{ from: 'midi/pads/1/note/1', to: '/p/on' }])
    flush()
    midi.unplug('Pads 20:0')
    time.advance(1000)
    on.set(true)
    flush()
    midi.plug('Pads 20:0')
    time.advance(1000)
    expect(flush()).toEqual([[0x90, 1, 127]])
  })

  it('sends no more at once than a device takes, and the rest later', async () => {
    const { flush } = await playing('Pads', Array.from({ length: 100 }, (_, i): BindingDecl => ({ from: `midi/pads/1/note/${i}`, to: '/p/on' })), 24)
    const bursts = Array.from({ length: 6 }, () => flush().length)
    expect(bursts).toEqual([24, 24, 24, 24, 4, 0])
  })

  it('puts out what is bound no more, and everything at the end', async () => {
    const { flush, on, feedback: shown, midi } = await playing('Pads', [{ from: 'midi/pads/1/note/1', to: '/p/on' }, { from: 'midi/*/1/note/2', to: '/p/on' }])
    on.set(true)
    expect(flush()).toEqual([[0x90, 1, 127], [0x90, 2, 127]])
    shown.bind([{ from: 'midi/pads/1/note/2', to: '/p/on' }])
    expect(flush()).toEqual([[0x90, 1, 0]])
    shown.close()
    expect(midi.sent('Pads').at(-1)).toEqual([0x90, 2, 0])
  })

  it('speaks each make\'s own language', async () => {
    const launchpad = await playing('LPX MIDI Out', [{ from: 'midi/launchpad-x/1/note/11', to: '/p/tint' }])
    const programmer = [0xf0, 0, 0x20, 0x29, 2, 0x0c, 0x0e, 1, 0xf7]
    expect(launchpad.midi.sent('LPX MIDI Out')).toEqual([programmer, programmer])
    expect(launchpad.flush()).toEqual([[0xf0, 0, 0x20, 0x29, 2, 0x0c, 3, 3, 11, 127, 0, 0, 0xf7]])
    feedback?.close()
    await launchpad.surface.close()
    expect(launchpad.midi.sent('LPX MIDI Out').at(-1)).toEqual([0xf0, 0, 0x20, 0x29, 2, 0x0c, 0x0e, 0, 0xf7])
    const apc = await playing('APC mini mk2 Control', [{ from: 'midi/apc-mini-mk2/1/note/0', to: '/p/on' }, { from: 'midi/apc-mini-mk2/1/cc/48', to: '/p/level' }])
    apc.on.set(true)
    expect(apc.flush()).toEqual([[0xf0, 0x47, 0x7f, 0x4f, 0x24, 0, 8, 0, 0, 1, 127, 1, 127, 1, 127, 0xf7]])
    const twister = await playing('Midi Fighter Twister', [{ from: 'midi/midi-fighter-twister/1/cc/3', to: '/p/level' }, { from: 'midi/midi-fighter-twister/2/cc/3', to: '/p/tint' }])
    expect(twister.flush()).toEqual([[0xb0, 3, 64], [0xb1, 3, 84], [0xb2, 3, 47]])
  })
})
