/**
 * OSC packets to messages. Written here because osc-js 2.4.1 cannot be handed the network: it does not know the types r, c and [ ],
 * unpacks bundles in bundles without end, takes blobs of any size it is told (also negative ones) from the whole memory around the
 * packet, and throws wherever it stops understanding. It is the second opinion in the tests.
 */

/** One typed argument. `I` is an impulse; `t` a time tag; `r` a colour, each part 0 to 255. */
export type OscArg =
  | { readonly type: 'i' | 'f' | 'd'; readonly value: number }
  | { readonly type: 'h' | 't'; readonly value: bigint }
  | { readonly type: 's' | 'c'; readonly value: string }
  | { readonly type: 'b'; readonly value: Uint8Array }
  | { readonly type: 'r'; readonly value: readonly [number, number, number, number] }
  | { readonly type: 'T' | 'F' | 'N' | 'I' }
  | { readonly type: '['; readonly value: readonly OscArg[] }

export interface OscMessage {
  readonly address: string
  readonly args: readonly OscArg[]
  /** When it is due, as a 64-bit time tag; {@link IMMEDIATELY} outside bundles. */
  readonly time: bigint
}

/** The time tag that means "now". */
export const IMMEDIATELY = 1n
/** Longest packet, bytes: what UDP can carry. */
export const MAX_PACKET = 65_507
/** What one packet may hold: messages, arguments of a message, bundles in bundles (arrays in arrays too), characters of an address. */
const MAX_MESSAGES = 2048
const MAX_ARGS = 256
const MAX_DEPTH = 8
export const MAX_ADDRESS = 255

/** Thrown only inside this file: ends the reading of a packet with a sentence. */
class Malformed extends Error {}
const refuse = (why: string): never => { throw new Malformed(why) }

/** A place in a packet that moves on as it is read; `end` is exclusive. */
interface Cursor { readonly bytes: Buffer; at: number; readonly end: number }

const take = (from: Cursor, size: number): number => {
  const { at } = from
  if (size < 0 || size > from.end - at) refuse('it ends in the middle of a value')
  from.at += size
  return at
}

/** A string of OSC: to the first zero, padded to a multiple of four. */
const readString = (from: Cursor): string => {
  const { bytes, at, end } = from
  const zero = bytes.indexOf(0, at)
  if (zero < 0 || zero >= end) refuse('a string has no end')
  take(from, (zero - at + 4) & ~3)
  return bytes.toString('utf8', at, zero)
}

const readBlob = (from: Cursor): Uint8Array => {
  const size = from.bytes.readInt32BE(take(from, 4))
  const at = take(from, size)
  take(from, (4 - (size & 3)) & 3)
  return new Uint8Array(from.bytes.subarray(at, at + size))
}

const readArg = (type: string, from: Cursor): OscArg => {
  const { bytes } = from
  switch (type) {
    case 'i': return { type, value: bytes.readInt32BE(take(from, 4)) }
    case 'f': return { type, value: bytes.readFloatBE(take(from, 4)) }
    case 'd': return { type, value: bytes.readDoubleBE(take(from, 8)) }
    case 'h': return { type, value: bytes.readBigInt64BE(take(from, 8)) }
    case 't': return { type, value: bytes.readBigUInt64BE(take(from, 8)) }
    case 's': case 'S': return { type: 's', value: readString(from) }
    case 'c': return { type, value: String.fromCharCode(bytes.readUInt32BE(take(from, 4)) & 0xff) }
    case 'b': return { type, value: readBlob(from) }
    case 'r': {
      const at = take(from, 4)
      return { type, value: [bytes.readUInt8(at), bytes.readUInt8(at + 1), bytes.readUInt8(at + 2), bytes.readUInt8(at + 3)] }
    }
    case 'T': case 'F': case 'N': case 'I': return { type }
    default: return refuse(`it has an argument of the unknown type "${type}"`)
  }
}

const readArgs = (types: string, from: Cursor): OscArg[] => {
  if (types.length > MAX_ARGS + 1) refuse(`it has more than ${MAX_ARGS} arguments`)
  const levels: OscArg[][] = [[]]
  const top = () => levels.at(-1) ?? refuse('an array ends that never began')
  for (let i = 1; i < types.length; i++) {
    const type = types.charAt(i)
    if (type === '[') {
      if (levels.length > MAX_DEPTH) refuse('arrays are nested too deep')
      const value: OscArg[] = []
      top().push({ type, value })
      levels.push(value)
    } else if (type === ']') {
      if (levels.length < 2) refuse('an array ends that never began')
      levels.pop()
    } else top().push(readArg(type, from))
  }
  if (levels.length > 1) refuse('an array has no end')
  return top()
}

const readMessage = (from: Cursor, time: bigint): OscMessage => {
  const address = readString(from)
  if (address.length > MAX_ADDRESS) refuse(`its address has more than ${MAX_ADDRESS} characters`)
  // Old senders leave the types out where there are no arguments.
  if (from.at === from.end) return { address, args: [], time }
  const types = readString(from)
  if (!types.startsWith(',')) refuse('the types of its arguments are missing')
  const args = readArgs(types, from)
  if (from.at !== from.end) refuse('more follows its last argument')
  return { address, args, time }
}

const BUNDLE = Buffer.from('#bundle\0')

const readPacket = (from: Cursor, time: bigint, depth: number, into: OscMessage[]): void => {
  const { bytes, end } = from
  if (bytes[from.at] === 0x2f) {
    if (into.length >= MAX_MESSAGES) refuse(`it holds more than ${MAX_MESSAGES} messages`)
    into.push(readMessage(from, time))
    return
  }
  if (end - from.at < 16 || bytes.compare(BUNDLE, 0, 8, from.at, from.at + 8) !== 0) refuse('it begins neither with an address nor with "#bundle"')
  if (depth >= MAX_DEPTH) refuse(`bundles are nested deeper than ${MAX_DEPTH}`)
  const own = bytes.readBigUInt64BE(from.at + 8)
  from.at += 16
  while (from.at < end) {
    const size = bytes.readInt32BE(take(from, 4))
    if (size === 0 || size % 4 !== 0) refuse('an element of a bundle has an impossible size')
    const at = take(from, size)
    // A bundle inside is never due before the one around it.
    readPacket({ bytes, at, end: at + size }, own > time ? own : time, depth + 1, into)
  }
}

/** Reads a packet: all its messages in order, or a sentence saying why it is none (then nothing of it counts). Never throws. */
export const decodePacket = (packet: Uint8Array): { readonly messages: readonly OscMessage[]; readonly problem?: string } => {
  if (packet.byteLength === 0 || packet.byteLength % 4 !== 0 || packet.byteLength > MAX_PACKET) return { messages: [], problem: `no OSC packet has ${packet.byteLength} bytes` }
  const messages: OscMessage[] = []
  try {
    const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength)
    readPacket({ bytes, at: 0, end: bytes.length }, IMMEDIATELY, 0, messages)
    return { messages }
  } catch (thrown) {
    if (thrown instanceof Malformed) return { messages: [], problem: thrown.message }
    throw thrown
  }
}
