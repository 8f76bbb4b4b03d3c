import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createInbox } from '../../src/control/inbox.js'
import { createMidiFeedback } from '../../src/control/midi/feedback.js'
import { openMidi, type MidiSurface } from '../../src/control/midi/surface.js'
import { float } from '../../src/engine/params.js'
import { createRegistry } from '../../src/engine/registry.js'
import { startJackd, type Jackd } from '../../bench/jackd.js'
import { drained } from './midi-support.js'

/** A build of the MIDI package that speaks JACK, made by set-up where JACK can be had. */
const jackPackage = resolve(import.meta.dirname, '../../.setup/midi-jack')
const hasJackd = spawnSync('jackd', ['--version'], { stdio: 'ignore' }).status === 0
const built = existsSync(resolve(jackPackage, 'build/Release/midi.node'))
const possible = hasJackd && built
if (!possible) {
  console.warn(hasJackd
    ? 'SKIPPED: MIDI through JACK, its binding is not built; run: npm run setup'
    : 'SKIPPED: MIDI through JACK, there is no jackd; install it (Debian and Ubuntu: sudo apt install jackd2 libjack-jackd2-dev) and run: npm run setup')
}

interface Virtual { openVirtualPort(name: string): void; destroy(): void }
type VirtualOut = Virtual & { sendMessage(bytes: number[]): void }
type VirtualIn = Virtual & { on(event: 'message', heard: (deltaSeconds: number, bytes: number[]) => void): void; ignoreTypes(sysex: boolean, timing: boolean, sensing: boolean): void }
interface VirtualPackage { readonly Input: new () => VirtualIn; readonly Output: new () => VirtualOut }

/** Resolves when `check` holds; looks at every turn of the event loop. */
const until = async (what: string, check: () => boolean, ms = 10_000) => {
  const end = performance.now() + ms
  while (!check()) {
    if (performance.now() > end) throw new Error(`${what}: not within ${ms} ms`)
    await new Promise((turn) => setImmediate(turn))
  }
}

