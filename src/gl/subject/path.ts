/** Where a point was, so far back. */
export interface Path {
  /** Adds where it is at `time` (seconds); earlier times are forgotten first when the time runs backwards. */
  add(time: number, x: number, y: number): void
  /** Where it was `secondsAgo` before the last `add`, between two that were kept, into `out`. Beyond the ends, the ends. */
  at(secondsAgo: number, out: Float32Array): void
  reset(): void
}

/** Points kept: more than are seen apart, however long the path. */
const KEPT = 256

/** Makes a path that reaches `seconds` back. */
export const createPath = (seconds: number): Path => {
  const times = new Float64Array(KEPT)
  const points = new Float64Array(KEPT * 2)
  // Two are spare: the newest is not settled yet, and the oldest lies beyond the reach.
  const spacing = seconds / (KEPT - 2)
  let newest = 0
  let count = 0
  const place = (back: number) => (newest - back + KEPT) % KEPT
  const put = (index: number, time: number, x: number, y: number) => {
    times[index] = time
    points[index * 2] = x
    points[index * 2 + 1] = y
  }
  return {
    add(time, x, y) {
      if (count > 0 && time < (times[newest] ?? 0)) count = 0
      // The newest moves along with the time until it is far enough from the one before it.
      const settled = count < 2 || (times[newest] ?? 0) - (times[place(1)] ?? 0) >= spacing
      if (settled) {
        newest = (newest + 1) % KEPT
        count = Math.min(KEPT, count + 1)
      }
      put(newest, time, x, y)
    },
    at(secondsAgo, out) {
      const time = (times[newest] ?? 0) - Math.max(0, secondsAgo)
      let back = 0
      while (back < count - 1 && (times[place(back)] ?? 0) > time) back += 1
      const before = place(back)
      const after = place(Math.max(0, back - 1))
      const span = (times[after] ?? 0) - (times[before] ?? 0)
      const part = span > 0 ? Math.min(1, Math.max(0, (time - (times[before] ?? 0)) / span)) : 0
      for (let i = 0; i < 2; i++) {
        const from = points[before * 2 + i] ?? 0
        out[i] = from + part * ((points[after * 2 + i] ?? 0) - from)
      }
    },
    reset() {
      count = 0
    },
  }
}
