import type { Later } from './later.js'

export interface Schedule<T> {
  /** Puts something of so many bytes off until `at` (ms on `now`'s clock); a sentence when it is too far off or there is no room. What is due together keeps its order. */
  add(at: number, what: T, bytes: number): string | undefined
  readonly waiting: number
  close(): void
}

/** Things that may wait at once, and their bytes as packets. */
const ROOM = 4096
const BYTES = 1 << 20
/** Further ahead than this, ms, the sender's clock is set differently: an hour. */
const FURTHEST = 3_600_000

/** Hands things over when they are due. */
export const createSchedule = <T>(now: () => number, later: Later, due: (what: T, at: number) => void): Schedule<T> => {
  /** In order of time; what was added first comes first. */
  const queue: { readonly at: number; readonly what: T; readonly bytes: number }[] = []
  let waitingBytes = 0
  let cancel: (() => void) | undefined
  const arm = () => {
    cancel?.()
    const first = queue[0]
    cancel = first && later(Math.max(0, first.at - now()), run)
  }
  const run = () => {
    const until = now()
    const next = queue.findIndex(({ at }) => at > until)
    const ready = queue.splice(0, next < 0 ? queue.length : next)
    for (const { bytes } of ready) waitingBytes -= bytes
    arm()
    for (const { at, what } of ready) due(what, at)
  }
  return {
    add(at, what, bytes) {
      if (at - now() > FURTHEST) return 'it is due more than an hour from now: set both clocks alike'
      if (queue.length >= ROOM) return `${ROOM} messages wait for their time already: send them later`
      if (waitingBytes + bytes > BYTES) return 'a megabyte of messages waits for its time already: send them later'
      let [low, high] = [0, queue.length]
      while (low < high) {
        const middle = (low + high) >> 1
        if ((queue[middle]?.at ?? 0) <= at) low = middle + 1
        else high = middle
      }
      queue.splice(low, 0, { at, what, bytes })
      waitingBytes += bytes
      if (low === 0) arm()
      return undefined
    },
    get waiting() { return queue.length },
    close() {
      cancel?.()
      queue.length = 0
    },
  }
}