describe.runIf(possible)('MIDI through real JACK ports', () => {
  let jack: Jackd | undefined
  let midi: VirtualPackage
  const closing: { close(): unknown }[] = []

  beforeAll(async () => {
    jack = await startJackd('midi', 128)
    process.env['JACK_DEFAULT_SERVER'] = jack.name
    process.env['DOPPEL_MIDI'] = jackPackage
    process.env['JACK_NO_START_SERVER'] = '1'
    midi = createRequire(import.meta.url)(jackPackage) as VirtualPackage
  })
  afterAll(async () => {
    for (const each of closing) await each.close()
    await jack?.close()
  })

  /** A controller: its keys and its lights, under one name. */
  const controller = (name: string) => {
    const [keys, lights] = [new midi.Output(), new midi.Input()]
    const lit: number[][] = []
    lights.ignoreTypes(false, false, true)
    lights.on('message', (_, bytes) => lit.push(bytes))
    keys.openVirtualPort(name)
    lights.openVirtualPort(name)
    let open = true
    const unplug = () => {
      if (!open) return
      open = false
      keys.destroy()
      lights.destroy()
    }
    closing.push({ close: unplug })
    return { play: (...bytes: number[]) => keys.sendMessage(bytes), lit, unplug }
  }
  const opened = async (names: 'all' | string[]): Promise<{ surface: MidiSurface; inbox: ReturnType<typeof createInbox> }> => {
    const inbox = createInbox({})
    const surface = await openMidi({ inbox, names, scanMs: 100 })
    closing.push(surface)
    return { surface, inbox }
  }

  it('hears a controller, and how long it takes', async () => {
    const keys = controller('Test Keys')
    const { surface, inbox } = await opened(['Test Keys'])
    expect(surface.devices).toMatchObject([{ slug: 'test-keys', connected: true }])
    keys.play(0x92, 60, 127)
    keys.play(0xb0, 7, 64)
    keys.play(0xf0, 1, 2, 3, 0xf7)
    keys.play(0x82, 60, 0)
    const events: ReturnType<typeof drained> = []
    await until('four events', () => { events.push(...drained(inbox)); return events.length >= 3 })
    expect(events.map(({ control, kind }) => `${control} ${kind}`).sort()).toEqual(['midi/test-keys/1/cc/7 position', 'midi/test-keys/3/note/60 press', 'midi/test-keys/3/note/60 release'])

    const delays: number[] = []
    for (let i = 0; i < 100; i++) {
      const sentAt = performance.now()
      keys.play(0x90, 1, 1 + (i % 127))
      await until('the note', () => {
        const [event] = drained(inbox)
        if (event) delays.push(performance.now() - sentAt)
        return event !== undefined
      })
    }
    // One period of the server each way, and what two busy processors add.
    expect(delays.sort((a, b) => a - b)[50]).toBeLessThan(15)
    await surface.close()
  })

  it('finds a controller that is plugged in later, keeps its name while it is away, and lights it again', async () => {
    const { surface, inbox } = await opened(['Test Pads'])
    const registry = createRegistry()
    let level = 1
    registry.add('/p/level', float(0, 1, 1), { get: () => level, set: (value) => { level = Number(value) } })
    const feedback = createMidiFeedback({ registry, surface, bindings: [{ from: 'midi/test-pads/1/note/8', to: '/p/level' }] })
    const connected = () => surface.devices[0]?.connected === true
    const first = controller('Test Pads')
    await until('the controller is found', connected, 3000)
    await until('it is lit', () => { feedback.flush(performance.now()); return first.lit.length > 0 })
    expect(first.lit[0]).toEqual([0x90, 8, 127])
    first.unplug()
    await until('it is missed', () => !connected(), 3000)
    const again = controller('Test Pads')
    await until('it is found again', connected, 3000)
    await until('it is lit again', () => { feedback.flush(performance.now()); return again.lit.length > 0 })
    expect(again.lit[0]).toEqual([0x90, 8, 127])
    again.play(0x90, 8, 127)
    await until('it is heard again', () => drained(inbox).some(({ control }) => control === 'midi/test-pads/1/note/8'))
    feedback.close()
    await surface.close()
  })

  it('takes 3,000 messages a second and loses no press', async () => {
    const keys = controller('Test Flood')
    const { surface, inbox } = await opened(['Test Flood'])
    let presses = 0
    let last = -1
    const drain = () => {
      for (const { kind, value } of drained(inbox)) {
        if (kind === 'press') presses += 1
        else last = value
      }
    }
    const start = performance.now()
    for (let sent = 0; sent < 6000; sent++) {
      if (sent % 10 === 0) keys.play(0x90, 1, 100)
      else keys.play(0xb0, 1, sent === 5999 ? 99 : sent % 99)
      if (sent % 30 === 29) await until('the next 10 ms', () => performance.now() - start >= sent / 3)
      if (sent % 60 === 0) drain()
    }
    await until('the last message', () => { drain(); return last === 99 / 127 })
    expect(presses).toBe(600)
    expect(inbox.dropped).toBe(0)
    await surface.close()
  })

  it('follows a clock that another program sends', async () => {
    const drums = controller('Test Drums')
    const { surface } = await opened(['Test Drums'])
    drums.play(0xfa)
    const period = 60_000 / 125 / 24
    const start = performance.now()
    let n = 0
    // Other programs may hold this one up: the clock then needs longer to settle.
    const settled = () => surface.clock.locked && Math.abs(surface.clock.bpm - 125) < 0.3
    for (; n <= 120 || !settled(); n++) {
      if (n > 1500) throw new Error(`the clock does not settle: ${surface.clock.bpm} BPM, ${surface.clock.jitterMs} ms of jitter`)
      await until('the next tick', () => performance.now() >= start + n * period)
      drums.play(0xf8)
    }
    expect(surface.clock.running).toBe(true)
    // What the server and its periods take is a constant of a few milliseconds.
    expect(Math.abs(surface.clock.beatAt(start + n * period) - n / 24) * 480).toBeLessThan(20)
    await surface.close()
  })
})
