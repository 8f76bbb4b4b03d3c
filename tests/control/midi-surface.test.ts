import { describe, expect, it } from 'vitest'
import { createInbox } from '../../src/control/inbox.js'
import { deviceSlug, parseControl } from '../../src/control/midi/names.js'
import { openMidiSystem, type MidiPackage } from '../../src/control/midi/ports.js'
import { openMidi, type MidiOptions } from '../../src/control/midi/surface.js'
import type { Fault, Status } from '../../src/engine/types.js'
import { drained, fakeMidi, journal, manualTime, seeded } from './midi-support.js'

class Missing {
  constructor() { throw new Error('Failed to initialise RtMidi') }
}
const unusable = { Input: Missing, Output: Missing } as unknown as MidiPackage

const opened = async (names: MidiOptions['names'] = 'all', prepare: (midi: ReturnType<typeof fakeMidi>) => void = () => {}, more: Partial<MidiOptions> = {}) => {
  const time = manualTime()
  const midi = fakeMidi(time.now)
  prepare(midi)
  const inbox = journal()
  const surface = await openMidi({ inbox, names, time, system: midi.open, ...more })
  const faults: Fault[] = []
  const states: Status[] = []
  surface.fault$.subscribe((fault) => faults.push(fault))
  surface.status$.subscribe((status) => states.push(status))
  return { time, midi, inbox, surface, faults, states, state: () => states.at(-1) }
}

describe('names of devices', () => {
  it.each([
    ['nanoKONTROL2:nanoKONTROL2 nanoKONTROL2 _ CTRL 20:0', 'nanokontrol2-ctrl'],
    ['Midi Through:Midi Through Port-0 14:0', 'midi-through-port-0'],
    ['RtMidi Output Client-01:Peter\'s Pads', 'peter-s-pads'],
    ['a2j:Keystation [24] (capture): Keystation MIDI 1', 'keystation-midi-1'],
    ['2- Oxygen 25', 'oxygen-25'],
    ['Fader Port', 'fader-port'],
    ['', 'unnamed'],
  ])('%s', (port, slug) => expect(deviceSlug(port)).toBe(slug))
  it('of controls are read back', () => {
    expect(parseControl('midi/a-b/16/cc14/31')).toEqual({ device: 'a-b', channel: 16, kind: 'cc14', number: 31 })
    expect(parseControl('midi/x/1/bend')).toMatchObject({ kind: 'bend', number: 0 })
    for (const none of ['midi/x/17/cc/1', 'midi/x/1/cc/128', 'osc/x', 'midi/x/1/cc', 'midi//1/cc/1']) expect(parseControl(none)).toBeUndefined()
  })
})

