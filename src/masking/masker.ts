import { BehaviorSubject } from 'rxjs'
import { DoppelError } from '../engine/error.js'
import { createFaults } from '../engine/guard.js'
import type { Slot } from '../engine/ring.js'
import type { Status } from '../engine/types.js'
import { BEAT, MASK, PICTURE, SERVED } from './messages.js'
import { planesOver } from './planes.js'
import { segmenterById } from './segmenters/index.js'
import { MOST_SUBJECTS, type Masker, type MaskPlanes, type MaskView, type ModelFiles, type Provider, type Seed, type Size } from './types.js'
import { spawnWorker, startLife, type Life, type Spawn } from './worker-life.js'

export type { Spawn } from './worker-life.js'
export { spawnWorker } from './worker-life.js'

export interface MaskerOptions {
  readonly id: string
  /** Of the table: `segmenters/index.ts`. */
  readonly segmenter: string
  readonly files: ModelFiles
  /** The upright picture, pixels. */
  readonly source: Size
  readonly provider?: Provider
  readonly threads?: number
  /** While a show runs, which then goes first where there is not enough of the processor for both (false). */
  readonly live?: boolean
  /** Milliseconds, as `performance.now()`. */
  readonly now?: () => number
  readonly spawn?: Spawn
}

/** A worker that owes a mask hangs when it is silent for this long, or for so many times its last step, whichever is longer. */
const HANG_MS = 10_000
const HANG_STEPS = 20
/** Opening a model of hundreds of megabytes takes its time. */
const OPEN_MS = 120_000
/** A longer gap between ticks is the main thread's own absence and no evidence against the worker. */
const TICK_GAP_MS = 250
const FIRST_BACKOFF_MS = 100
const LONGEST_BACKOFF_MS = 5000
/** Deaths in a row after which waiting for one exact mask is given up. */
const SETTLE_DEATHS = 4
/** A subject whose mask was surer than this is seeded anew by that mask in a new worker: by now it is no longer where it was clicked. */
const SURE = 0.3

type Kept = { -readonly [K in keyof MaskView]: MaskView[K] }

/**
 * Opens a mask worker. Resolves once its model is open and warm; rejects with a {@link DoppelError} when the model is not
 * what it should be. A worker that dies or hangs later is started again while the last mask stays.
 */
