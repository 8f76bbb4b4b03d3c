import type { Time } from '../../src/engine/clock.js'
import type { MidiSystem, PortName } from '../../src/control/midi/ports.js'
import type { ControlEvent, Inbox } from '../../src/control/types.js'

/** The same numbers every time, 0..1. */
export const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export interface ManualTime extends Time {
  /** Moves time on, running what becomes due at its own moment. */
  advance(ms: number): void
}

export const manualTime = (start = 1000): ManualTime => {
  let now = start
  const timers = new Set<{ at: number; run: () => void }>()
  return {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + Math.max(0, ms), run }
      timers.add(timer)
      return () => { timers.delete(timer) }
    },
    advance(ms) {
      const end = now + ms
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
        if (!next) break
        timers.delete(next)
        now = Math.max(now, next.at)
        next.run()
      }
      now = end
    },
  }
}

export interface FakeMidi {
  readonly open: () => Promise<MidiSystem>
  /** Adds a port of each direction. */
  plug(name: string, ports?: { input?: boolean; output?: boolean }): void
  /** Takes them away, the last of that name. */
  unplug(name: string, nth?: number): void
  /** Bytes from a device; `nth` of those with the same name. */
  play(name: string, bytes: readonly number[], at?: number, nth?: number): void
  /** What was sent to a device. */
  sent(name: string): number[][]
  /** Ports whose opening fails. */
  readonly busy: Set<string>
  readonly openPorts: number
}

interface FakePort { name: string; heard?: (bytes: Uint8Array, at: number) => void; sent: number[][]; gone: boolean }

/** A MIDI system without hardware behind the same interface. */
export const fakeMidi = (now: () => number): FakeMidi => {
  const inputs: FakePort[] = []
  const outputs: FakePort[] = []
  const sent = new Map<string, number[][]>()
  const busy = new Set<string>()
  let openPorts = 0
  const find = (ports: FakePort[], { name, nth }: PortName) => {
    const port = ports.filter((each) => each.name === name)[nth]
    if (!port || busy.has(name)) throw new Error('Internal RtMidi error')
    openPorts += 1
    return port
  }
  const close = () => { openPorts -= 1 }
  return {
    busy,
    get openPorts() { return openPorts },
    open: () => Promise.resolve({
      inputs: () => inputs.map(({ name }) => name),
      outputs: () => outputs.map(({ name }) => name),
      openInput(name, heard) {
        const port = find(inputs, name)
        port.heard = heard
        return { close() { delete port.heard; close() } }
      },
      openOutput(name) {
        const port = find(outputs, name)
        return {
          close,
          send(bytes) {
            if (port.gone) throw new Error('Internal RtMidi error')
            sent.set(name.name, [...(sent.get(name.name) ?? []), [...bytes]])
          },
        }
      },
      close: () => {},
    }),
    plug(name, { input = true, output = true } = {}) {
      if (input) inputs.push({ name, sent: [], gone: false })
      if (output) outputs.push({ name, sent: [], gone: false })
    },
    unplug(name, nth) {
      for (const ports of [inputs, outputs]) {
        const all = ports.filter((each) => each.name === name)
        const port = nth === undefined ? all.at(-1) : all[nth]
        if (!port) continue
        port.gone = true
        ports.splice(ports.indexOf(port), 1)
      }
    },
    play(name, bytes, at = now(), nth = 0) {
      inputs.filter((each) => each.name === name)[nth]?.heard?.(Uint8Array.from(bytes), at)
    },
    sent: (name) => sent.get(name) ?? [],
  }
}

/** Keeps every event in order, none coalesced. */
export const journal = (): Pick<Inbox, 'control'> & { readonly events: ControlEvent[]; take(): ControlEvent[] } => {
  const events: ControlEvent[] = []
  return {
    events,
    control(control, kind, value, at) { events.push({ control, kind, value, at }) },
    take: () => events.splice(0),
  }
}

/** What waits in an inbox, copied. */
export const drained = (inbox: Inbox): ControlEvent[] => {
  const events: ControlEvent[] = []
  inbox.drain({ control: (event) => events.push({ ...event }), param: () => {} })
  return events
}