describe('a MIDI surface', () => {
  it('hears a device under its name', async () => {
    const { midi, inbox, surface, state } = await opened('all', (fake) => fake.plug('Pads 20:0'))
    midi.play('Pads 20:0', [0x90, 36, 127], 1234)
    midi.play('Pads 20:0', [0xb1, 7, 127], 1235)
    expect(inbox.take()).toEqual([
      { control: 'midi/pads/1/note/36', kind: 'press', value: 1, at: 1234 },
      { control: 'midi/pads/2/cc/7', kind: 'position', value: 1, at: 1235 },
    ])
    expect(state()).toEqual({ unit: 'midi', state: 'running', detail: 'pads' })
    await surface.close()
    expect(midi.openPorts).toBe(0)
    expect(state()?.state).toBe('closed')
  })

  it('keeps the name of a device that is unplugged, lets go of its notes, and hears it again within 3 s', async () => {
    const { time, midi, inbox, surface, state } = await opened('all', (fake) => fake.plug('Pads 20:0'))
    midi.play('Pads 20:0', [0x90, 36, 127])
    midi.unplug('Pads 20:0')
    time.advance(3000)
    expect(inbox.take().map(({ kind }) => kind)).toEqual(['press', 'release'])
    expect(surface.devices).toMatchObject([{ slug: 'pads', connected: false }])
    expect(state()).toMatchObject({ state: 'waiting' })
    midi.plug('Pads 24:0')
    time.advance(3000)
    midi.play('Pads 24:0', [0xb0, 1, 127])
    expect(inbox.take()).toMatchObject([{ control: 'midi/pads/1/cc/1' }])
    expect(surface.devices).toMatchObject([{ slug: 'pads', connected: true }])
    await surface.close()
  })

  it('tells two devices of one name apart, the same way every time', async () => {
    const { time, midi, inbox, surface } = await opened('all', (fake) => {
      fake.plug('Pads 20:0')
      fake.plug('Pads 24:0')
    })
    const heard = (port: string) => {
      midi.play(port, [0xb0, 1, 1])
      return inbox.take().map(({ control }) => control)
    }
    expect([heard('Pads 20:0'), heard('Pads 24:0')]).toEqual([['midi/pads/1/cc/1'], ['midi/pads-2/1/cc/1']])
    midi.unplug('Pads 20:0')
    time.advance(1000)
    expect(heard('Pads 24:0')).toEqual(['midi/pads-2/1/cc/1'])
    midi.plug('Pads 20:0')
    time.advance(1000)
    expect([heard('Pads 20:0'), heard('Pads 24:0')]).toEqual([['midi/pads/1/cc/1'], ['midi/pads-2/1/cc/1']])
    surface.send('pads-2', [0x90, 1, 1])
    expect(midi.sent('Pads 24:0')).toEqual([[0x90, 1, 1]])
    await surface.close()
  })

  it('opens both anew where the system gives them one name and one of them goes', async () => {
    const { time, midi, inbox, surface } = await opened('all', (fake) => {
      fake.plug('Pads')
      fake.plug('Pads')
    })
    expect(surface.devices.map(({ slug }) => slug)).toEqual(['pads', 'pads-2'])
    midi.unplug('Pads', 0)
    time.advance(1000)
    midi.play('Pads', [0xb0, 1, 1])
    expect(inbox.take().map(({ control }) => control)).toEqual(['midi/pads/1/cc/1'])
    expect(midi.openPorts).toBe(2)
    await surface.close()
  })

  it('opens only what is named, whatever is plugged in, and nothing for none', async () => {
    const all = (fake: ReturnType<typeof fakeMidi>) => ['nanoKONTROL2 20:0', 'Keys 24:0', 'RtMidi Input Client:RtMidi Input 128:0'].forEach((name) => fake.plug(name))
    expect((await opened(['NanoKontrol'], all)).surface.devices.map(({ slug }) => slug)).toEqual(['nanokontrol2'])
    expect((await opened('all', all)).surface.devices.map(({ slug }) => slug)).toEqual(['nanokontrol2', 'keys'])
    const none = await opened('none', all)
    expect([none.surface.devices, none.state()?.detail]).toEqual([[], 'switched off'])
    expect((await opened(['Twister'], all)).state()).toMatchObject({ state: 'waiting', detail: 'waiting for Twister' })
  })

  it('listens to the channels it is told', async () => {
    const { midi, inbox } = await opened('all', (fake) => fake.plug('Keys'), { channels: [3] })
    midi.play('Keys', [0x90, 1, 1, 0x92, 2, 2])
    expect(inbox.take().map(({ control }) => control)).toEqual(['midi/keys/3/note/2'])
  })

  it('says why there is no MIDI, and closes all the same', async () => {
    const { surface, states, faults } = await opened('all', () => {}, { system: () => openMidiSystem(() => Promise.resolve(unusable)) })
    expect(states).toMatchObject([{ state: 'failed', detail: 'there is no MIDI: Failed to initialise RtMidi' }])
    expect(faults).toMatchObject([{ unit: 'midi', message: 'there is no MIDI: Failed to initialise RtMidi', hint: expect.stringContaining('everything else works') }])
    expect(surface.send('anything', [0xf8])).toBe(false)
    await surface.close()
  })
  it('says so too when the package itself is missing', async () => {
    const { faults } = await opened('all', () => {}, { system: () => openMidiSystem(() => Promise.reject(new Error('Cannot find package'))) })
    expect(faults[0]?.message).toContain('Cannot find package')
  })

  it('goes on trying a device that another program holds, and reports it once', async () => {
    const { time, midi, surface, faults } = await opened('all', (fake) => {
      fake.plug('Keys')
      fake.busy.add('Keys')
    })
    time.advance(2000)
    expect(faults).toMatchObject([{ message: expect.stringContaining('Keys could not be opened') }])
    midi.busy.clear()
    time.advance(2500)
    expect(surface.devices).toMatchObject([{ slug: 'keys', connected: true }])
  })

  it('survives a listener that throws and a device that is gone when something is sent to it', async () => {
    const { midi, inbox, surface, faults } = await opened('all', (fake) => fake.plug('Keys'))
    surface.listen(() => { throw new Error('a bad listener') })
    midi.play('Keys', [0x90, 1, 1])
    expect(inbox.take()).toHaveLength(1)
    midi.unplug('Keys')
    expect(surface.send('keys', [0xf8])).toBe(false)
    expect(faults.map(({ message }) => message)).toEqual(['a bad listener', 'Internal RtMidi error'])
  })

  it('gives an encoder\'s steps, of devices to come too', async () => {
    const { time, midi, inbox, surface } = await opened('all', () => {}, { encoders: { 'midi/keys/1/cc/20': 'offset' } })
    surface.encode('midi/keys/1/cc/21', 'twos')
    midi.plug('Keys')
    time.advance(1000)
    midi.play('Keys', [0xb0, 20, 63, 21, 127])
    expect(inbox.take()).toMatchObject([{ kind: 'steps', value: -1 }, { kind: 'steps', value: -1 }])
  })

  it('takes encoders and 14 bits of any device and any channel', async () => {
    const { time, midi, inbox, surface } = await opened('all', (fake) => fake.plug('Keys'))
    surface.encode('midi/*/*/cc/20', 'sign')
    surface.want('midi/*/2/cc14/1')
    midi.plug('Pads')
    time.advance(1000)
    midi.play('Keys', [0xb4, 20, 66])
    midi.play('Pads', [0xb0, 20, 3, 0xb1, 1, 64])
    expect(inbox.take()).toMatchObject([{ control: 'midi/keys/5/cc/20', kind: 'steps', value: -2 }, { control: 'midi/pads/1/cc/20', kind: 'steps', value: 3 }, { control: 'midi/pads/2/cc/1' }, { control: 'midi/pads/2/cc14/1' }])
    surface.encode('midi/*/*/cc/20', undefined)
    midi.play('Keys', [0xb4, 20, 66])
    expect(inbox.take()).toMatchObject([{ control: 'midi/keys/5/cc/20', kind: 'position' }])
  })

  it('gives a 14-bit position whose lower half did not come, a little later', async () => {
    const { time, midi, inbox } = await opened('all', (fake) => fake.plug('Keys'))
    midi.play('Keys', [0xb0, 1, 1, 33, 1, 1, 2, 33, 1, 1, 3, 33, 1, 1, 64])
    inbox.take()
    time.advance(10)
    expect(inbox.take()).toMatchObject([{ control: 'midi/keys/1/cc14/1', value: expect.closeTo(0.5, 3) }])
  })

  it('follows the clock of one device at a time, or of the one that is told', async () => {
    const two = (fake: ReturnType<typeof fakeMidi>) => ['Decks', 'Drums'].forEach((name) => fake.plug(name))
    const beat = async (more: Partial<MidiOptions>) => {
      const { time, midi, surface } = await opened('all', two, more)
      for (let i = 0; i < 96; i++) {
        midi.play('Decks', [0xf8])
        time.advance(10)
        midi.play('Drums', [0xf8])
        time.advance(10)
        if (i % 2 === 0) midi.play('Drums', [0xf8])
      }
      return surface.clock.bpm
    }
    expect(await beat({})).toBeCloseTo(125, 3)
    expect(await beat({ clockFrom: 'drums' })).not.toBeCloseTo(125, 0)
  })
})

