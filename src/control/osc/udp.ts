import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Faults } from '../../engine/guard.js'
import { keepOpen, type KeptOpen } from './keep-open.js'
import type { Later } from './later.js'

/** Where a datagram came from. */
export interface Endpoint { readonly address: string; readonly port: number }

export interface Udp {
  readonly status$: KeptOpen['status$']
  /** The port that is listened on; 0 while there is none. */
  readonly port: number
  /** Sends without waiting. What cannot be delivered is lost, as with all of UDP. */
  send(packet: Uint8Array, to: Endpoint): void
  close(): Promise<void>
}

export interface UdpOptions {
  readonly port: number
  readonly host: string
  readonly faults: Faults
  readonly later: Later
  /** Called for every datagram; the bytes are the listener's to keep. */
  take(packet: Uint8Array, from: Endpoint): void
}

/** Bytes the system keeps while a tick runs: some ten thousand messages (where the system allows that much). */
const BUFFER = 4 << 20

const bind = (port: number, host: string): Promise<Socket> =>
  new Promise((done, fail) => {
    const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4', recvBufferSize: BUFFER })
    socket.once('error', (thrown) => {
      socket.close()
      fail(thrown)
    })
    socket.bind(port, host, () => {
      socket.removeAllListeners('error')
      done(socket)
    })
  })

/** Listens on a UDP port; in use or forbidden it is a fault and is tried again. */
export const openUdp = async ({ port, host, faults, later, take }: UdpOptions): Promise<Udp> => {
  let socket: Socket | undefined
  let closed = false
  const open = async (): Promise<string> => {
    const opened = await bind(port, host)
    if (closed) {
      opened.close()
      return ''
    }
    socket = opened
    opened.on('message', (packet, { address, port: from }) => faults.guard('osc', undefined, () => take(packet, { address, port: from })))
    opened.on('error', (thrown) => {
      if (socket === opened) socket = undefined
      opened.close()
      kept.broke(thrown)
    })
    return `listening on ${host}:${opened.address().port} (UDP)`
  }
  const kept = await keepOpen({ unit: 'osc', what: `OSC on ${host}:${port} (UDP)`, option: '--osc-port', faults, later, open })
  return {
    status$: kept.status$,
    get port() { return socket?.address().port ?? 0 },
    send(packet, to) {
      // A client that is gone or a network that is down is no reason to stop: the next value may arrive.
      faults.guard('osc', undefined, () => socket?.send(packet, to.port, to.address, () => undefined))
    },
    close: () => new Promise((done) => {
      closed = true
      kept.close()
      if (socket) socket.close(() => done())
      else done()
      socket = undefined
    }),
  }
}
