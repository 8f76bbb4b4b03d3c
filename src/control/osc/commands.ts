import type { Clients } from './clients.js'
import { decodePacket, type OscMessage } from './codec.js'
import { encodeMessage } from './encode.js'
import { isLoopback, type Gate } from './gate.js'
import type { Monitor } from './monitor.js'
import type { Endpoint } from './udp.js'

/**
 * What a client says to Doppel itself, over UDP:
 * - `/doppel/token <token>` lets the sender's machine in when the port is open to the network; it is answered with `/doppel/token T`.
 * - `/doppel/subscribe [port]` asks for every change (to the port it was sent from, unless another is named), beginning with all values;
 *   it lasts ten minutes from the last message of that sender.
 * - `/doppel/unsubscribe [port]` ends that.
 */
export interface Commands {
  /** Whether a packet may be taken. From a machine that was not let in, only the token is looked at. */
  admits(packet: Uint8Array, from: Endpoint, id: string): boolean
  obey(message: OscMessage, from: Endpoint, id: string): void
  readonly clients: number
}

export interface CommandsOptions {
  readonly gate: Gate
  readonly monitor: Monitor
  readonly clients: Clients
  readonly send: (packet: Uint8Array, to: Endpoint) => void
}

/** Longest packet, bytes, in which a stranger's token is looked for. */
const TOKEN_PACKET = 512

/** The port a message asks for; the sender's own without one, undefined when it is none. */
const portOf = ({ args: [arg] }: OscMessage, from: Endpoint): number | undefined => {
  if (!arg) return from.port
  const port = arg.type === 'i' || arg.type === 'f' || arg.type === 'h' ? Number(arg.value) : Number.NaN
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined
}

export const createCommands = ({ gate, monitor, clients, send }: CommandsOptions): Commands => {
  const knock = ({ args: [arg] }: OscMessage, from: Endpoint, id: string) => {
    if (isLoopback(from.address)) return
    if (arg?.type === 's' && gate.present(from.address, arg.value)) {
      monitor.note('client', id, () => 'gave the token and is let in')
      send(encodeMessage('/doppel/token', [{ type: 'T' }]), from)
    } else monitor.note('client', id, () => 'gave a wrong token')
  }
  return {
    admits(packet, from, id) {
      if (gate.admits(from.address)) {
        clients.heard(from)
        return true
      }
      const { messages } = packet.byteLength <= TOKEN_PACKET ? decodePacket(packet) : { messages: [] }
      const token = messages.find(({ address }) => address === '/doppel/token')
      if (token) knock(token, from, id)
      else monitor.note('client', id, () => 'is not let in: it must send /doppel/token with the token first')
      return false
    },
    obey(message, from, id) {
      if (message.address === '/doppel/token') return knock(message, from, id)
      const port = portOf(message, from)
      if (port === undefined) monitor.note('problem', id, () => `${message.address} takes a port from 1 to 65535, or nothing`)
      else if (message.address === '/doppel/unsubscribe') {
        if (clients.unsubscribe(from, port)) monitor.note('client', id, () => `unsubscribed port ${port}`)
      } else if (clients.subscribe(from, port)) monitor.note('client', id, () => `subscribed port ${port}`)
      else monitor.note('client', id, () => `could not subscribe: ${clients.count} clients are subscribed already`)
    },
    get clients() { return clients.count },
  }
}
