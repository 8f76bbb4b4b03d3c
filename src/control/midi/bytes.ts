/** What the parser gives: plain numbers, valid for the call alone. `at` is milliseconds on `performance.now()`'s clock. */
export interface MidiHandler {
  /** A whole channel message: status 0x80..0xEF with its channel, data 0..127 (`b` is 0 where there is only one). */
  channel(status: number, a: number, b: number, at: number): void
  /** Song position (0xF2) and its like, whole. */
  common(status: number, a: number, b: number, at: number): void
  /** Clock, start, continue, stop, sensing, reset: 0xF8..0xFF. */
  realtime(status: number, at: number): void
}

export interface ByteParser {
  /** Reads any bytes, cut anywhere; never throws and keeps nothing of them. */
  feed(bytes: Uint8Array, at: number): void
  /** Bytes so far that belonged to no message: garbage, and messages cut short. */
  readonly garbage: number
  /** Bytes of system exclusive messages passed over. */
  readonly sysex: number
}

const SYSEX = 0xf0
const SYSEX_END = 0xf7
/** How many data bytes follow 0xF0..0xF7; -1 where a message is undefined. */
const COMMON_LENGTH = [-1, 1, 2, 1, -1, -1, 0, -1]

const lengthOf = (status: number): number => {
  if (status >= SYSEX) return COMMON_LENGTH[status - SYSEX] ?? -1
  return (status & 0xf0) === 0xc0 || (status & 0xf0) === 0xd0 ? 1 : 2
}

/**
 * Parses a MIDI byte stream as the MIDI 1.0 specification has it: running status, realtime bytes anywhere (inside other
 * messages too), system exclusive messages passed over whatever their length. Allocates nothing per message.
 */
export const createByteParser = (handler: MidiHandler): ByteParser => {
  /** The message being collected; 0 when data bytes mean nothing, 0xF0 inside system exclusive. */
  let status = 0
  let length = 0
  let have = 0
  let first = 0
  let garbage = 0
  let sysex = 0

  const begin = (byte: number): void => {
    garbage += have
    have = 0
    status = byte
    length = byte === SYSEX ? 0 : lengthOf(byte)
    if (byte === SYSEX) sysex += 1
    else if (length < 0) status = 0
  }
  const whole = (a: number, b: number, at: number): void => {
    have = 0
    if (status < SYSEX) {
      handler.channel(status, a, b, at)
      return
    }
    const common = status
    // Only channel messages have a running status.
    status = 0
    handler.common(common, a, b, at)
  }
  const data = (byte: number, at: number): void => {
    if (status === SYSEX) sysex += 1
    else if (status === 0) garbage += 1
    else if (length === 1) whole(byte, 0, at)
    else if (have === 0) {
      first = byte
      have = 1
    } else whole(first, byte, at)
  }
  return {
    feed(bytes, at) {
      for (let i = 0; i < bytes.length; i++) {
        const byte = bytes[i] ?? 0
        if (byte >= 0xf8) handler.realtime(byte, at)
        else if (byte < 0x80) data(byte, at)
        else {
          begin(byte)
          if (status !== SYSEX && status !== 0 && length === 0) whole(0, 0, at)
          else if (byte === SYSEX_END) sysex += 1
        }
      }
    },
    get garbage() { return garbage },
    get sysex() { return sysex },
  }
}