describe('floods', () => {
  it('of 3,000 messages a second keep every press, and the newest of positions', async () => {
    const inbox = createInbox({})
    const time = manualTime()
    const midi = fakeMidi(time.now)
    midi.plug('Keys')
    await openMidi({ inbox, names: 'all', time, system: midi.open })
    let [presses, sent, seen] = [0, 0, 0]
    for (let tick = 0; tick < 600; tick++) {
      for (let i = 0; i < 50; i++) {
        sent += 1
        if (i % 10 === 0) midi.play('Keys', [0x90, sent % 128, 1 + (sent % 127)])
        else midi.play('Keys', [0xb0, i % 4, sent % 128])
      }
      presses += 5
      const events = drained(inbox)
      const positions = events.filter(({ kind }) => kind === 'position')
      expect(positions).toHaveLength(4)
      for (const { control, value } of positions) {
        const last = Array.from({ length: 50 }, (_, i) => i).filter((i) => i % 10 !== 0 && i % 4 === Number(control.slice(-1))).at(-1) ?? 0
        expect(value).toBe(((sent - 49 + last) % 128) / 127)
      }
      seen += events.filter(({ kind }) => kind === 'press').length
      time.advance(16.667)
    }
    expect(seen).toBe(presses)
    expect(inbox.dropped).toBe(0)
  })

  it('of 100,000 random messages do no harm', async () => {
    const random = seeded(11)
    const inbox = createInbox({})
    const time = manualTime()
    const midi = fakeMidi(time.now)
    midi.plug('Keys')
    const surface = await openMidi({ inbox, names: 'all', time, system: midi.open })
    const faults: Fault[] = []
    surface.fault$.subscribe((fault) => faults.push(fault))
    let heard = 0
    for (let i = 0; i < 100_000; i++) {
      midi.play('Keys', Array.from({ length: Math.floor(random() * 8) }, () => Math.floor(random() * 256)), i)
      if (i % 50 === 0) heard += drained(inbox).length
      if (i % 1000 === 0) time.advance(17)
    }
    expect(heard).toBeGreaterThan(10_000)
    expect(faults).toEqual([])
    expect(Number.isFinite(surface.clock.beatAt(5)) && Number.isFinite(surface.clock.bpm)).toBe(true)
    midi.play('Keys', [0xf7, 0x90, 1, 127])
    expect(drained(inbox).at(-1)).toMatchObject({ control: 'midi/keys/1/note/1', kind: 'press' })
  })

  it('of system exclusive pass by', async () => {
    const { midi, inbox, faults } = await opened('all', (fake) => fake.plug('Keys'))
    const chunk = [0xf0, ...new Array<number>(4096).fill(42)]
    const before = process.memoryUsage().arrayBuffers
    for (let i = 0; i < 500; i++) midi.play('Keys', i % 3 === 0 ? [...chunk, 0xf7] : chunk)
    midi.play('Keys', [0x90, 1, 127])
    expect(inbox.take()).toHaveLength(1)
    expect(faults).toEqual([])
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32e6)
  })
})

