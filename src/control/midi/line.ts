/** A straight line through what was seen: when tick `n` is due, and how far that is from the truth. */
export interface Line {
  /** Where the line passes at tick 0, ms, and how long a tick takes, ms. */
  readonly origin: number
  readonly period: number
  /** Root of the mean squared distance of what was seen, ms. */
  readonly spread: number
}

/** Ticks and when they came, the newest kept: fixed memory, no allocation. */
export interface Sightings {
  readonly size: number
  add(n: number, at: number): void
  /** Forgets all but the newest `count`. */
  keep(count: number): void
  /** Gives all of them to another, oldest first, with their numbers moved on by `by`, and forgets them. */
  moveTo(other: Sightings, by: number): void
  /** Least-squares line through all but the newest `without`; undefined with fewer than three. */
  fit(without?: number): Line | undefined
  /** A closer line where the noise is of the kind that a scheduler's grid makes: as often at its ends as in its middle, and never beyond. */
  refine(line: Line): Line
  /** Mean distance (ms, late is positive) of the newest `count` from a line. */
  lateness(line: Line, count: number): number
}

/** Mean fourth power over squared mean square: 1.8 for flat noise, 3 for a bell, which least squares suits best. */
const FLAT_KURTOSIS = 2.4
/** Least eighth powers: for flat noise more than twice as close as least squares. */
const POWER = 8
const NEWTON_STEPS = 6

export const createSightings = (room: number): Sightings => {
  const ticks = new Float64Array(room)
  const times = new Float64Array(room)
  let next = 0
  let size = 0
  const at = (back: number): number => (next - 1 - back + 2 * room) % room
  return {
    get size() { return size },
    add(n, time) {
      ticks[next] = n
      times[next] = time
      next = (next + 1) % room
      size = Math.min(room, size + 1)
    },
    keep(count) { size = Math.min(size, count) },
    moveTo(other, by) {
      for (let back = size - 1; back >= 0; back--) other.add((ticks[at(back)] ?? 0) + by, times[at(back)] ?? 0)
      size = 0
    },
    fit(without = 0) {
      const used = size - without
      if (used < 3) return undefined
      // Sums of distances from a point among them: large numbers would lose the milliseconds.
      const [n0, t0] = [ticks[at(without)] ?? 0, times[at(without)] ?? 0]
      let [n1, t1, nn, nt, tt] = [0, 0, 0, 0, 0]
      for (let back = without; back < size; back++) {
        const [n, t] = [(ticks[at(back)] ?? 0) - n0, (times[at(back)] ?? 0) - t0]
        n1 += n
        t1 += t
        nn += n * n
        nt += n * t
        tt += t * t
      }
      const across = nn - (n1 * n1) / used
      if (!(across > 0)) return undefined
      const period = (nt - (n1 * t1) / used) / across
      const middle = (t1 - period * n1) / used
      const squared = tt - (t1 * t1) / used - period * (nt - (n1 * t1) / used)
      return { origin: t0 + middle - period * n0, period, spread: Math.sqrt(Math.max(0, squared) / used) }
    },
    refine(line) {
      const scale = line.spread
      if (size < 24 || !(scale > 0)) return line
      const off = (back: number, { origin, period }: Pick<Line, 'origin' | 'period'>) => ((times[at(back)] ?? 0) - origin - period * (ticks[at(back)] ?? 0)) / scale
      let fourth = 0
      for (let back = 0; back < size; back++) fourth += (off(back, line) ** 2) ** 2
      if (fourth / size > FLAT_KURTOSIS) return line
      const middle = ticks[at(size >> 1)] ?? 0
      let better = { origin: line.origin, period: line.period }
      for (let step = 0; step < NEWTON_STEPS; step++) {
        let [w, wn, wnn, wr, wnr] = [0, 0, 0, 0, 0]
        for (let back = 0; back < size; back++) {
          const [r, n] = [off(back, better), (ticks[at(back)] ?? 0) - middle]
          const weight = (r * r) ** ((POWER - 2) / 2)
          w += weight
          wn += weight * n
          wnn += weight * n * n
          wr += weight * r
          wnr += weight * n * r
        }
        const across = w * wnn - wn * wn
        if (!(across > 0)) return line
        const period = (((w * wnr - wn * wr) / across) * scale) / (POWER - 1)
        const shift = (((wnn * wr - wn * wnr) / across) * scale) / (POWER - 1)
        better = { origin: better.origin + shift - period * middle, period: better.period + period }
      }
      return { ...better, spread: line.spread }
    },
    lateness(line, count) {
      const used = Math.min(count, size)
      let sum = 0
      for (let back = 0; back < used; back++) sum += (times[at(back)] ?? 0) - line.origin - line.period * (ticks[at(back)] ?? 0)
      return used > 0 ? sum / used : 0
    },
  }
}
