import { IMMEDIATELY, type OscArg } from './codec.js'

const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length & 3)) & 3)])
const text = (value: string): Buffer => padded(Buffer.from(`${value.replace(/\0/g, '')}\0`, 'utf8'))
const sized = (size: number, write: (bytes: Buffer) => unknown): Buffer => {
  const bytes = Buffer.alloc(size)
  write(bytes)
  return bytes
}

const typeOf = (arg: OscArg): string => (arg.type === '[' ? `[${arg.value.map(typeOf).join('')}]` : arg.type)

const bytesOf = (arg: OscArg): Buffer => {
  switch (arg.type) {
    case 'i': return sized(4, (bytes) => bytes.writeInt32BE(arg.value | 0))
    case 'f': return sized(4, (bytes) => bytes.writeFloatBE(arg.value))
    case 'd': return sized(8, (bytes) => bytes.writeDoubleBE(arg.value))
    case 'h': return sized(8, (bytes) => bytes.writeBigInt64BE(BigInt.asIntN(64, arg.value)))
    case 't': return sized(8, (bytes) => bytes.writeBigUInt64BE(BigInt.asUintN(64, arg.value)))
    case 's': return text(arg.value)
    case 'c': return sized(4, (bytes) => bytes.writeUInt32BE(arg.value.charCodeAt(0) & 0xff))
    case 'b': return Buffer.concat([sized(4, (bytes) => bytes.writeInt32BE(arg.value.length)), padded(Buffer.from(arg.value))])
    case 'r': return Buffer.from(arg.value)
    case 'T': case 'F': case 'N': case 'I': return Buffer.alloc(0)
    case '[': return Buffer.concat(arg.value.map(bytesOf))
  }
}

/** A message as a packet. */
export const encodeMessage = (address: string, args: readonly OscArg[] = []): Buffer =>
  Buffer.concat([text(address), text(`,${args.map(typeOf).join('')}`), ...args.map(bytesOf)])

/** Packets as one bundle, due at a time tag. */
export const encodeBundle = (packets: readonly Uint8Array[], time: bigint = IMMEDIATELY): Buffer =>
  Buffer.concat([
    text('#bundle'),
    sized(8, (bytes) => bytes.writeBigUInt64BE(time)),
    ...packets.flatMap((packet) => [sized(4, (bytes) => bytes.writeInt32BE(packet.length)), Buffer.from(packet)]),
  ])
