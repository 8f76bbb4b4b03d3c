import { BehaviorSubject, type Observable } from 'rxjs'
import { messageOf } from '../../engine/error.js'
import type { Faults } from '../../engine/guard.js'
import type { Status } from '../../engine/types.js'
import type { Later } from './later.js'

/** A network port that is listened on, or tried again until it can be. */
export interface KeptOpen {
  readonly status$: Observable<Status>
  /** What was opened broke: it is opened again. */
  broke(thrown: unknown): void
  close(): void
}

export interface KeepOpenOptions {
  readonly unit: string
  /** What is opened, in words: "OSC on 127.0.0.1:9000 (UDP)". */
  readonly what: string
  /** The option that chooses another port. */
  readonly option: string
  readonly faults: Faults
  readonly later: Later
  /** Opens it once; gives the words for the status. */
  open(): Promise<string>
}

/** Pauses between tries, ms; the last one repeats. */
const PAUSES = [1000, 2000, 4000, 8000]

const sentence = (what: string, option: string, thrown: unknown): { message: string; hint: string } => {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  switch (code) {
    case 'EADDRINUSE': return { message: `${what} cannot be opened: another program uses the port`, hint: `close it (it is tried again by itself), or choose another port with ${option}` }
    case 'EACCES': case 'EPERM': return { message: `${what} cannot be opened: the system forbids the port`, hint: `choose a port above 1023 with ${option}` }
    case 'EADDRNOTAVAIL': case 'ENOTFOUND': return { message: `${what} cannot be opened: this computer has no such address`, hint: `choose 127.0.0.1, 0.0.0.0 or an address of this computer with ${option}` }
    default: return { message: `${what} cannot be opened: ${messageOf(thrown)}`, hint: 'it is tried again by itself' }
  }
}

/** Opens, and tries again whenever that fails or breaks. Resolves after the first try, however it went. */
export const keepOpen = async ({ unit, what, option, faults, later, open }: KeepOpenOptions): Promise<KeptOpen> => {
  const status$ = new BehaviorSubject<Status>({ unit, state: 'starting', detail: what })
  let cancel: (() => void) | undefined
  let failures = 0
  let told = ''
  let closed = false
  const failed = (thrown: unknown) => {
    if (closed) return
    const { message, hint } = sentence(what, option, thrown)
    // It fails the same way until somebody does something: said once.
    if (message !== told) faults.report({ unit, message, hint })
    told = message
    status$.next({ unit, state: 'waiting', detail: message })
    cancel?.()
    cancel = later(PAUSES[Math.min(failures++, PAUSES.length - 1)] ?? 0, () => void attempt())
  }
  const attempt = async () => {
    try {
      const detail = await open()
      failures = 0
      told = ''
      if (!closed) status$.next({ unit, state: 'running', detail })
    } catch (thrown) {
      failed(thrown)
    }
  }
  await attempt()
  return {
    status$,
    broke: failed,
    close() {
      closed = true
      cancel?.()
      status$.next({ unit, state: 'closed', detail: '' })
      status$.complete()
    },
  }
}
