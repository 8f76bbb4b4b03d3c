import type { Param, Registry } from '../../engine/registry.js'
import type { Inbox } from '../types.js'
import type { AddressBook } from './book.js'
import { decodePacket, IMMEDIATELY, type OscArg, type OscMessage } from './codec.js'
import { convertArgs, describeArgs } from './convert.js'
import type { Later } from './later.js'
import type { Monitor } from './monitor.js'
import { createMatcher, isPattern } from './pattern.js'
import { createSchedule } from './schedule.js'
import { msOf } from './time-tag.js'

/** Messages to Doppel itself, see commands.ts: they reach no parameter. */
const COMMANDS: ReadonlySet<string> = new Set(['/doppel/token', '/doppel/subscribe', '/doppel/unsubscribe'])

/** Parameters that patterns may play in one second: a pattern names as many as there are, so a few packets could keep the tick waiting. */
const PATTERN_PLAYS = 100_000

export interface Receiver {
  /** Takes a packet from a surface or client `from`; `command` gets what is meant for Doppel itself. */
  take(packet: Uint8Array, from: string, command: (message: OscMessage) => void): void
  close(): void
}

export interface ReceiverOptions {
  readonly registry: Registry
  readonly book: AddressBook
  readonly inbox: Inbox
  readonly monitor: Monitor
  /** Milliseconds, as of events. */
  readonly now: () => number
  /** Milliseconds since 1970, as of time tags. */
  readonly wall: () => number
  readonly later: Later
  /** Whether something listens to a control that is no parameter, such as `osc/pad/1`. */
  readonly isBound: (control: string) => boolean
}

/** What an argument means to a binding; undefined when nothing. */
const gestureOf = (arg: OscArg | undefined): { readonly kind: 'position' | 'press' | 'release'; readonly value: number } | undefined => {
  if (!arg || arg.type === 'T' || arg.type === 'I') return { kind: 'press', value: 1 }
  if (arg.type === 'F') return { kind: 'release', value: 0 }
  if (arg.type !== 'i' && arg.type !== 'f' && arg.type !== 'd' && arg.type !== 'h') return undefined
  const value = Number(arg.value)
  return Number.isFinite(value) ? { kind: 'position', value: Math.min(1, Math.max(0, value)) } : undefined
}

/** Puts what packets say into the inbox: parameters by address or pattern, everything else as controls for bindings. Time tags are kept. */
export const createReceiver = ({ registry, book, inbox, monitor, now, wall, later, isBound }: ReceiverOptions): Receiver => {
  const matcher = createMatcher(registry, book.revision, now)
  let playing = { second: 0, count: 0 }
  const problem = (from: string, { address, args }: OscMessage, why: () => string) => {
    monitor.note('problem', from, () => `${[address, describeArgs(args)].join(' ').trim().slice(0, 300)}: ${why()}`)
  }

  const play = (param: Param, message: OscMessage, from: string, at: number) => {
    const meaning = convertArgs(param.decl, message.args)
    if (meaning === 'nothing') return
    if ('problem' in meaning) problem(from, message, () => (param.address === message.address ? meaning.problem() : `${param.address}: ${meaning.problem()}`))
    else inbox.param(param.address, meaning.value, at, from)
  }

  /** `osc/<address>`; the second and later arguments are controls of their own: `osc/xy#2`. */
  const control = (message: OscMessage, from: string, at: number) => {
    const { address, args } = message
    const unknown = (): string => {
      const meant = book.suggest(address)
      return `there is no such address${meant === undefined ? '' : `; the nearest is ${meant}`}`
    }
    // OSC allows no other characters in names; a pattern that matches nothing names no control.
    if (isPattern(address) || !/^[!-~]+$/.test(address) || address.includes('#')) {
      problem(from, message, unknown)
      return
    }
    const name = `osc/${address.slice(1)}`
    const gestures = (args.length === 0 ? [undefined] : args.slice(0, 8)).map(gestureOf)
    gestures.forEach((gesture, i) => { if (gesture) inbox.control(i === 0 ? name : `${name}#${i + 1}`, gesture.kind, gesture.value, at) })
    if (!isBound(name)) problem(from, message, unknown)
  }

  const deliver = (message: OscMessage, from: string, at: number) => {
    monitor.note('in', from, () => `${message.address} ${describeArgs(message.args)}`.trim())
    const param = registry.get(message.address)
    if (param) return play(param, message, from, at)
    const found = isPattern(message.address) ? matcher.match(message.address) : []
    if (typeof found === 'string') return problem(from, message, () => found)
    if (found.length === 0) return control(message, from, at)
    const second = Math.floor(now() / 1000)
    if (second !== playing.second) playing = { second, count: 0 }
    playing.count += found.length
    if (playing.count > PATTERN_PLAYS) return problem(from, message, () => `patterns played ${PATTERN_PLAYS} parameters within a second: this one was dropped`)
    for (const one of found) play(one, message, from, at)
  }

  const schedule = createSchedule<{ readonly message: OscMessage; readonly from: string }>(now, later, ({ message, from }, at) => deliver(message, from, at))
  return {
    take(packet, from, command) {
      const { messages, problem: malformed } = decodePacket(packet)
      if (malformed !== undefined) {
        monitor.note('problem', from, () => `a packet of ${packet.byteLength} bytes was dropped: ${malformed}`)
        return
      }
      const at = now()
      for (const message of messages) {
        const ahead = message.time === IMMEDIATELY ? 0 : msOf(message.time) - wall()
        if (COMMANDS.has(message.address)) command(message)
        else if (ahead <= 0) deliver(message, from, at)
        else {
          const refused = schedule.add(at + ahead, { message, from }, packet.byteLength / messages.length)
          if (refused !== undefined) problem(from, message, () => refused)
        }
      }
    },
    close: () => schedule.close(),
  }
}
