import { createServer, STATUS_CODES, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import type { Duplex } from 'node:stream'
import type { Faults } from '../../engine/guard.js'
import { answerQuery, type HostInfo } from './answer.js'
import type { AddressBook } from './book.js'
import { isLoopback, isOwnHost, isOwnOrigin, type Gate } from './gate.js'
import { keepOpen, type KeptOpen } from './keep-open.js'
import type { Later } from './later.js'
import type { Listeners } from './listen.js'

export interface Query {
  readonly status$: KeptOpen['status$']
  /** The port that is listened on; 0 while there is none. */
  readonly port: number
  close(): Promise<void>
}

export interface QueryOptions {
  readonly port: number
  readonly host: string
  readonly book: AddressBook
  readonly gate: Gate
  readonly faults: Faults
  readonly now: () => number
  readonly later: Later
  readonly listeners: Listeners
  info(): Omit<HostInfo, 'queryPort'>
}

const CONNECTIONS = 64
const LONGEST_URL = 1024
/** Nodes described in one second: describing the whole tree of a large set takes milliseconds of the thread that draws. */
const NODES_PER_SECOND = 10_000
const HEADERS = { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' }

/** Attributes asked for, and the token, from what follows the question mark. */
const readSearch = (url: string): { readonly path: string; readonly attributes: readonly string[]; readonly token: string | undefined } => {
  const [path = '', ...rest] = (url.split('#')[0] ?? '').split('?')
  const words = rest.join('?').split('&').filter((word) => word !== '')
  const token = new URLSearchParams(words.find((word) => word.startsWith('token='))).get('token') ?? undefined
  return { path, attributes: words.filter((word) => !word.startsWith('token=')).map((word) => word.replace(/=.*$/, '')), token }
}

const listenOn = (server: Server, port: number, host: string): Promise<void> =>
  new Promise((done, fail) => {
    server.once('error', fail)
    server.listen(port, host, () => {
      server.removeListener('error', fail)
      done()
    })
  })

/** Serves OSCQuery: the tree of addresses as JSON over HTTP, and WebSockets on the same port. */
export const openQuery = async ({ port, host, book, gate, faults, now, later, listeners, info }: QueryOptions): Promise<Query> => {
  let server: Server | undefined
  let closed = false
  let second = 0
  let nodes = 0
  const portNow = (): number => (server?.address() as AddressInfo | null)?.port ?? 0

  /** HTTP status that turns a request away; undefined lets it in. */
  const turnedAway = ({ headers, socket, url = '/' }: IncomingMessage): number | undefined => {
    if (!isOwnHost(headers.host, hostname())) return 403
    if (url.length > LONGEST_URL) return 414
    const machine = socket.remoteAddress ?? ''
    if (isLoopback(machine)) return undefined
    const given = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? readSearch(url).token
    return given !== undefined && gate.accepts(machine, given) ? undefined : 401
  }
  const reply = (request: IncomingMessage): { readonly status: number; readonly body?: string } => {
    const refused = turnedAway(request)
    if (refused !== undefined) return { status: refused }
    if (request.method !== 'GET' && request.method !== 'HEAD') return { status: 405 }
    const at = Math.floor(now() / 1000)
    if (at !== second) [second, nodes] = [at, 0]
    if (nodes > NODES_PER_SECOND) return { status: 429 }
    const { path, attributes } = readSearch(request.url ?? '/')
    const answer = answerQuery(book, { ...info(), queryPort: portNow() }, path, attributes)
    nodes += answer.nodes
    return { status: answer.status, ...(answer.body && { body: JSON.stringify(answer.body) }) }
  }
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refused = turnedAway(request) ?? (!isOwnOrigin(request.headers.origin, request.headers.host) ? 403 : listeners.full ? 503 : undefined)
    if (refused === undefined) listeners.welcome(request, socket, head)
    else socket.end(`HTTP/1.1 ${refused} ${STATUS_CODES[refused] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  }

  const open = async (): Promise<string> => {
    const opened = createServer({ maxHeaderSize: 8192, requestTimeout: 5000, headersTimeout: 5000, keepAliveTimeout: 5000, connectionsCheckingInterval: 1000 }, (request, response) => {
      const { status, body = '' } = faults.guard('osc-query', { status: 500 }, () => reply(request))
      response.writeHead(status, { ...HEADERS, ...(status !== 204 && { 'Content-Length': Buffer.byteLength(body) }) }).end(request.method === 'HEAD' ? undefined : body)
    })
    opened.maxConnections = CONNECTIONS
    opened.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', () => socket.destroy())
      faults.guard('osc-query', undefined, () => upgrade(request, socket, head))
    })
    await listenOn(opened, port, host)
    if (closed) {
      opened.close()
      return ''
    }
    server = opened
    opened.on('error', (thrown) => {
      if (server === opened) server = undefined
      opened.close()
      kept.broke(thrown)
    })
    return `listening on http://${host}:${portNow()}`
  }
  const kept = await keepOpen({ unit: 'osc-query', what: `OSCQuery on ${host}:${port} (TCP)`, option: '--osc-query-port', faults, later, open })
  return {
    status$: kept.status$,
    get port() { return portNow() },
    close: () => new Promise((done) => {
      closed = true
      kept.close()
      listeners.close()
      if (!server) return done()
      server.close(() => done())
      server.closeAllConnections()
      server = undefined
    }),
  }
}
