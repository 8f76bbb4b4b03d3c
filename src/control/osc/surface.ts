import { hostname } from 'node:os'
import { merge, ReplaySubject, type Observable } from 'rxjs'
import { DoppelError } from '../../engine/error.js'
import { createFaults } from '../../engine/guard.js'
import type { Registry } from '../../engine/registry.js'
import type { Fault } from '../../engine/types.js'
import type { Inbox, Surface } from '../types.js'
import { createAnnouncer, type Announcer } from './announce.js'
import { createBook } from './book.js'
import { createClients, idOf } from './clients.js'
import { createCommands } from './commands.js'
import { createFeedback } from './feedback.js'
import { createGate, isLoopback, MIN_TOKEN } from './gate.js'
import { later as onTimers, type Later } from './later.js'
import { createListeners } from './listen.js'
import { createMonitor, type Monitor } from './monitor.js'
import { openQuery } from './query.js'
import { createReceiver } from './receive.js'
import { openUdp } from './udp.js'

export interface OscOptions {
  /** UDP port; 0 takes any that is free. */
  readonly port: number
  /** Address to listen on; default 127.0.0.1, which only this computer can reach. `0.0.0.0` is every network. */
  readonly host?: string
  /** Needed beyond loopback, at least 8 characters; see {@link createGate} and `/doppel/token` in commands.ts. */
  readonly token?: string
  /** OSCQuery over HTTP and WebSocket; left out, there is none. Its host defaults to that of OSC. */
  readonly query?: { readonly port: number; readonly host?: string }
  readonly registry: Registry
  readonly inbox: Inbox
  /** Milliseconds on `performance.now()`'s clock. */
  readonly now: () => number
  /** Milliseconds since 1970, which time tags are compared with; default `Date.now`. */
  readonly wall?: () => number
  readonly later?: Later
  /** How this show is called on the network. */
  readonly name?: string
  /** mDNS; by default only what is open beyond loopback is announced. */
  readonly announce?: boolean
  /** Changes told to each client, per parameter and second; default 60. */
  readonly feedbackPerSecond?: number
  /** Whether a binding listens to a control (`osc/...`): addresses it listens to are not called unknown. */
  readonly isBound?: (control: string) => boolean
  /** Replaces mDNS in tests. */
  readonly announcer?: Announcer
}

export interface OscSurface extends Surface {
  /** The UDP port that is listened on; 0 while there is none. */
  readonly port: number
  /** The TCP port of OSCQuery; 0 while there is none. */
  readonly queryPort: number
  /** What came in, for `doppel monitor`. */
  readonly monitor: Pick<Monitor, 'line$' | 'recent' | 'left'>
  /** Clients that are told of changes: subscribed over UDP, and WebSockets. */
  readonly clients: number
}

const checkToken = (host: string, token: string | undefined): void => {
  if (isLoopback(host) || (token !== undefined && token.length >= MIN_TOKEN)) return
  throw new DoppelError(
    token === undefined ? `OSC on ${host} can be reached from the network and needs a token` : `the token for OSC on ${host} has ${token.length} characters: it needs at least ${MIN_TOKEN}`,
    'give one with --osc-token (clients then send /doppel/token with it first), or listen on 127.0.0.1',
  )
}

/**
 * Opens OSC: parameters are played by their addresses, changes are told to whoever subscribed, and OSCQuery describes it all.
 * A port that cannot be opened is a fault and is tried again; only a missing token rejects, with a {@link DoppelError}.
 */
export const openOsc = async (options: OscOptions): Promise<OscSurface> => {
  const { host = '127.0.0.1', token, registry, inbox, now, wall = Date.now, later = onTimers, query: asked, name = 'Doppel' } = options
  const queryHost = asked?.host ?? host
  checkToken(host, token)
  if (asked) checkToken(queryHost, token)
  const faults = createFaults(now)
  // What fails while it opens is told to whoever asks afterwards.
  const fault$ = new ReplaySubject<Fault>(8)
  faults.fault$.subscribe(fault$)
  const monitor = createMonitor(now)
  const gate = createGate(token, now)
  const book = createBook(registry, now)
  const feedback = createFeedback({ registry, faults, now, later, perSecond: options.feedbackPerSecond ?? 60 })
  const receiver = createReceiver({ registry, book, inbox, monitor, now, wall, later, isBound: options.isBound ?? (() => false) })
  const commands = createCommands({ gate, monitor, clients: createClients(feedback, now, (packet, to) => udp.send(packet, to)), send: (packet, to) => udp.send(packet, to) })
  const udp = await openUdp({
    port: options.port, host, faults, later,
    take(packet, from) {
      const id = idOf(from)
      if (!commands.admits(packet, from, id)) return
      receiver.take(packet, id, (message) => commands.obey(message, from, id))
    },
  })
  const listeners = createListeners({
    registry, book, feedback, monitor, faults, later,
    take: (packet, from) => receiver.take(packet, from, ({ address }) => monitor.note('problem', from, () => `${address} is only for UDP: use LISTEN here`)),
  })
  const query = asked && await openQuery({ port: asked.port, host: queryHost, book, gate, faults, now, later, listeners, info: () => ({ name: `${name} on ${hostname()}`, oscPort: udp.port }) })
  const announcer = options.announcer ?? createAnnouncer(name, faults)
  const wanted = (on: string): boolean => options.announce ?? !isLoopback(on)
  const announcing = (on: string, kind: 'osc' | 'oscjson', from: { readonly port: number; readonly status$: Observable<{ readonly state: string }> } | undefined) =>
    from?.status$.subscribe(({ state }) => { if (state === 'running' && wanted(on)) announcer.announce(kind, from.port) })
  announcing(host, 'osc', udp)
  announcing(queryHost, 'oscjson', query)
  return {
    id: 'osc',
    status$: query ? merge(udp.status$, query.status$) : udp.status$,
    fault$,
    get port() { return udp.port },
    get queryPort() { return query?.port ?? 0 },
    monitor,
    get clients() { return commands.clients + listeners.count },
    async close() {
      receiver.close()
      feedback.close()
      await Promise.all([udp.close(), query?.close(), announcer.close()])
      monitor.close()
      fault$.complete()
    },
  }
}
