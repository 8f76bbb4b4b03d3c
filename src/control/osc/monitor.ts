import { Subject, type Observable } from 'rxjs'

/** One line of what came in, for people to read. */
export interface MonitorLine {
  /** Milliseconds on `performance.now()`'s clock. */
  readonly at: number
  /** `in`: a message that was understood; `problem`: one that was not, and why; `client`: somebody came, went or was refused. */
  readonly kind: 'in' | 'problem' | 'client'
  /** Who sent it: `osc/192.168.1.7:52341` or `osc-ws/3`. */
  readonly from: string
  readonly text: string
}

export interface Monitor {
  readonly line$: Observable<MonitorLine>
  /** The newest lines, oldest first; `in` lines only while somebody watches. */
  readonly recent: readonly MonitorLine[]
  /** Lines that found no place in a second that was too full. */
  readonly left: number
  /** Notes a line. The text is made only if there is room for it. */
  note(kind: MonitorLine['kind'], from: string, text: () => string): void
  close(): void
}

const KEPT = 256
/** Lines of a kind in one second: more can neither be read nor be worth the time of making them. */
const PER_SECOND = 100
/** Characters of a line. */
const LONGEST = 500

export const createMonitor = (now: () => number): Monitor => {
  const lines = new Subject<MonitorLine>()
  const recent: MonitorLine[] = []
  const counts = new Map<MonitorLine['kind'], { second: number; lines: number }>()
  let left = 0
  const room = (kind: MonitorLine['kind'], at: number): boolean => {
    const second = Math.floor(at / 1000)
    const count = counts.get(kind)
    if (count?.second !== second) counts.set(kind, { second, lines: 1 })
    else if (++count.lines > PER_SECOND) return false
    return true
  }
  return {
    line$: lines.asObservable(),
    recent,
    get left() { return left },
    note(kind, from, text) {
      if (kind === 'in' && !lines.observed) return
      const at = now()
      if (!room(kind, at)) {
        left++
        return
      }
      const line: MonitorLine = { at, kind, from, text: text().slice(0, LONGEST) }
      recent.push(line)
      if (recent.length > KEPT) recent.shift()
      lines.next(line)
    },
    close: () => lines.complete(),
  }
}
