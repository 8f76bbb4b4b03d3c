import { createRequire } from 'node:module'
import { ReplaySubject, type Observable } from 'rxjs'
import { messageOf } from '../../engine/error.js'
import { createFaults } from '../../engine/guard.js'
import type { Fault } from '../../engine/types.js'
import type { Follower } from './follower.js'

/**
 * Ableton Link's own code is GPL-2.0-or-later (or Ableton's proprietary licence), whatever the wrapping packages say of
 * themselves, so Doppel neither depends on it nor ships it: set-up fetches and builds this package
 * where it is asked to. (`abletonlink`, the other one, aborts the whole process at its end: it never joins a thread of its own.)
 */
export const LINK_PACKAGE = '@ktamas77/abletonlink'

/** A session of Link: a follower, and how many others take part. */
export interface LinkDoor {
  readonly follower: Follower
  /** Others in the session; 0 while alone, and then there is nobody to follow. */
  readonly peers: number
  readonly available: boolean
  readonly fault$: Observable<Fault>
  close(): void
}

/** What the package is brought down to. */
interface Session {
  bpm(): number
  beat(): number
  peers(): number
  close(): void
}

type Load = (name: string) => Promise<unknown>
type Make = new (...args: readonly unknown[]) => Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

/** The class a package exports, by name or as a whole (CommonJS). */
const classIn = (module: unknown): Make | undefined => {
  if (!isRecord(module)) return undefined
  const inner = module['default']
  const found = [module['AbletonLink'], inner, isRecord(inner) || typeof inner === 'function' ? (inner as unknown as Readonly<Record<string, unknown>>)['AbletonLink'] : undefined].filter((one) => typeof one === 'function')
  return found[0] as Make | undefined
}

const open = (AbletonLink: Make, bpm: number, quantum: number): Session => {
  const link = new AbletonLink(bpm)
  const call = (method: string, ...args: readonly unknown[]): unknown => {
    const found = link[method]
    if (typeof found !== 'function') throw new Error(`${LINK_PACKAGE} has no ${method}()`)
    return (found as (...all: readonly unknown[]) => unknown).call(link, ...args)
  }
  call('enable', true)
  return {
    bpm: () => Number(call('getTempo')),
    beat() {
      // Its count knows nothing of bars, its phase nothing but. The eighth keeps the moment between the two calls from adding a bar.
      const [count, phase] = [Number(call('getBeat')), Number(call('getPhase', quantum))]
      return phase + quantum * Math.floor((count - phase) / quantum + 1 / 8)
    },
    peers: () => Number(call('getNumPeers')),
    close: () => { call('enable', false) },
  }
}

/** Where set-up keeps it. */
const place = new URL(import.meta.url.endsWith('.ts') ? '../../../.setup/link/' : '../../../../.setup/link/', import.meta.url)
const requireByName: Load = async (name) => createRequire(place)(name) as unknown

/** Joins a Link session if the package is installed; otherwise a door that is never locked, and one Fault that says how. */
export const openLink = async (bpm: number, quantum: number, now: () => number, load: Load = requireByName): Promise<LinkDoor> => {
  const faults = createFaults(now)
  // What went wrong while it opened is told to whoever listens afterwards.
  const fault$ = new ReplaySubject<Fault>(1)
  faults.fault$.subscribe(fault$)
  let session: Session | undefined
  let reason = 'it is not installed'
  try {
    const found = classIn(await load(LINK_PACKAGE))
    if (found) session = open(found, bpm, quantum)
    else reason = `${LINK_PACKAGE} is not what Doppel knows by this name`
  } catch (thrown) {
    const missing = thrown instanceof Error && 'code' in thrown && (thrown.code === 'ERR_MODULE_NOT_FOUND' || thrown.code === 'MODULE_NOT_FOUND')
    if (!missing) reason = `${LINK_PACKAGE} does not load: ${messageOf(thrown).split('\n')[0]}`
  }
  if (!session) {
    faults.report({ unit: 'link', message: `Ableton Link cannot be joined: ${reason}`, hint: `npm run setup -- --link (it contains Ableton's code, which is under the GPL), or follow MIDI clock or taps` })
  }
  const peers = () => faults.guard('link', 0, () => session?.peers() ?? 0)
  return {
    available: session !== undefined,
    get peers() { return peers() },
    fault$,
    follower: {
      get bpm() { return faults.guard('link', 120, () => session?.bpm() ?? 120) },
      // The package tells the beat of this very moment only.
      beatAt: (ms) => faults.guard('link', 0, () => (session ? session.beat() + ((ms - now()) * session.bpm()) / 60_000 : 0)),
      get locked() { return peers() > 0 },
    },
    close() {
      faults.guard('link', undefined, () => session?.close())
      session = undefined
    },
  }
}
