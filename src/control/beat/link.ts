import { ReplaySubject, type Observable } from 'rxjs'
import { createFaults } from '../../engine/guard.js'
import type { Fault } from '../../engine/types.js'
import type { Follower } from './follower.js'

/**
 * Ableton Link's own code is GPL-2.0-or-later (or Ableton's proprietary licence), whatever the wrapping packages say of
 * themselves, so Doppel neither depends on it nor ships it: a performer may install one of these packages beside it.
 */
export const LINK_PACKAGES = ['@ktamas77/abletonlink', 'abletonlink'] as const

/** A session of Link: a follower, and how many others take part. */
export interface LinkDoor {
  readonly follower: Follower
  /** Others in the session; 0 while alone, and then there is nobody to follow. */
  readonly peers: number
  readonly available: boolean
  readonly fault$: Observable<Fault>
  close(): void
}

/** What both packages are brought down to. */
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

const open = (name: string, AbletonLink: Make, bpm: number, quantum: number): Session => {
  const call = (on: Readonly<Record<string, unknown>>, method: string, ...args: readonly unknown[]): unknown => {
    const found = on[method]
    return typeof found === 'function' ? (found as (...all: readonly unknown[]) => unknown).call(on, ...args) : undefined
  }
  if (name === 'abletonlink') {
    const link = new AbletonLink(bpm, quantum, true)
    const renewed = (property: string) => {
      call(link, 'update')
      return Number(link[property])
    }
    return { bpm: () => renewed('bpm'), beat: () => renewed('beat'), peers: () => Number(link['numPeers']), close: () => { call(link, 'disable') } }
  }
  const link = new AbletonLink(bpm)
  call(link, 'enable', true)
  return { bpm: () => Number(call(link, 'getTempo')), beat: () => Number(call(link, 'getBeat')), peers: () => Number(call(link, 'getNumPeers')), close: () => { call(link, 'enable', false) } }
}

const importByName: Load = (name) => import(name) as Promise<unknown>

/** Joins a Link session if one of the packages is installed; otherwise a door that is never locked, and one Fault that says how. */
export const openLink = async (bpm: number, quantum: number, now: () => number, load: Load = importByName): Promise<LinkDoor> => {
  const faults = createFaults(now)
  // What went wrong while it opened is told to whoever listens afterwards.
  const fault$ = new ReplaySubject<Fault>(1)
  faults.fault$.subscribe(fault$)
  let session: Session | undefined
  let reason = 'no package for it is installed'
  for (const name of LINK_PACKAGES) {
    try {
      const found = classIn(await load(name))
      if (!found) continue
      session = open(name, found, bpm, quantum)
      break
    } catch (thrown) {
      const missing = thrown instanceof Error && 'code' in thrown && (thrown.code === 'ERR_MODULE_NOT_FOUND' || thrown.code === 'MODULE_NOT_FOUND')
      if (!missing) reason = `${name} does not load: ${thrown instanceof Error ? thrown.message : String(thrown)}`
    }
  }
  if (!session) {
    faults.report({ unit: 'link', message: `Ableton Link cannot be joined: ${reason}`, hint: `npm install ${LINK_PACKAGES[0]} (it contains Ableton's code, which is under the GPL), or follow MIDI clock or taps` })
  }
  const peers = () => faults.guard('link', 0, () => session?.peers() ?? 0)
  return {
    available: session !== undefined,
    get peers() { return peers() },
    fault$,
    follower: {
      get bpm() { return faults.guard('link', 120, () => session?.bpm() ?? 120) },
      // The packages tell the beat of this very moment only.
      beatAt: (ms) => faults.guard('link', 0, () => (session ? session.beat() + ((ms - now()) * session.bpm()) / 60_000 : 0)),
      get locked() { return peers() > 0 },
    },
    close() {
      faults.guard('link', undefined, () => session?.close())
      session = undefined
    },
  }
}
