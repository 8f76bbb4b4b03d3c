import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type RawData, type WebSocket } from 'ws'
import type { Faults } from '../../engine/guard.js'
import type { Registry } from '../../engine/registry.js'
import type { AddressBook } from './book.js'
import { MAX_PACKET } from './codec.js'
import type { Feedback, Listener } from './feedback.js'
import type { Later } from './later.js'
import type { Monitor } from './monitor.js'
import { newsOf } from './path-news.js'

/** The WebSocket clients of OSCQuery. */
export interface Listeners {
  readonly full: boolean
  readonly count: number
  /** Takes over a connection that asked to become a WebSocket. */
  welcome(request: IncomingMessage, socket: Duplex, head: Buffer): void
  close(): void
}

export interface ListenersOptions {
  readonly registry: Registry
  readonly book: AddressBook
  readonly feedback: Feedback
  readonly monitor: Monitor
  readonly faults: Faults
  readonly later: Later
  /** Takes a binary OSC packet from a client. */
  take(packet: Uint8Array, from: string): void
}

const MOST = 32
/** Addresses one client may listen to. */
const MOST_ADDRESSES = 8192
/** Bytes that may wait for a client; beyond it the newest values wait instead. */
const WAITING_BYTES = 1 << 20
/** How often new and removed addresses are looked for while there are clients, ms. */
const LOOK_MS = 100
/** A client that answers no ping for this long, ms, is gone. */
const PING_MS = 30_000

interface Client { readonly id: string; readonly ws: WebSocket; readonly listener: Listener; readonly addresses: Set<string>; alive: boolean }

const bytesOf = (data: RawData): Buffer => (Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data))

/** `{ "COMMAND": ..., "DATA": ... }`; undefined when it is something else. */
const readCommand = (text: string): { readonly command: string; readonly data: string } | undefined => {
  try {
    const { COMMAND, DATA } = Object(JSON.parse(text)) as Record<string, unknown>
    return typeof COMMAND === 'string' && typeof DATA === 'string' ? { command: COMMAND, data: DATA } : undefined
  } catch {
    return undefined
  }
}

export const createListeners = ({ registry, book, feedback, monitor, faults, later, take }: ListenersOptions): Listeners => {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_PACKET, perMessageDeflate: false, clientTracking: false })
  const clients = new Set<Client>()
  let number = 0
  let before: ReadonlySet<string> = new Set()
  let seen = -1
  const timers = new Map<string, () => void>()
  const every = (name: string, ms: number, run: () => void) => {
    timers.set(name, later(ms, () => {
      timers.delete(name)
      if (clients.size === 0) return
      faults.guard('osc-query', undefined, run)
      every(name, ms, run)
    }))
  }
  const tellPaths = () => {
    if (book.revision() === seen) return
    const after = new Set(registry.addresses)
    const news = newsOf(before, after).map(([COMMAND, DATA]) => JSON.stringify({ COMMAND, DATA }))
    seen = book.revision()
    before = after
    for (const { ws, addresses } of clients) {
      // Who listened to an address that is gone must ask again when it comes back.
      for (const address of addresses) if (!after.has(address)) addresses.delete(address)
      for (const text of news) ws.send(text)
    }
  }
  const ping = () => {
    for (const client of clients) {
      if (!client.alive) client.ws.terminate()
      client.alive = false
      client.ws.ping()
    }
  }
  const obey = ({ addresses, id }: Client, text: string) => {
    const { command, data } = readCommand(text) ?? { command: '', data: '' }
    if (command === 'IGNORE') addresses.delete(data)
    else if (command !== 'LISTEN') monitor.note('problem', id, () => `only LISTEN and IGNORE are understood, not ${text.slice(0, 100)}`)
    else if (!registry.get(data)) monitor.note('problem', id, () => `cannot LISTEN to ${data.slice(0, 100)}: there is no such parameter; the nearest is ${book.suggest(data) ?? 'none'}`)
    else if (addresses.size >= MOST_ADDRESSES) monitor.note('problem', id, () => `listens to ${MOST_ADDRESSES} addresses already`)
    else addresses.add(data)
  }
  const join = (ws: WebSocket) => {
    const addresses = new Set<string>()
    const id = `osc-ws/${++number}`
    const listener: Listener = {
      isFrom: (from) => from === id,
      wants: (address) => addresses.has(address),
      ready: () => ws.bufferedAmount < WAITING_BYTES,
      send: (packet) => ws.send(packet),
    }
    const client: Client = { id, ws, listener, addresses, alive: true }
    if (clients.size === 0) {
      before = new Set(registry.addresses)
      seen = book.revision()
    }
    clients.add(client)
    if (!timers.has('paths')) every('paths', LOOK_MS, tellPaths)
    if (!timers.has('ping')) every('ping', PING_MS, ping)
    feedback.add(listener)
    monitor.note('client', id, () => 'a WebSocket opened')
    ws.on('message', (data, binary) => faults.guard('osc-query', undefined, () => {
      if (binary) take(bytesOf(data), id)
      else obey(client, bytesOf(data).toString('utf8'))
    }))
    ws.on('pong', () => { client.alive = true })
    // Whatever was wrong with it, it closes next.
    ws.on('error', () => undefined)
    ws.on('close', () => {
      clients.delete(client)
      feedback.remove(listener)
      monitor.note('client', id, () => 'its WebSocket closed')
    })
  }
  return {
    get full() { return clients.size >= MOST },
    get count() { return clients.size },
    welcome: (request, socket, head) => server.handleUpgrade(request, socket, head, join),
    close() {
      for (const cancel of timers.values()) cancel()
      for (const { ws } of clients) ws.terminate()
      server.close()
    },
  }
}
