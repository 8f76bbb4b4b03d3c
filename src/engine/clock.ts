import { Observable, Subject } from 'rxjs'
import type { Tick } from './types.js'

/** Where time comes from: injected so that tests own it. `now` is monotonic milliseconds. */
export interface Time {
  now(): number
  /** Calls back once, no earlier than `ms` from now; the returned function cancels. */
  after(ms: number, run: () => void): () => void
}

export const realTime: Time = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

/** setTimeout may fire a little early and rounds to whole milliseconds; sleep short of the deadline and yield for the rest. */
const SPIN_MS = 1

/**
 * Ticks at the absolute deadlines n x period after subscription, so errors never add up (an interval timer drifts). A tick
 * that runs late makes the clock jump whole periods and report them as `skipped`: it never bursts to catch up.
 */
export const createClock = (fps: number, time: Time = realTime): Observable<Tick> =>
  new Observable<Tick>((subscriber) => {
    if (!(fps > 0 && fps <= 1000)) {
      subscriber.error(new RangeError(`the clock runs at 0 to 1000 frames per second, not ${fps}`))
      return
    }
    const periodMs = 1000 / fps
    const start = time.now()
    let n = 0
    let last = -1
    let cancel = () => {}
    const wait = () => {
      const left = start + n * periodMs - time.now()
      if (left > SPIN_MS) cancel = time.after(Math.max(1, Math.floor(left - 0.5)), wait)
      else if (left > 0) cancel = yieldOnce(wait)
      else fire()
    }
    const fire = () => {
      // Whole periods already missed are jumped over, so that n always names the deadline being met now.
      const due = Math.floor((time.now() - start) / periodMs)
      const skipped = Math.max(0, due - n)
      n += skipped
      const step = last < 0 ? n : n - last
      last = n
      subscriber.next({ n, time: (n * periodMs) / 1000, dt: (step * periodMs) / 1000, skipped })
      n += 1
      // Even when already late, give timers and I/O a turn: a show that is too slow must still hear its keys.
      if (!subscriber.closed) cancel = yieldOnce(wait)
    }
    const yieldOnce = (run: () => void) => {
      if (time !== realTime) return time.after(0, run)
      const handle = setImmediate(run)
      return () => clearImmediate(handle)
    }
    wait()
    return () => cancel()
  })

export interface ManualClock {
  readonly ticks: Observable<Tick>
  /** Emits the next tick, having skipped `skipped` periods, and returns it. */
  tick(skipped?: number): Tick
}

/** The same ticks, one at a time on demand: for tests and for rendering offline. */
export const createManualClock = (fps: number): ManualClock => {
  const subject = new Subject<Tick>()
  let n = -1
  return {
    ticks: subject,
    tick(skipped = 0) {
      const before = n
      n += skipped + 1
      const tick = { n, time: n / fps, dt: before < 0 ? n / fps : (n - before) / fps, skipped }
      subject.next(tick)
      return tick
    },
  }
}
