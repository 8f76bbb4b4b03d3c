import type { Feedback, Listener } from './feedback.js'
import type { Endpoint } from './udp.js'

/** Who is told of changes over UDP: whoever sent `/doppel/subscribe`. */
export interface Clients {
  /** Subscribes a port of the sender, or renews it; false when there is no room. Feedback goes to the sender's own address only, so nobody can aim it at others. */
  subscribe(from: Endpoint, port: number): boolean
  unsubscribe(from: Endpoint, port: number): boolean
  /** Hearing from a client keeps it. */
  heard(from: Endpoint): void
  readonly count: number
}

/** The `from` of what an endpoint sends. */
export const idOf = ({ address, port }: Endpoint): string => `osc/${address}:${port}`

const MOST = 32
/** Silence after which a client is forgotten, ms: ten minutes. */
const FORGOTTEN_MS = 10 * 60_000

/** `id` is where it is told, `sender` where it asked from: programs often send from another port than they listen on. */
interface Client { readonly id: string; readonly sender: string; readonly listener: Listener; heardAt: number }

export const createClients = (feedback: Feedback, now: () => number, send: (packet: Uint8Array, to: Endpoint) => void): Clients => {
  const clients = new Map<string, Client>()
  const senders = new Map<string, Client>()
  const drop = (id: string): boolean => {
    const client = clients.get(id)
    if (!client) return false
    feedback.remove(client.listener)
    if (senders.get(client.sender) === client) senders.delete(client.sender)
    return clients.delete(id)
  }
  const isOld = ({ heardAt }: Client): boolean => now() - heardAt > FORGOTTEN_MS
  return {
    subscribe(from, port) {
      for (const client of clients.values()) if (isOld(client)) drop(client.id)
      const to = { address: from.address, port }
      const id = idOf(to)
      const sender = idOf(from)
      drop(id)
      if (clients.size >= MOST) return false
      const listener: Listener = {
        isFrom: (one) => one === id || one === sender,
        wants: () => true,
        ready: () => {
          if (!isOld(client)) return true
          drop(id)
          return false
        },
        send: (packet) => send(packet, to),
      }
      const client: Client = { id, sender, listener, heardAt: now() }
      clients.set(id, client)
      senders.set(sender, client)
      feedback.add(listener)
      feedback.tellAll(listener)
      return true
    },
    unsubscribe: ({ address }, port) => drop(idOf({ address, port })),
    heard(from) {
      if (clients.size === 0) return
      const id = idOf(from)
      for (const client of [clients.get(id), senders.get(id)]) if (client) client.heardAt = now()
    },
    get count() { return clients.size },
  }
}
