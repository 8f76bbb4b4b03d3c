import { bytesOf, LANE_LIMITS, type FramePool, type Held, type LaneLimits } from './held.js'
import type { Reader } from './reader.js'

/** Pictures kept behind the playhead whatever they weigh, for a step back and for a tick that looks back. */
const BEHIND = 3
/** A jump this many pictures ahead is decoded through; a longer one seeks. */
const NEAR = 8

/** Pictures left to show in reverse below which the ones before them are decoded whatever they cost in memory. */
const URGENT = 12
/** Forwards after reverse, the reader must first find its way back, so that starts this many pictures before it is needed. */
const REATTACH = 30
/** Seconds the playhead may be beyond the last decoded picture before seeking there beats decoding on. */
const FAR = 2

/**
 * A run of neighbouring decoded pictures around a playhead that moves forwards or back, and the reader that extends it:
 * forwards picture by picture, back by decoding from the keyframe before it (in parts, where that is more than fits).
 */
export interface Lane {
  /** The picture due at `position` for certain: its successor is known too; undefined while that is not decoded. */
  find(position: number): Held | undefined
  /** The decoded picture nearest to being due, for a decoder that is too slow; undefined while seeking. */
  nearest(position: number): Held | undefined
  /** The picture `frames` after or before the one due at `position`, or at the end it ran into; undefined while not decoded. */
  step(position: number, frames: number): Held | undefined
  /** Turns to a place that was jumped to. */
  aim(position: number, direction: 1 | -1): void
  /** Does one packet's worth of work towards having `position` and what follows it; false when there is none to do. */
  work(position: number, direction: 1 | -1, pictures: number): boolean
  /** Lets go of pictures the playhead has passed. */
  trim(position: number, direction: 1 | -1, turning: boolean): void
  /** Whether the whole clip is decoded and kept. */
  readonly whole: boolean
  clear(): void
}

