import { hostname } from 'node:os'
import type { EventEmitter } from 'node:events'
import bonjour from 'bonjour-service'
import { messageOf } from '../../engine/error.js'
import type { Faults } from '../../engine/guard.js'

/** Tells the local network (mDNS, also called Bonjour) where OSC and OSCQuery are, so that clients list them by themselves. */
export interface Announcer {
  /** Announces a port, once for each kind. */
  announce(kind: 'osc' | 'oscjson', port: number): void
  close(): Promise<void>
}

/** What announces; bonjour-service but in tests. */
export interface Publisher {
  publish(service: { name: string; type: string; protocol: 'tcp' | 'udp'; port: number; host: string }): void
  close(done: () => void): void
}

const PROTOCOL = { osc: 'udp', oscjson: 'tcp' } as const

/** Opens mDNS. The socket's errors reach nobody in bonjour-service unless they are listened to inside it, and would end the program. */
export const openBonjour = (failed: (thrown: unknown) => void): Publisher => {
  const service = new bonjour.Bonjour({}, failed)
  const { server } = service as unknown as { readonly server: { readonly mdns: EventEmitter } }
  server.mdns.on('error', failed)
  return {
    // Probing would print to the console when the name is taken; names carry their port, so they are not.
    publish: (config) => { service.publish({ ...config, probe: false }).on('error', failed) },
    close: (done) => service.unpublishAll(() => service.destroy(done)),
  }
}

export const createAnnouncer = (name: string, faults: Faults, open: (failed: (thrown: unknown) => void) => Publisher = openBonjour): Announcer => {
  const failed = (thrown: unknown) => faults.report({
    unit: 'osc-announce',
    message: `OSC cannot be announced on the network: ${messageOf(thrown)}`,
    hint: 'everything else works; enter this computer\'s address and port in the client by hand',
  })
  const announced = new Set<string>()
  let publisher: Publisher | undefined
  return {
    announce(kind, port) {
      if (announced.has(kind) || port === 0) return
      try {
        publisher ??= open(failed)
        const own = hostname().replace(/\..*$/, '')
        // Without .local a client would ask its name server, which does not know this computer.
        publisher.publish({ name: `${name} on ${own} (${port})`, type: kind, protocol: PROTOCOL[kind], port, host: `${own}.local` })
        announced.add(kind)
      } catch (thrown) {
        failed(thrown)
      }
    },
    close: () => new Promise((done) => {
      if (!publisher) return done()
      try {
        publisher.close(done)
      } catch {
        // It never opened: there is nothing to take back.
        done()
      }
    }),
  }
}
