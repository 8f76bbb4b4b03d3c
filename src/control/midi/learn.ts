import type { ControlEvent } from '../types.js'
import { parseControl } from './names.js'
import { detectRelative, type RelativeEncoding } from './relative.js'

/** The control that was meant. */
export interface Proposal {
  /** Address it is to play. */
  readonly address: string
  readonly control: string
  /** `button` also for one that sends a CC of 0 and 127. */
  readonly gesture: 'position' | 'encoder' | 'button' | 'program'
  /** Of an encoder. */
  readonly encoding: RelativeEncoding | undefined
  /** Whether the encoding is beyond doubt: turned one way only, two of them look alike. */
  readonly sure: boolean
  /** The event to bind, as the inbox would have given it. */
  readonly event: ControlEvent
}

export interface MidiLearn {
  /** Waits for the next control that is moved, for a parameter's address. */
  begin(address: string): void
  cancel(): void
  /** The address that waits; undefined when none does. */
  readonly address: string | undefined
  /** Hears a control: pass it to the surface's `listen`. */
  hear(control: string, kind: ControlEvent['kind'], value: number, at: number, raw: number): void
  /** The control that was meant, once it is clear; call it every tick (ms). Ends the waiting. */
  propose(at: number): Proposal | undefined
}

/** From the first real movement on, so long is listened before deciding which control moved most, ms. */
const WINDOW_MS = 350
/** A control that trembles, or a neighbour that was brushed, travels less than this part of its way. */
const MEANT = 0.06
/** A press counts as this much travel: more than a touch-sensitive fader's drift, less than a real move. */
const PRESS_TRAVEL = 0.2
const WATCHED = 256
const SAMPLES = 64

interface Watched {
  readonly control: string
  kind: ControlEvent['kind']
  /** What did not come from positions: presses, steps, repeated values. */
  extra: number
  low: number
  high: number
  last: number
  at: number
  pressed: number
  readonly raws: number[]
}

/** How far it was moved: from end to end, so that trembling does not add up. */
const travelOf = ({ low, high, extra }: Watched): number => high - low + extra

/** Halves of 14-bit values and choosers of NRPNs, which move along with the control that is meant. */
const partsOf = (control: string): readonly string[] => {
  const parsed = parseControl(control)
  if (!parsed) return []
  const cc = (n: number) => `midi/${parsed.device}/${parsed.channel}/cc/${n}`
  if (parsed.kind === 'cc14') return [cc(parsed.number), cc(parsed.number + 32)]
  return parsed.kind === 'nrpn' ? [6, 38, 96, 97, 98, 99].map(cc) : []
}

/** 14 bits and NRPNs before the plain CCs they are made of; a note before the pressure on it. */
const rank = ({ control, pressed }: Watched): number => (/\/(cc14|nrpn)\//.test(control) ? 2 : pressed > 0 ? 1 : 0)

const proposalOf = (address: string, { control, kind, raws, last, at, pressed }: Watched): Proposal => {
  const detected = kind === 'position' && raws.every((raw) => raw >= 0) ? detectRelative(raws) : undefined
  const switched = kind === 'position' && raws.length > 0 && raws.every((raw) => raw === 0 || raw === 127)
  const gesture = control.endsWith('/program') ? 'program' : detected || kind === 'steps' ? 'encoder' : kind === 'press' || switched ? 'button' : 'position'
  const value = gesture === 'encoder' ? 1 : pressed > 0 ? pressed : switched ? 1 : last
  const eventKind = gesture === 'encoder' ? 'steps' : gesture === 'button' || gesture === 'program' ? 'press' : 'position'
  return { address, control, gesture, encoding: detected?.encoding, sure: detected?.sure ?? true, event: { control, kind: eventKind, value: gesture === 'program' ? last : value, at } }
}

/** Learning a MIDI control: whichever moved most within a third of a second, whatever trembles beside it, with the encoding of an encoder. */
export const createMidiLearn = (): MidiLearn => {
  let address: string | undefined
  let beganAt = Number.NaN
  const watched = new Map<string, Watched>()
  const cancel = () => {
    address = undefined
    beganAt = Number.NaN
    watched.clear()
  }
  return {
    get address() { return address },
    begin(to) {
      cancel()
      address = to
    },
    cancel,
    hear(control, kind, value, at, raw) {
      if (address === undefined || kind === 'release' || !Number.isFinite(value)) return
      let entry = watched.get(control)
      if (!entry) {
        if (watched.size >= WATCHED) return
        entry = { control, kind, extra: 0, low: kind === 'position' ? value : 0, high: kind === 'position' ? value : 0, last: value, at, pressed: 0, raws: [] }
        watched.set(control, entry)
      }
      if (kind === 'press') {
        entry.pressed = value
        entry.extra = Math.max(entry.extra, PRESS_TRAVEL)
      } else if (kind === 'steps') entry.extra += Math.abs(value) / 32
      else {
        entry.low = Math.min(entry.low, value)
        entry.high = Math.max(entry.high, value)
      }
      // A button that sends 127 and nothing before it has travelled too.
      if (entry.raws.length === 0 && raw === 127 && kind === 'position') entry.extra += PRESS_TRAVEL
      entry.kind = kind
      entry.last = value
      entry.at = at
      if (raw >= 0 && entry.raws.length < SAMPLES) entry.raws.push(raw)
      // An encoder that says the same over and over does not travel, and yet moves.
      if (kind === 'position' && entry.raws.length > 1 && entry.raws.at(-1) === entry.raws.at(-2)) entry.extra += 1 / 32
      if (Number.isNaN(beganAt) && travelOf(entry) >= MEANT) beganAt = at
    },
    propose(at) {
      if (address === undefined || !(at - beganAt >= WINDOW_MS)) return undefined
      const moved = [...watched.values()].filter((each) => travelOf(each) >= MEANT)
      const parts = new Set(moved.flatMap(({ control }) => partsOf(control)))
      const whole = moved.filter(({ control }) => !parts.has(control))
      const [best] = whole.sort((a, b) => (Math.abs(travelOf(a) - travelOf(b)) < 0.02 ? rank(b) - rank(a) : travelOf(b) - travelOf(a)))
      if (!best) return undefined
      const proposal = proposalOf(address, best)
      cancel()
      return proposal
    },
  }
}
