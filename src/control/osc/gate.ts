import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'

/** Whether an address of this computer can be reached only from itself. */
export const isLoopback = (host: string): boolean => /^(::ffff:)?127(\.\d{1,3}){3}$/.test(host) || host === '::1' || host === 'localhost'

/** Compares in a time that tells nothing about either. */
export const sameToken = (a: string, b: string): boolean => {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

/** Shortest token, characters: at so few wrong tries a second, from so few machines, it lasts. */
export const MIN_TOKEN = 8
const TRIES_PER_SECOND = 5
const TRYING_MACHINES = 64
/** Machines remembered; the one that was silent longest makes room. */
const REMEMBERED = 64
/** Silence after which a machine must send the token again, ms: half an hour. */
const FORGOTTEN_MS = 30 * 60_000

/**
 * Who may send when the port is open to the network. OSC over UDP has no sessions, so a machine sends the token once
 * (`/doppel/token <token>`) and its IP address is let in until it has been silent for half an hour. This computer itself needs none.
 * That keeps strangers and mistakes out; like all of OSC it is not encrypted, and whoever can read the network can read the token.
 */
export interface Gate {
  /** Whether a machine may send; hearing from it keeps it remembered. */
  admits(address: string): boolean
  /** Checks a token and lets the machine in; false when it is wrong or too many were tried. */
  present(address: string, token: string): boolean
  /** Checks a token without remembering the machine; counts as a try when it is wrong. */
  accepts(address: string, token: string): boolean
}

export const createGate = (token: string | undefined, now: () => number): Gate => {
  const heardAt = new Map<string, number>()
  /** Wrong tries of this second: one machine's do not keep the others out. */
  const tries = new Map<string, number>()
  let second = 0
  const accepts = (address: string, given: string): boolean => {
    if (token === undefined) return false
    const at = Math.floor(now() / 1000)
    if (at !== second) {
      second = at
      tries.clear()
    }
    const tried = tries.get(address) ?? 0
    if (tried >= TRIES_PER_SECOND || (tried === 0 && tries.size >= TRYING_MACHINES)) return false
    if (sameToken(given, token)) return true
    tries.set(address, tried + 1)
    return false
  }
  const hear = (address: string) => {
    heardAt.delete(address)
    if (heardAt.size >= REMEMBERED) heardAt.delete(heardAt.keys().next().value ?? '')
    heardAt.set(address, now())
  }
  return {
    admits(address) {
      if (isLoopback(address)) return true
      const at = heardAt.get(address)
      if (at === undefined) return false
      if (now() - at > FORGOTTEN_MS) {
        heardAt.delete(address)
        return false
      }
      hear(address)
      return true
    },
    present(address, given) {
      if (!accepts(address, given)) return false
      hear(address)
      return true
    },
    accepts,
  }
}

/** The name in a `Host` header or an origin, without its port. */
const nameIn = (authority: string): string => authority.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1').toLowerCase()

/**
 * Whether a `Host` header names this computer by an address, as localhost or by its own name. A page in a browser can make any other
 * name point here (DNS rebinding), but not an address.
 */
export const isOwnHost = (header: string | undefined, ownName: string): boolean => {
  if (header === undefined) return false
  const name = nameIn(header)
  const own = ownName.toLowerCase()
  const ownLabel = own.replace(/\..*$/, '')
  return isIP(name) !== 0 || name === 'localhost' || name === own || name === ownLabel || name === `${ownLabel}.local`
}

/** Whether a WebSocket may be opened by who says to be from `origin`: programs say nothing, and a page must have come from here. */
export const isOwnOrigin = (origin: string | undefined, host: string | undefined): boolean => {
  if (origin === undefined) return true
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase()
}
