import type { Faults } from '../../engine/guard.js'
import type { Param, Registry } from '../../engine/registry.js'
import { argsOf } from './convert.js'
import { encodeMessage } from './encode.js'
import type { Later } from './later.js'

/** Somebody who is told of changes. */
export interface Listener {
  /** Whether it set something itself, by the `from` of the change: it is not told of that. */
  isFrom(from: string): boolean
  wants(address: string): boolean
  /** False while what was sent before has not left yet; the newest value is kept until it has. */
  ready(): boolean
  send(packet: Uint8Array): void
}

export interface Feedback {
  add(listener: Listener): void
  remove(listener: Listener): void
  /** Tells a listener everything it wants to know, as if all had just changed. */
  tellAll(listener: Listener): void
  close(): void
}

export interface FeedbackOptions {
  readonly registry: Registry
  readonly faults: Faults
  readonly now: () => number
  readonly later: Later
  /** How often a second a listener is told of the same parameter at most. */
  readonly perSecond: number
}

/** Messages to one listener at once; the rest follows the next time, so that a listener's network is never flooded. */
const AT_ONCE = 256

/** Tells listeners of changes: at once after a pause, else together at the rate given, always the newest value. */
export const createFeedback = ({ registry, faults, now, later, perSecond }: FeedbackOptions): Feedback => {
  const periodMs = 1000 / perSecond
  /** What each listener has not been told yet, oldest change first. */
  const untold = new Map<Listener, Set<Param>>()
  let toldAt = Number.NEGATIVE_INFINITY
  let cancel: (() => void) | undefined
  const arm = () => { cancel ??= later(Math.max(0, toldAt + periodMs - now()), flush) }
  const flush = () => {
    cancel = undefined
    toldAt = now()
    /** A change goes to many: it is encoded once. */
    const packets = new Map<Param, Uint8Array>()
    for (const [listener, params] of untold) {
      if (!listener.ready()) continue
      let room = AT_ONCE
      for (const param of params) {
        if (room-- === 0) break
        params.delete(param)
        if (registry.get(param.address) !== param) continue
        const packet = packets.get(param) ?? encodeMessage(param.address, argsOf(param.decl, param.value))
        packets.set(param, packet)
        faults.guard('osc', undefined, () => listener.send(packet))
      }
    }
    if ([...untold.values()].some(({ size }) => size > 0)) arm()
  }
  const subscription = registry.change$.subscribe(({ param, from }) => {
    for (const [listener, params] of untold) {
      if (listener.isFrom(from)) params.delete(param)
      else if (listener.wants(param.address)) {
        params.add(param)
        arm()
      }
    }
  })
  return {
    add: (listener) => { if (!untold.has(listener)) untold.set(listener, new Set()) },
    remove: (listener) => { untold.delete(listener) },
    tellAll(listener) {
      const params = untold.get(listener)
      for (const address of registry.addresses) {
        const param = registry.get(address)
        if (param && param.decl.type !== 'trigger' && listener.wants(address)) params?.add(param)
      }
      arm()
    },
    close() {
      subscription.unsubscribe()
      cancel?.()
      untold.clear()
    },
  }
}