export const openMasker = async (options: MaskerOptions): Promise<Masker> => {
  const { id: unit, segmenter, files, source, provider = 'auto', threads = segmenterById(segmenter).threads ?? 1, live = false, now = () => performance.now(), spawn = spawnWorker } = options
  const faults = createFaults(now)
  const status = new BehaviorSubject<Status>({ unit, state: 'starting', detail: segmenter })
  const say = (state: Status['state'], detail: string) => {
    if (status.value.state !== state || status.value.detail !== detail) status.next({ unit, state, detail })
  }
  const seeds: (Seed | undefined)[] = Array.from({ length: MOST_SUBJECTS }, () => undefined)
  let detail = segmenter
  let closed = false
  let deaths = 0
  let backoffMs = FIRST_BACKOFF_MS
  let restartAt = 0
  /** Number of the picture posted last. */
  let posted = 0
  let stale = false
  let capturedAt = 0
  let lastBeat = 0
  let silentMs = 0
  let lastWatch = now()
  let kept: Kept | undefined
  let slots = new Map<Uint8Array, MaskPlanes>()
  let wake = () => {}

  const died = (life: Life, message: string, hint: string) => {
    if (life.over) return
    life.over = true
    if (closed) return
    deaths += 1
    restartAt = now() + backoffMs
    backoffMs = Math.min(LONGEST_BACKOFF_MS, backoffMs * 2)
    say('restarting', message)
    faults.report({ unit, message, hint: hint === '' ? 'it is started again; the last mask is held' : hint })
    // Whoever waits for its masks.
    Atomics.notify(life.control, SERVED)
  }
  /** What a worker that begins anew is told of the subjects: where they were last, or else what the performer said. */
  const resumed = (i: number): Seed | undefined => {
    const seed = seeds[i]
    if (!seed || !kept || (kept.confidence[i] ?? 0) < SURE) return seed
    return { clicks: [], mask: { width: kept.width, height: kept.height, data: Uint8Array.from(kept.plane(i)) } }
  }

  const start = (opened: (life: Life) => void, refused: (message: string, hint: string) => void): Life =>
    startLife(spawn, { segmenter, files, source, provider, threads, behind: live }, posted, {
      opened(life, on) {
        detail = on
        opened(life)
      },
      fault: (message, hint) => { faults.report({ unit, message, hint }) },
      ended(life, message, hint) {
        refused(message, hint)
        died(life, message, hint)
        wake()
      },
    })
  const resume = (life: Life) => {
    slots = new Map()
    for (let i = 0; i < MOST_SUBJECTS; i++) {
      const seed = resumed(i)
      if (seed) life.say({ kind: 'seed', subject: i, seed })
    }
    say('running', detail)
  }
  const restart = () => {
    silentMs = 0
    current = start(resume, () => {})
  }

  let current = await new Promise<Life>((resolve, reject) => {
    start(resolve, (message, hint) => { reject(new DoppelError(message, hint)) })
  })
  say('running', detail)

  const take = (life: Life): void => {
    const { opened } = life
    if (!opened?.masks.fresh) return
    const slot = opened.masks.newest()
    if (!slot) return
    // It has shown that it works.
    deaths = 0
    backoffMs = FIRST_BACKOFF_MS
    const planes = planesIn(slot, opened.output)
    const view: Kept = kept ?? { ...planes, seq: 0, capturedAt: 0, stepMs: 0, serial: 0 }
    const { meta } = slot
    for (let i = 0; i < MOST_SUBJECTS; i++) view.confidence[i] = meta[MASK.confidence + i] ?? 0
    kept = Object.assign(view, { width: planes.width, height: planes.height, plane: planes.plane, seq: meta[MASK.seq] ?? 0, capturedAt: meta[MASK.capturedAt] ?? 0, stepMs: meta[MASK.stepMs] ?? 0, serial: view.serial + 1 })
  }
  const planesIn = (slot: Slot, size: Size): MaskPlanes => {
    let planes = slots.get(slot.pixels)
    if (!planes) slots.set(slot.pixels, (planes = planesOver(size, slot.pixels)))
    return planes
  }
  const isOwed = () => Atomics.load(current.control, SERVED) < posted
  const patienceMs = () => (current.opened ? Math.max(HANG_MS, HANG_STEPS * (kept?.stepMs ?? 0)) : OPEN_MS)
  const watch = () => {
    const at = now()
    const beat = Atomics.load(current.control, BEAT)
    const owing = !current.opened || isOwed()
    silentMs = beat !== lastBeat || !owing ? 0 : silentMs + Math.min(TICK_GAP_MS, at - lastWatch)
    lastBeat = beat
    lastWatch = at
    if (current.over) {
      if (at >= restartAt) restart()
    } else if (silentMs > patienceMs()) {
      // Ending it by force inside a native call would end the process: it is left to itself.
      current.worker.unref()
      died(current, 'the mask worker hangs', '')
    }
  }

  return {
    id: unit,
    status$: status,
    fault$: faults.fault$,
    get input() { return current.opened?.input },
    get idle() { return !closed && !current.over && current.opened !== undefined && !isOwed() },
    get stale() { return stale },
    post({ width, height, data, seq, capturedAt: taken }) {
      const { opened, over } = current
      if (closed || over || !opened) return
      if (width !== opened.input.width || height !== opened.input.height) {
        faults.report({ unit, message: `a picture of ${width}x${height} was given to ${segmenter}, which takes ${opened.input.width}x${opened.input.height}`, hint: '' })
        return
      }
      const { slot } = opened.pictures
      slot.pixels.set(data)
      slot.meta[PICTURE.seq] = seq
      slot.meta[PICTURE.capturedAt] = taken
      slot.meta[PICTURE.post] = posted += 1
      slot.meta[PICTURE.dt] = posted === 1 ? 0 : Math.max(0, (taken - capturedAt) / 1000)
      capturedAt = taken
      opened.pictures.publish()
      stale = false
      current.wake()
    },
    newest() {
      take(current)
      return kept
    },
    seed(i, seed) {
      if (!Number.isInteger(i) || i < 0 || i >= MOST_SUBJECTS) {
        faults.report({ unit, message: `there is no subject ${i + 1}: a source has subjects 1 to ${MOST_SUBJECTS}`, hint: '' })
        return
      }
      seeds[i] = seed
      stale = true
      if (!current.over && current.opened) current.say({ kind: 'seed', subject: i, seed })
    },
    reset() { if (!current.over && current.opened) current.say({ kind: 'reset' }) },
    wait(ms) {
      if (closed || current.over || !current.opened) return false
      const served = Atomics.load(current.control, SERVED)
      if (served < posted) Atomics.wait(current.control, SERVED, served, ms)
      return !isOwed()
    },
    watch,
    async settle() {
      while (!closed && isOwed()) {
        if (deaths >= SETTLE_DEATHS) throw new DoppelError(`${segmenter} gives no masks any more: ${status.value.detail}`, 'npx doppel doctor checks the models')
        if (current.over) {
          // The picture went down with its worker, and there is none to answer for it.
          restart()
          return
        }
        const { control } = current
        const served = Atomics.load(control, SERVED)
        // A sleeping thread is woken sooner than a promise is kept across threads, and most masks are moments away.
        if (served < posted && Atomics.wait(control, SERVED, served, BLOCKING_MS) === 'timed-out') await Atomics.waitAsync(control, SERVED, served).value
      }
      take(current)
    },
    async close() {
      if (closed) return
      closed = true
      const { worker, over } = current
      if (!over) {
        const gone = new Promise<void>((resolve) => { wake = resolve })
        current.say({ kind: 'close' })
        let timer: NodeJS.Timeout | undefined
        const patience = new Promise<void>((resolve) => { timer = setTimeout(resolve, CLOSE_MS) })
        await Promise.race([gone, patience])
        clearTimeout(timer)
        worker.unref()
      }
      Atomics.notify(current.control, SERVED)
      say('closed', '')
      status.complete()
    },
  }
}

const CLOSE_MS = 2000
/** Of a wait for one mask that may block the thread. */
const BLOCKING_MS = 10
