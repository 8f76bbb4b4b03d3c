import type { Ahead, Place } from './transport.js'

/** What the worker is asked for. Reused: read what is needed at once. */
export interface Wanted {
  /** Grows with every request. */
  serial: number
  position: number
  direction: 1 | -1
  lap: number
  /** Changes with every seek or step. */
  generation: number
  /** Frames to step from `position`. */
  stepping: number
  /** Magnitude of the speed. */
  pace: number
  /** Give this frame and no stand-in for it (offline rendering). */
  exact: boolean
  aheadKind: Ahead['kind']
  aheadSeconds: number
  aheadPosition: number
}

/** Shared between the main thread, which asks, and a clip's worker, which answers. One per worker. */
export interface ControlMemory {
  readonly words: Int32Array<SharedArrayBuffer>
  readonly numbers: Float64Array<SharedArrayBuffer>
}

const LOCK = 0
const SERVED = 1
const BEAT = 2
const RINGS = 3
const CLOSING = 4
const GONE = 5
const FRAMES = 6
const WORDS = 16

const POSITION = 0
const DIRECTION = 1
const LAP = 2
const GENERATION = 3
const STEPPING = 4
const PACE = 5
const EXACT = 6
const KIND = 7
const SECONDS = 8
const LANDING = 9
const BUSY_MS = 10
const NUMBERS = 16

/** How long the main thread sleeps for a picture before it attends to other things meanwhile. */
const BLOCKING_MS = 4

const KINDS: readonly Ahead['kind'][] = ['none', 'jump', 'turn']

export const createControl = (): ControlMemory => ({
  words: new Int32Array(new SharedArrayBuffer(WORDS * 4)),
  numbers: new Float64Array(new SharedArrayBuffer(NUMBERS * 8)),
})

/** The main thread's end. */
export interface ControlWriter {
  /** Asks for a frame and gives the request's serial number. Never waits, allocates nothing. */
  want(place: Readonly<Place>, ahead: Readonly<Ahead>, generation: number, stepping: number, pace: number, exact: boolean): number
  /** The newest request that has been answered. */
  readonly served: number
  /** Resolves when `served` may have changed, or the worker is gone. Blocks for the first few milliseconds of it. */
  change(served: number): Promise<void>
  /** Rises while the worker is at work. */
  readonly beat: number
  /** Rings announced so far. */
  readonly rings: number
  /** Mean worker time per decoded frame, ms; 0 before the first. */
  readonly decodeMs: number
  readonly gone: boolean
  /** Asks the worker to end by itself. */
  close(): void
  /** Notes that the worker will never answer, and wakes whoever waits for it. */
  markGone(): void
}

export const controlWriter = ({ words, numbers }: ControlMemory): ControlWriter => {
  let serial = 0
  const wake = () => {
    Atomics.store(words, LOCK, 2 * serial)
    Atomics.notify(words, LOCK)
  }
  return {
    want(place, ahead, generation, stepping, pace, exact) {
      serial += 1
      // Odd while the numbers change: a reader that sees an odd or a changed count reads again.
      Atomics.store(words, LOCK, 2 * serial - 1)
      numbers[POSITION] = place.position
      numbers[DIRECTION] = place.direction
      numbers[LAP] = place.lap
      numbers[GENERATION] = generation
      numbers[STEPPING] = stepping
      numbers[PACE] = pace
      numbers[EXACT] = exact ? 1 : 0
      numbers[KIND] = ahead.kind === 'jump' ? 1 : ahead.kind === 'turn' ? 2 : 0
      numbers[SECONDS] = ahead.seconds
      numbers[LANDING] = ahead.position
      wake()
      return serial
    },
    get served() { return Atomics.load(words, SERVED) },
    async change(served) {
      // A sleeping thread is woken for a tenth of what a promise costs across threads, and most pictures are moments away.
      if (Atomics.wait(words, SERVED, served, BLOCKING_MS) !== 'timed-out') return
      await Atomics.waitAsync(words, SERVED, served).value
    },
    get beat() { return Atomics.load(words, BEAT) },
    get rings() { return Atomics.load(words, RINGS) },
    get decodeMs() {
      const frames = Atomics.load(words, FRAMES)
      return frames === 0 ? 0 : (numbers[BUSY_MS] ?? 0) / frames
    },
    get gone() { return Atomics.load(words, GONE) !== 0 },
    close() {
      Atomics.store(words, CLOSING, 1)
      serial += 1
      wake()
    },
    markGone() {
      Atomics.store(words, GONE, 1)
      Atomics.notify(words, SERVED)
    },
  }
}

/** The worker's end. */
export interface ControlReader {
  /** The newest request; `serial` 0 before the first. */
  read(): Readonly<Wanted>
  readonly closing: boolean
  /** Sleeps until there is a request newer than `serial`. */
  waitAfter(serial: number): void
  answer(serial: number): void
  beat(): void
  announceRing(): void
  /** Adds to the mean time per frame. */
  spent(frames: number, ms: number): void
}

export const controlReader = ({ words, numbers }: ControlMemory): ControlReader => {
  const wanted: Wanted = {
    serial: 0, position: 0, direction: 1, lap: 0, generation: 0, stepping: 0, pace: 1, exact: false,
    aheadKind: 'none', aheadSeconds: Infinity, aheadPosition: 0,
  }
  const number = (index: number) => numbers[index] ?? 0
  return {
    read() {
      for (;;) {
        const before = Atomics.load(words, LOCK)
        if (before & 1) continue
        wanted.serial = before / 2
        wanted.position = number(POSITION)
        wanted.direction = number(DIRECTION) < 0 ? -1 : 1
        wanted.lap = number(LAP)
        wanted.generation = number(GENERATION)
        wanted.stepping = number(STEPPING)
        wanted.pace = number(PACE)
        wanted.exact = number(EXACT) !== 0
        wanted.aheadKind = KINDS[number(KIND)] ?? 'none'
        wanted.aheadSeconds = number(SECONDS)
        wanted.aheadPosition = number(LANDING)
        if (Atomics.load(words, LOCK) === before) return wanted
      }
    },
    get closing() { return Atomics.load(words, CLOSING) !== 0 },
    waitAfter(serial) { Atomics.wait(words, LOCK, 2 * serial) },
    answer(serial) {
      if (Atomics.exchange(words, SERVED, serial) !== serial) Atomics.notify(words, SERVED)
    },
    beat() { Atomics.add(words, BEAT, 1) },
    announceRing() { Atomics.add(words, RINGS, 1) },
    spent(frames, ms) {
      numbers[BUSY_MS] = number(BUSY_MS) + ms
      Atomics.add(words, FRAMES, frames)
    },
  }
}
