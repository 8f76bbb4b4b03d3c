import { createSocket } from 'node:dgram'
import { createRequire } from 'node:module'
import { encodeMessage } from '../src/control/osc/encode.js'

/** How a hand sends: OSC packets to a port here, or MIDI through a port of its own. */
export type Way = { readonly kind: 'udp'; readonly port: number } | { readonly kind: 'midi'; readonly name: string; readonly package: string }
export type Asked = { readonly fader: number; readonly afterMs: number } | { readonly flood: number } | 'end' | 'close'
/** `sentAt` is ms on the clock all processes share. */
export type Told = 'ready' | { readonly sentAt: number } | { readonly sent: number; readonly fired: number; readonly last: number }

/** The fader has as many places as 7 bits tell apart: what it stands at is place / 127. */
export const PLACES = 128
export const FADER = { osc: '/master/opacity', midi: [0xb0, 7] } as const
export const TRIGGER = { osc: '/scene/layer/colour/reset', midi: [0x90, 36, 100] } as const
/** Of so many messages in a flood one is a trigger. */
const TRIGGER_EVERY = 100

/** Milliseconds on a clock that is the same in every process of this machine. */
export const sharedNow = (): number => Number(process.hrtime.bigint()) / 1e6

interface Lines { fader(place: number): void; trigger(): void; close(): void }

const openUdp = (port: number): Lines => {
  const socket = createSocket('udp4')
  const faders = Array.from({ length: PLACES }, (_, place) => encodeMessage(FADER.osc, [{ type: 'f', value: place / (PLACES - 1) }]))
  const trigger = encodeMessage(TRIGGER.osc)
  return {
    fader: (place) => { socket.send(faders[place] ?? trigger, port, '127.0.0.1') },
    trigger: () => { socket.send(trigger, port, '127.0.0.1') },
    close: () => { socket.close() },
  }
}

interface MidiOut { openVirtualPort(name: string): void; sendMessage(bytes: readonly number[]): void; destroy(): void }

const openMidi = (name: string, path: string): Lines => {
  const { Output } = createRequire(import.meta.url)(path) as { readonly Output: new () => MidiOut }
  const out = new Output()
  out.openVirtualPort(name)
  return { fader: (place) => { out.sendMessage([...FADER.midi, place]) }, trigger: () => { out.sendMessage(TRIGGER.midi) }, close: () => { out.destroy() } }
}

const tell = (told: Told) => { process.send?.(told) }

/** The program of a hand: does what it is asked over IPC, in a process of its own. */
const run = (way: Way) => {
  const lines = way.kind === 'udp' ? openUdp(way.port) : openMidi(way.name, way.package)
  let timer: NodeJS.Timeout | undefined
  let [sent, fired, last] = [0, 0, 0]
  const asks = {
    once(place: number, afterMs: number) {
      setTimeout(() => {
        const sentAt = sharedNow()
        lines.fader(place)
        tell({ sentAt })
      }, afterMs)
    },
    flood(perSecond: number) {
      [sent, fired, last] = [0, 0, 0]
      const began = performance.now()
      timer = setInterval(() => {
        for (const due = ((performance.now() - began) / 1000) * perSecond; sent < due; sent++) {
          if (sent % TRIGGER_EVERY === 0) {
            fired += 1
            lines.trigger()
          } else {
            // The upper half, so that there is a picture all the time, and no two alike after one another.
            last = PLACES / 2 + ((sent * 7) % (PLACES / 2))
            lines.fader(last)
          }
        }
      }, 1)
    },
  }
  process.on('message', (asked: Asked) => {
    if (asked === 'end') {
      clearInterval(timer)
      tell({ sent, fired, last })
    } else if (asked === 'close') {
      lines.close()
      process.disconnect()
    } else if ('flood' in asked) asks.flood(asked.flood)
    else asks.once(asked.fader, asked.afterMs)
  })
  tell('ready')
}

const [, program = '', way] = process.argv
if (program === import.meta.filename && way !== undefined) run(JSON.parse(way) as Way)
