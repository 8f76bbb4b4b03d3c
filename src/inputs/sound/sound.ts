import { BehaviorSubject, type Observable } from 'rxjs'
import { DoppelError } from '../../engine/error.js'
import { createFaults } from '../../engine/guard.js'
import type { SoundFeed } from '../../engine/sound/feed.js'
import { SAMPLE_RATE } from '../../engine/sound/ring.js'
import type { Fault, Status, Tick } from '../../engine/types.js'
import { doorOf } from './doors.js'
import { createHeardAt } from './heard-at.js'
import type { SoundFrom, SoundStart } from './messages.js'
import { spawnSound, startSoundLink, type SoundLink, type SoundLinkEvents, type SpawnSound } from './sound-link.js'

export type { SoundFrom } from './messages.js'

export interface SoundOptions {
  readonly id: string
  /** Milliseconds: `performance.now()` live; the tick's own time when rendered offline. */
  readonly now: () => number
  /** Plays a file over and over (default), or once. */
  readonly loop?: boolean
  /** How far a file is decoded ahead, seconds: 0.25 live, 0 offline. */
  readonly leadSeconds: number
  readonly spawn?: SpawnSound
}

/** Something to hear. Nothing here throws or waits, but `settle` and `close`. */
export interface Sound extends SoundFeed {
  readonly id: string
  readonly status$: Observable<Status>
  readonly fault$: Observable<Fault>
  /** Moves a file on to this tick; looks after the worker. Once per tick, before reading. */
  advance(tick: Tick): void
  /** Resolves when everything due at the last `advance` can be read (offline rendering), or rejects with a {@link DoppelError}. Devices: at once. */
  settle(): Promise<void>
  close(): Promise<void>
}

/** A worker that shows no sign of life for this long hangs; longer gaps between ticks are the main thread's own absence. */
const HANG_MS = 8000
const TICK_GAP_MS = 250
const FIRST_BACKOFF_MS = 100
/** Who starts a sound server again, or plugs an interface in, is not to wait for it; a try takes a tenth of a second of another core. */
const LONGEST_BACKOFF_MS = 2000
/** A worker that lived this long was sound: the next death starts from the first backoff again. */
const SOUND_MS = 10_000
/** Restarts in a row after which waiting for exact sound is given up. */
const SETTLE_RESTARTS = 4

/**
 * Opens an audio interface, or a file's own sound. A file that cannot be heard rejects with a {@link DoppelError}; an
 * interface that is not there is a Fault, is tried again and again, and is silent meanwhile.
 */
export const openSound = async (from: SoundFrom, options: SoundOptions): Promise<Sound> => {
  const { id: unit, now, loop = true, leadSeconds, spawn = spawnSound } = options
  const faults = createFaults(now)
  const status = new BehaviorSubject<Status>({ unit, state: 'starting', detail: '' })
  const say = (state: Status['state'], detail: string) => {
    if (status.value.state !== state || status.value.detail !== detail) status.next({ unit, state, detail })
  }
  const isFile = from.kind === 'file'
  const origin = (skip: number): SoundStart['origin'] =>
    isFile ? { kind: 'file', path: from.path, loop, skip } : { kind: 'device', name: from.name, door: doorOf(from.name) }

  let alive = true
  let finished = false
  let closed = false
  let opened = false
  let told = false
  let startedAt = now()
  let backoffMs = FIRST_BACKOFF_MS
  let restartAt = 0
  let silentMs = 0
  let beats = -1
  let lastTick = now()
  /** Samples read or skipped in earlier lives and in this one, and samples due by now. */
  let before = 0
  let taken = 0
  let due = 0
  let began: { readonly time: number; readonly ms: number } | undefined
  let heard = createHeardAt()
  let whenOpened = () => {}
  let whenRefused: ((error: DoppelError) => void) | undefined

  const died = (message: string, hint: string) => {
    alive = false
    if (closed) return
    whenRefused?.(new DoppelError(message, hint))
    if (now() - startedAt > SOUND_MS) backoffMs = FIRST_BACKOFF_MS
    restartAt = now() + backoffMs
    backoffMs = Math.min(LONGEST_BACKOFF_MS, backoffMs * 2)
    say('restarting', message)
    // Once, until it is heard again: an interface that stays away is no news every time it is looked for.
    if (!told) faults.report({ unit, message, hint: hint === '' ? 'it is started again; until then there is silence' : hint })
    told = true
  }
  const events: SoundLinkEvents = {
    opened(detail) {
      opened = true
      told = false
      say('running', detail)
      whenOpened()
    },
    finished() {
      finished = true
      alive = false
    },
    died,
  }
  let link: SoundLink = startSoundLink(origin(0), spawn, events)
  if (isFile) {
    await new Promise<void>((resolve, reject) => {
      whenOpened = resolve
      whenRefused = reject
    })
    whenRefused = undefined
  }

  const restart = () => {
    // A file goes on where it is due; a device where it is.
    before = isFile ? due : before + taken
    taken = 0
    alive = true
    opened = false
    startedAt = now()
    silentMs = 0
    heard = createHeardAt()
    link = startSoundLink(origin(before), spawn, events)
  }
  const watch = () => {
    const at = now()
    const { beats: seen } = link.reader
    silentMs = seen === beats ? silentMs + Math.min(TICK_GAP_MS, at - lastTick) : 0
    beats = seen
    lastTick = at
    if (finished) say('ended', '')
    else if (!alive && at >= restartAt) restart()
    else if (alive && silentMs > HANG_MS) {
      link.abandon()
      died(`the sound of ${isFile ? from.path : from.name} hangs`, '')
    }
  }
  const missing = () => (Math.round(due - before) - link.reader.newest().written) | 0

  return {
    id: unit,
    status$: status,
    fault$: faults.fault$,
    get present() { return !closed && (finished ? taken + before < due && taken < link.reader.newest().written : opened && alive && link.reader.present) },
    get heardAt() {
      if (isFile) return began ? began.ms + ((before + taken) * 1000) / SAMPLE_RATE : 0
      return heard.at(taken)
    },
    read(into) {
      const { reader } = link
      const was = reader.taken
      const count = reader.read(into, into.length, isFile ? Math.round(due - before) | 0 : undefined)
      taken += (reader.taken - was) | 0
      return count
    },
    advance({ time }) {
      if (closed) return
      if (isFile) {
        began ??= { time, ms: now() }
        due = Math.max(due, Math.round((time - began.time) * SAMPLE_RATE))
        link.reader.want(Math.round(due - before + leadSeconds * SAMPLE_RATE))
      } else if (alive) {
        const { written, heardAt } = link.reader.newest()
        if (written !== 0) heard.block(taken + ((written - link.reader.taken) | 0), heardAt - performance.timeOrigin)
      }
      watch()
    },
    async settle() {
      for (let restarts = 0; isFile && !closed && !finished && missing() > 0; ) {
        const { written } = link.reader.newest()
        if (alive) {
          if (missing() > 0) await link.reader.change(written)
          link.hear()
        } else if (restarts++ < SETTLE_RESTARTS) {
          restart()
          link.reader.want(Math.round(due - before))
        } else throw new DoppelError(`${isFile ? from.path : ''} cannot be heard any more: ${status.value.detail}`, 'check that the file is still there and whole')
      }
    },
    async close() {
      if (closed) return
      closed = true
      link.reader.wake()
      await link.close()
      say('closed', '')
      status.complete()
    },
  }
}