export const createLane = (reader: Reader, pool: FramePool, limits: LaneLimits = LANE_LIMITS): Lane => {
  const { epsilon, frameSeconds } = reader.facts
  let run: Held[] = []
  let runBytes = 0
  // Whether the reader goes on where the run ends, and whether the run ends with the clip's last picture.
  let attached = false
  let ended = false
  // The run begins with the clip's first picture (or with the first that can be decoded).
  let begun = false
  let skipTo = Number.NEGATIVE_INFINITY
  // Pictures before the run, being decoded up to `fillEnd`, and whether the first one after that is kept too.
  let fill: Held[] | undefined
  let fillBytes = 0
  let fillEnd = 0
  let fillAlone = false
  let seeking = true
  let lastJump = Number.NEGATIVE_INFINITY

  const drop = (held: Held | undefined) => { if (held) pool.give(held.frame) }
  const dropFill = () => {
    fill?.forEach(drop)
    fill = undefined
    fillBytes = 0
  }
  const clear = () => {
    run.forEach(drop)
    run = []
    runBytes = 0
    attached = ended = begun = false
    skipTo = Number.NEGATIVE_INFINITY
    dropFill()
    seeking = true
  }

  /** The next picture; `later` while the decoder wants more for it, `end` behind the last. */
  const read = (): Held | 'later' | 'end' => {
    const frame = pool.take()
    const time = reader.step(frame)
    if (time !== 'later' && !Number.isNaN(time)) return { frame, time, bytes: bytesOf(frame) }
    pool.give(frame)
    return time === 'later' ? time : 'end'
  }

  /** Index of the newest picture at or before `position`; -1 when the run begins later. */
  const indexAt = (position: number): number => {
    let low = 0
    let high = run.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((run[middle]?.time ?? 0) <= position + epsilon) low = middle + 1
      else high = middle
    }
    return low - 1
  }
  const firstTime = () => run[0]?.time ?? Number.POSITIVE_INFINITY
  const lastTime = () => run.at(-1)?.time ?? Number.NEGATIVE_INFINITY

  const certainIndex = (position: number): number => {
    const index = indexAt(position)
    if (index < 0) return begun && run.length > 0 ? 0 : -1
    return index < run.length - 1 || ended ? index : -1
  }

  const push = (held: Held) => {
    // Later than what was sought: nothing before it can be decoded.
    if (run.length === 0) begun = held.time <= epsilon || held.time > lastJump + epsilon
    run.push(held)
    runBytes += held.bytes
  }

  const extend = (): boolean => {
    if (!attached) {
      dropFill()
      reader.seek(Math.max(0, lastTime()))
      skipTo = lastTime() + epsilon
      attached = true
    }
    const held = read()
    if (held === 'end') ended = true
    else if (held === 'later') return true
    else if (held.time <= skipTo) drop(held)
    else push(held)
    return true
  }

  const startAt = (position: number) => {
    clear()
    reader.seek(Math.max(0, position))
    attached = true
    lastJump = position
  }

  const forwards = (position: number, pictures: number): boolean => {
    dropFill()
    const uncovered = run.length === 0 ? !attached : position + epsilon < firstTime() && !begun
    const far = position - lastTime() > FAR && run.length > 0 && !ended && position - lastJump > 2 * FAR
    if (uncovered || far) startAt(position)
    if (ended) return false
    const ahead = run.length - 1 - indexAt(position)
    const enough = attached ? pictures : Math.max(pictures, REATTACH)
    if (ahead > enough || (ahead > 1 && ahead * (run[0]?.bytes ?? 0) > limits.ahead)) return false
    return extend()
  }

  const startFill = (end: number, alone: boolean) => {
    dropFill()
    if (alone) clear()
    fill = []
    fillEnd = end
    fillAlone = alone
    attached = false
    // Just before the end, so that the reader comes from the keyframe before it.
    reader.seek(Math.max(0, alone ? end : end - 2 * epsilon))
  }

  const finishFill = (after: Held | undefined, atEnd: boolean) => {
    const before = fill ?? []
    fill = undefined
    if (fillAlone) {
      if (after) before.push(after)
      ended = atEnd
      attached = !atEnd
    } else {
      drop(after)
      // Nothing lies before: the run begins where the clip does.
      if (before.length === 0) begun = true
    }
    if (before.length > 0) begun = (before[0]?.time ?? 0) <= epsilon
    run = before.concat(run)
    runBytes += fillBytes + (fillAlone && after ? after.bytes : 0)
    fillBytes = 0
  }

  const fillOn = (remaining: number): boolean => {
    if (!fill) return false
    const over = () => runBytes + fillBytes > limits.total
    if (!fillAlone && over() && remaining > URGENT) return false
    const held = read()
    if (held === 'end') finishFill(undefined, fillAlone)
    else if (held === 'later') return true
    else if (fillAlone ? held.time > fillEnd + epsilon : held.time >= fillEnd - epsilon) finishFill(held, false)
    else {
      fill.push(held)
      fillBytes += held.bytes
      while (over() && fill.length > 2) {
        const oldest = fill.shift()
        fillBytes -= oldest?.bytes ?? 0
        drop(oldest)
      }
    }
    return true
  }

  const backwards = (position: number): boolean => {
    const remaining = indexAt(position) + 1
    const notYet = run.length > 0 && remaining === 0 && !begun
    const lost = notYet ? firstTime() - position > FAR : certainIndex(position) < 0
    if (lost) {
      if (!fill || !fillAlone || Math.abs(position - fillEnd) > FAR) startFill(position, true)
    } else if (!fill && !begun && (remaining <= URGENT || remaining * (run[0]?.bytes ?? 0) < limits.total / 2)) startFill(firstTime(), false)
    return fillOn(remaining)
  }

  return {
    find(position) {
      const index = certainIndex(position)
      if (index < 0) return undefined
      seeking = false
      return run[index]
    },
    nearest: (position) => (seeking ? undefined : run[Math.max(0, indexAt(position))]),
    step(position, frames) {
      const index = certainIndex(position)
      if (index < 0) return undefined
      const wanted = index + frames
      if (wanted < 0) return begun ? run[0] : undefined
      return run[wanted] ?? (ended ? run.at(-1) : undefined)
    },
    aim(position, direction) {
      const near = attached && position > lastTime() - epsilon && position - lastTime() < NEAR * frameSeconds
      if (certainIndex(position) >= 0 || (direction > 0 && near)) return
      if (direction > 0) startAt(position)
      else startFill(position, true)
    },
    work: (position, direction, pictures) => (direction > 0 ? forwards(position, pictures) : backwards(position)),
    trim(position, direction, turning) {
      if (direction > 0) {
        // What is decoded on the way to a place that was jumped to is of no use.
        const keep = seeking ? 0 : turning ? limits.behindTurn : limits.behind
        const least = seeking ? 0 : BEHIND
        let index = indexAt(position)
        for (let behind = index * (run[0]?.bytes ?? 0); index > least && behind > keep; index--) {
          const passed = run.shift()
          runBytes -= passed?.bytes ?? 0
          behind -= passed?.bytes ?? 0
          drop(passed)
          begun = false
        }
        return
      }
      for (let index = run.length - 1; runBytes + fillBytes > limits.total && index > indexAt(position) + 2; index--) {
        const passed = run.pop()
        runBytes -= passed?.bytes ?? 0
        drop(passed)
        attached = ended = false
      }
    },
    get whole() { return begun && ended },
    clear,
  }
}
