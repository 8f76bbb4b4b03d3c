import { BehaviorSubject } from 'rxjs'
import { DoppelError } from '../engine/error.js'
import { createFaults } from '../engine/guard.js'
import type { ClipInfo, ClipSource, Frame, LoopMode, Status } from '../engine/types.js'
import { spawnWorker, startLink, type Link, type LinkEvents, type Spawn } from './clip-link.js'
import type { Hw, Opened } from './clip-messages.js'
import { findMaterial } from './clip-path.js'
import { followTransport } from './follow.js'
import { createTransport, type Transport } from './transport.js'

export type { Hw } from './clip-messages.js'

export interface ClipOptions {
  readonly id: string
  readonly hw: Hw
  /** How long before its tick a picture is asked for, seconds: one tick live, 0 offline. */
  readonly leadSeconds: number
  /** Milliseconds, as `performance.now()`. */
  readonly now: () => number
  /** How it starts to play; default `loop`. */
  readonly mode?: LoopMode
  /** Pictures a second of an image sequence; default 25. */
  readonly fps?: number
  readonly spawn?: Spawn
  /** Plays by this playhead instead of one of its own. */
  readonly follow?: Transport
}

/** A clip whose playhead others can follow. */
export interface Clip extends ClipSource {
  readonly transport: Transport
}

const SEQUENCE_FPS = 25
/** A worker that owes a picture and shows no sign of life for this long hangs. */
const HANG_MS = 8000
/** A longer gap between ticks is the main thread's own absence and no evidence against the worker. */
const TICK_GAP_MS = 250
const FIRST_BACKOFF_MS = 100
const LONGEST_BACKOFF_MS = 5000
/** A worker that lived this long was sound: the next death starts from the first backoff again. */
const SOUND_MS = 10_000
/** Restarts in a row after which waiting for one exact picture is given up. */
const SETTLE_RESTARTS = 4

/**
 * Opens a clip, a still (PNG, JPEG, WebP ...), a pattern of numbered pictures (`frames/%05d.png`) or a folder of them. A
 * worker decodes; what plays when is decided here. Rejects with a {@link DoppelError} for anything that cannot be shown.
 */
export const openClip = async (path: string, options: ClipOptions): Promise<Clip> => {
  const material = await findMaterial(path, options.fps ?? SEQUENCE_FPS)
  const { id: unit, hw, now, mode: first = 'loop', spawn = spawnWorker } = options
  const faults = createFaults(now)
  const status = new BehaviorSubject<Status>({ unit, state: 'starting', detail: '' })
  const say = (state: Status['state'], detail: string) => {
    if (status.value.state !== state || status.value.detail !== detail) status.next({ unit, state, detail })
  }
  const fault = (message: string, hint: string) => { faults.report({ unit, message, hint }) }

  let hear: LinkEvents
  let detail = ''
  const start = (mode: LoopMode): Link => startLink({ material, hw, loops: mode === 'loop' }, spawn, {
    opened: (facts) => { hear.opened(facts) },
    fault,
    decoding: (used, text) => {
      detail = text
      hear.decoding(used, text)
    },
    ended: (refusal) => { hear.ended(refusal) },
  })

  const [opening, facts] = await new Promise<readonly [Link, Opened]>((resolve, reject) => {
    hear = {
      opened: (found) => { resolve([link, found]) },
      fault,
      decoding: () => {},
      ended: ({ message, hint }) => { reject(new DoppelError(message, hint)) },
    }
    const link = start(first)
  })
  return play()

  function play(): Clip {
    const transport: Transport = options.follow ? followTransport(options.follow) : createTransport({ ...facts, duration: facts.info.duration })
    const info: { -readonly [K in keyof ClipInfo]: ClipInfo[K] } = { ...facts.info }
    let link = opening
    if (!options.follow) transport.controls.mode = first
    let alive = true
    let closed = false
    let startedAt = now()
    let backoffMs = FIRST_BACKOFF_MS
    let restartAt = 0
    let seq = 0
    let latest: Frame | undefined
    let asked = 0
    // Offline the picture of a tick is asked for once, and waited for.
    let askedExactly = -1
    let lastTick = now()
    let silentMs = 0
    let lastBeat = 0

    hear = {
      opened: () => { say('running', detail) },
      fault,
      decoding(used, text) {
        info.hw = used
        if (status.value.state === 'running') say('running', text)
      },
      ended: ({ message, hint }) => { died(message, hint) },
    }

    function died(message: string, hint: string): void {
      alive = false
      if (closed) return
      if (now() - startedAt > SOUND_MS) backoffMs = FIRST_BACKOFF_MS
      restartAt = now() + backoffMs
      backoffMs = Math.min(LONGEST_BACKOFF_MS, backoffMs * 2)
      say('restarting', message)
      fault(message, hint === '' ? 'it is started again; the last picture is held' : hint)
    }

    const restart = () => {
      alive = true
      startedAt = now()
      silentMs = 0
      link = start(transport.controls.mode)
    }

    const ask = (leadSeconds: number, exact: boolean) => {
      askedExactly = exact ? transport.generation : -1
      const place = transport.lookAhead(leadSeconds)
      asked = link.control.want(place, transport.upcoming(place), transport.generation, transport.stepping, Math.abs(transport.controls.speed), exact)
    }

    const take = () => {
      const frame = link.take(seq + 1, now())
      if (!frame) return
      seq += 1
      latest = frame
      transport.arrive(link.generation, frame.mediaTime)
    }

    const watch = () => {
      const at = now()
      const { beat, served } = link.control
      silentMs = beat !== lastBeat || served >= asked ? 0 : silentMs + Math.min(TICK_GAP_MS, at - lastTick)
      lastBeat = beat
      lastTick = at
      if (!alive) {
        if (at >= restartAt) restart()
      } else if (silentMs > HANG_MS) {
        link.abandon()
        died('the decoder hangs', '')
      }
    }

    say('running', detail)
    return {
      id: unit,
      status$: status,
      fault$: faults.fault$,
      info,
      controls: transport.controls,
      transport,
      get decodeMs() { return link.control.decodeMs },
      advance({ dt }) {
        if (closed) return
        // What was asked for a tick ago is for now; only then is the next one asked for.
        if (options.leadSeconds > 0) take()
        transport.advance(dt)
        watch()
        ask(options.leadSeconds, options.leadSeconds === 0)
        if (alive && status.value.state !== 'restarting') say(transport.ended ? 'ended' : 'running', detail)
      },
      latest() {
        if (options.leadSeconds === 0 || !latest) take()
        return latest
      },
      async settle() {
        if (askedExactly !== transport.generation) ask(0, true)
        askedExactly = -1
        for (let restarts = 0; !closed; ) {
          const { served } = link.control
          if (served >= asked) break
          if (alive) await link.control.change(served)
          else if (restarts++ < SETTLE_RESTARTS) {
            restart()
            ask(0, true)
          } else throw new DoppelError(`${path} cannot be decoded any more: ${status.value.detail}`, 'check that the file is still there and whole')
        }
        link.hear()
        take()
      },
      async close() {
        if (closed) return
        closed = true
        await link.close()
        say('closed', '')
        status.complete()
      },
    }
  }
}
