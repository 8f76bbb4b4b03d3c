import { Subject, type Observable } from 'rxjs'
import { DoppelError, messageOf } from './error.js'
import type { Fault } from './types.js'

/** How long the same fault of the same unit stays quiet after it was reported. */
const QUIET_MS = 5000
/** Distinct faults remembered; beyond it the oldest is forgotten, so memory stays bounded whatever goes wrong. */
const REMEMBERED = 256

export interface Faults {
  readonly fault$: Observable<Fault>
  /** Reports a fault, at most once per 5 s for the same unit and message; repeats are counted into the next report. */
  report(fault: Omit<Fault, 'count'>): void
  /** Runs `fn`; when it throws, reports one fault for `unit` and gives `fallback`. Nothing ever throws through it. */
  guard<T>(unit: string, fallback: T, fn: () => T): T
}

export const createFaults = (now: () => number = () => performance.now()): Faults => {
  const subject = new Subject<Fault>()
  const seen = new Map<string, { at: number; count: number }>()
  const report: Faults['report'] = (fault) => {
    const key = `${fault.unit}\n${fault.message}`
    const known = seen.get(key)
    if (known && now() - known.at < QUIET_MS) {
      known.count += 1
      return
    }
    const count = (known?.count ?? 0) + 1
    seen.delete(key)
    if (seen.size >= REMEMBERED) seen.delete(seen.keys().next().value ?? '')
    seen.set(key, { at: now(), count: 0 })
    subject.next({ ...fault, count })
  }
  return {
    fault$: subject,
    report,
    guard(unit, fallback, fn) {
      try {
        return fn()
      } catch (thrown) {
        report({ unit, message: messageOf(thrown), hint: thrown instanceof DoppelError ? thrown.hint : '' })
        return fallback
      }
    },
  }
}
