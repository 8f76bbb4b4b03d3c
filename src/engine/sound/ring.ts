/** Samples a second of all sound that is heard. */
export const SAMPLE_RATE = 48_000

/** Samples a ring holds: 2.7 s. A reader that is away for longer misses what was overwritten. */
const CAPACITY = 2 ** 17

/** Words: a count that is odd while the two numbers change, samples written, whether there is sound, sample asked for, request to end, signs of life. */
const LOCK = 0
const WRITTEN = 1
const PRESENT = 2
const WANTED = 3
const CLOSING = 4
const BEAT = 5
const WORDS = 16

/** What crosses to the other thread: plain data over shared memory. */
export interface SoundMemory {
  readonly words: Int32Array<SharedArrayBuffer>
  readonly numbers: Float64Array<SharedArrayBuffer>
  readonly samples: Float32Array<SharedArrayBuffer>
}

/** Memory for mono sound at 48 kHz from one writer thread to one reader thread. Newest wins, neither side ever waits for the other. */
export const createSoundMemory = (): SoundMemory => ({
  words: new Int32Array(new SharedArrayBuffer(WORDS * 4)),
  numbers: new Float64Array(new SharedArrayBuffer(16)),
  samples: new Float32Array(new SharedArrayBuffer(CAPACITY * 4)),
})

/** Counts of samples are kept modulo 2^32, which takes a day; differences stay right. */
const difference = (a: number, b: number): number => (a - b) | 0

export interface SoundWriter {
  /** Adds `count` samples of `from`; `heardAt` is when the last of them was heard, ms since 1970 as `performance.timeOrigin + performance.now()`. Allocates nothing. */
  write(from: Float32Array, count: number, heardAt: number): void
  /** Samples still to be written before what was asked for is complete; below 0 when there is more. */
  readonly missing: number
  /** Sleeps until more is asked for, or `timeoutMs` is over. Workers only. */
  waitForMore(timeoutMs: number): void
  /** Whether there is anything to hear at all. */
  setPresent(present: boolean): void
  /** A sign of life. */
  beat(): void
  readonly closing: boolean
}

/** The writing end. One per memory: after a writer died, make a new one. */
export const soundWriter = ({ words, numbers, samples }: SoundMemory): SoundWriter => {
  let written = Atomics.load(words, WRITTEN)
  const missing = () => difference(Atomics.load(words, WANTED), written)
  return {
    write(from, count, heardAt) {
      for (let done = 0; done < count; ) {
        const at = ((written >>> 0) + done) % CAPACITY
        const n = Math.min(count - done, CAPACITY - at)
        // A view would be garbage on every block.
        for (let i = 0; i < n; i++) samples[at + i] = from[done + i] ?? 0
        done += n
      }
      Atomics.add(words, LOCK, 1)
      numbers[0] = heardAt
      written = (written + count) | 0
      Atomics.store(words, WRITTEN, written)
      Atomics.add(words, LOCK, 1)
      Atomics.notify(words, WRITTEN)
    },
    get missing() { return missing() },
    waitForMore(timeoutMs) {
      const wanted = Atomics.load(words, WANTED)
      if (missing() <= 0 && Atomics.load(words, CLOSING) === 0) Atomics.wait(words, WANTED, wanted, timeoutMs)
    },
    setPresent(present) {
      Atomics.store(words, PRESENT, present ? 1 : 0)
      Atomics.notify(words, WRITTEN)
    },
    beat() { Atomics.add(words, BEAT, 1) },
    get closing() { return Atomics.load(words, CLOSING) !== 0 },
  }
}

export interface SoundReader {
  /** Copies the oldest samples not read yet, up to `count` and to `until` (see `written`), and gives how many. Skips what was overwritten. */
  read(into: Float32Array, count: number, until?: number): number
  /** Samples written so far, modulo 2^32, and when the last of them was heard (ms since 1970): the two belong together. The object is reused. */
  newest(): { readonly written: number; readonly heardAt: number }
  /** Samples read or skipped so far, modulo 2^32. */
  readonly taken: number
  /** Samples that were overwritten before they were read. */
  readonly skipped: number
  readonly present: boolean
  readonly beats: number
  /** Asks the writer for everything up to this count of samples. */
  want(samples: number): void
  /** Resolves when more than `written` samples may be there. */
  change(written: number): Promise<void>
  /** Asks the writer to end. */
  close(): void
  /** Wakes who waits in `change`: there will be no more. */
  wake(): void
}

/** The reading end. One per memory. */
export const soundReader = ({ words, numbers, samples }: SoundMemory): SoundReader => {
  let taken = 0
  let skipped = 0
  const now = { written: 0, heardAt: 0 }
  const newest = () => {
    for (;;) {
      const before = Atomics.load(words, LOCK)
      if (before & 1) continue
      now.written = Atomics.load(words, WRITTEN)
      now.heardAt = numbers[0] ?? 0
      if (Atomics.load(words, LOCK) === before) return now
    }
  }
  // The writer may be filling what comes next, so an eighth of the memory is never read.
  const skipLost = () => {
    const behind = difference(Atomics.load(words, WRITTEN), taken) - (CAPACITY - CAPACITY / 8)
    if (behind <= 0) return
    taken = (taken + behind) | 0
    skipped += behind
  }
  return {
    read(into, count, until) {
      skipLost()
      const end = Atomics.load(words, WRITTEN)
      const ready = until === undefined ? difference(end, taken) : Math.min(difference(end, taken), difference(until, taken))
      const n = Math.max(0, Math.min(count, into.length, ready))
      for (let i = 0; i < n; i++) into[i] = samples[((taken >>> 0) + i) % CAPACITY] ?? 0
      taken = (taken + n) | 0
      return n
    },
    newest,
    get taken() { return taken },
    get skipped() { return skipped },
    get present() { return Atomics.load(words, PRESENT) !== 0 },
    get beats() { return Atomics.load(words, BEAT) },
    want(wanted) {
      Atomics.store(words, WANTED, wanted | 0)
      Atomics.notify(words, WANTED)
    },
    async change(written) { await Atomics.waitAsync(words, WRITTEN, written | 0, 1000).value },
    close() {
      Atomics.store(words, CLOSING, 1)
      Atomics.notify(words, WANTED)
    },
    wake() { Atomics.notify(words, WRITTEN) },
  }
}
