import type { ControlEvent } from '../types.js'
import { channelNames, nameTable, nrpnNames, parseControl } from './names.js'
import { createPairs } from './pairs.js'
import { createEncoder, type Encoder, type RelativeEncoding } from './relative.js'

/** Takes what a hand did, as plain arguments; `raw` is the 7-bit value as it came (-1 where two were put together). */
export type Heard = (control: string, kind: ControlEvent['kind'], value: number, at: number, raw: number) => void

export interface Decoder {
  /** A channel message, as the byte parser gives it. */
  channel(status: number, a: number, b: number, at: number): void
  /** Gives what is held back for a lower half that did not come. */
  settle(at: number): void
  /** Whether anything is held back. */
  readonly waiting: boolean
  /** Lets go of every note that is held: the device went. */
  letGo(at: number): void
  /** Somebody listens to this control: its 14 bits are given even before they proved themselves. */
  want(control: string): void
  /** Reads a CC as an endless encoder, or (undefined) as a position again. */
  encode(control: string, encoding: RelativeEncoding | 'auto' | undefined): void
}

/** A wheel at rest stands exactly in the middle, which 8192 of 16383 is not. */
const bendOf = (value: number): number => (value <= 8192 ? value / 16384 : 0.5 + (value - 8192) / 16382)

/**
 * Turns channel messages of one device into control events. Pairs that form 14 bits and NRPNs are given besides their plain
 * CCs, never in their place: a plain knob on CC 98 or 38 stays a knob, and a binding to CC 7 works with a 14-bit fader.
 */
export const createDecoder = (device: string, hear: Heard, accepts: (channel: number) => boolean = () => true): Decoder => {
  const [cc, cc14, note, nrpn] = [nameTable(device, 'cc', 128), nameTable(device, 'cc14', 32), nameTable(device, 'note', 128), nrpnNames(device)]
  const [bend, pressure, program] = [channelNames(device, 'bend'), channelNames(device, 'pressure'), channelNames(device, 'program')]
  const encoders: (Encoder | undefined)[] = new Array<Encoder | undefined>(16 * 128).fill(undefined)
  const pairs = createPairs(16 * 32, (i, value, at) => hear(cc14(i >> 5, i & 31), 'position', value, at, -1))
  /** Chosen NRPN per channel: its halves, and whether the last choice was one (an RPN is chosen the same way). */
  const chosenUpper = new Int16Array(16).fill(-1)
  const chosenLower = new Int16Array(16).fill(-1)
  const chosen = (channel: number): number => {
    const [upper = -1, lower = -1] = [chosenUpper[channel], chosenLower[channel]]
    return upper < 0 || lower < 0 || (upper === 127 && lower === 127) ? -1 : (upper << 7) | lower
  }
  const entries = createPairs(16, (channel, value, at) => hear(nrpn(channel, chosen(channel)), 'position', value, at, -1))
  for (let channel = 0; channel < 16; channel++) entries.want(channel)

  const down = new Uint8Array(16 * 128)

  const choose = (channel: number, halves: Int16Array, value: number, at: number): void => {
    entries.other(at)
    halves[channel] = value
  }
  /** True when the CC is part of an NRPN. */
  const nrpnPart = (channel: number, n: number, value: number, at: number): boolean => {
    if (n === 99) choose(channel, chosenUpper, value, at)
    else if (n === 98) choose(channel, chosenLower, value, at)
    else if (n === 100 || n === 101) {
      choose(channel, chosenUpper, -1, at)
      chosenLower[channel] = -1
    } else if (chosen(channel) >= 0) {
      if (n === 6) entries.msb(channel, value, at)
      else if (n === 38) entries.lsb(channel, value, at)
      else if (n === 96 || n === 97) hear(nrpn(channel, chosen(channel)), 'steps', n === 96 ? 1 : -1, at, value)
      else {
        entries.other(at)
        return false
      }
      return n === 6 || n === 38
    }
    return false
  }
  const controlChange = (channel: number, n: number, value: number, at: number): void => {
    const encoder = encoders[channel * 128 + n]
    if (encoder) {
      const steps = encoder.steps(value)
      if (steps !== 0) hear(cc(channel, n), 'steps', steps, at, value)
    } else hear(cc(channel, n), 'position', value / 127, at, value)
    if (nrpnPart(channel, n, value, at) || n >= 64) pairs.other(at)
    else if (n < 32) pairs.msb(channel * 32 + n, value, at)
    else pairs.lsb(channel * 32 + n - 32, value, at)
  }
  return {
    channel(status, a, b, at) {
      const channel = status & 15
      if (!accepts(channel + 1)) return
      const kind = status & 0xf0
      if (kind === 0xb0) {
        controlChange(channel, a, b, at)
        return
      }
      pairs.other(at)
      entries.other(at)
      if (kind === 0x90 && b > 0) {
        down[channel * 128 + a] = 1
        hear(note(channel, a), 'press', b / 127, at, b)
      } else if (kind === 0x80 || kind === 0x90) {
        down[channel * 128 + a] = 0
        hear(note(channel, a), 'release', 0, at, 0)
      }
      else if (kind === 0xa0) hear(pressure[channel] ?? '', 'position', b / 127, at, b)
      else if (kind === 0xc0) hear(program[channel] ?? '', 'press', a, at, a)
      else if (kind === 0xd0) hear(pressure[channel] ?? '', 'position', a / 127, at, a)
      else hear(bend[channel] ?? '', 'position', bendOf((b << 7) | a), at, -1)
    },
    settle(at) {
      pairs.other(at)
      entries.other(at)
    },
    letGo(at) {
      for (let i = 0; i < down.length; i++) if (down[i] === 1) hear(note(i >> 7, i & 127), 'release', 0, at, 0)
      down.fill(0)
    },
    get waiting() { return pairs.waiting || entries.waiting },
    want(control) {
      const asked = parseControl(control)
      if (asked?.kind === 'cc14') pairs.want((asked.channel - 1) * 32 + asked.number)
    },
    encode(control, encoding) {
      const asked = parseControl(control)
      if (asked?.kind === 'cc') encoders[(asked.channel - 1) * 128 + asked.number] = encoding && createEncoder(encoding)
    },
  }
}
