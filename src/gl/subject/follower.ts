import type { SubjectFacts } from '../../engine/effect.js'
import { createOneEuro } from '../../engine/one-euro.js'
import type { CellGrid, Cells } from './cells.js'
import { MEASURED as M, MEASURED_LENGTH, measureCells } from './measure.js'

/** At rest 1.5 Hz; a subject that crosses the picture in two seconds is followed at 11 Hz, 15 ms late. */
const SMOOTHING = { minCutoff: 1.5, beta: 20, derivativeCutoff: 2 }
/** A round shape lies no way at all: it is pulled upright by so much of the measure {@link measureCells} gives. */
const UPRIGHT = 0.03
/** An axis that turns keeps its direction until it points down by more than this (15 degrees); then it turns round. */
const DOWN = -Math.sin(Math.PI / 12)
/** A box so near to a side of the frame (uv) is cut by it. */
const BESIDE = 0.005
export const WHOLE = Float32Array.of(0, 0, 1, 1)

export type Facts = { -readonly [K in keyof SubjectFacts]: SubjectFacts[K] }

/** One subject's facts, smoothed. */
export interface Follower {
  readonly facts: Facts
  measure(cells: Cells, grid: CellGrid): void
  /** There is no such subject: it is held where it was. */
  lose(): void
  advance(dt: number): void
  /** The whole picture is the subject, at once. */
  fill(): void
}

/** What is known before anything is. */
export const emptyFacts = (): Facts => ({
  present: 0, area: 0, centroid: Float32Array.of(0.5, 0.5), box: Float32Array.of(0, 0, 1, 1), axis: Float32Array.of(0, 1), velocity: new Float32Array(2),
})

/** Makes one that knows of no subject yet. */
export const createFollower = (): Follower => {
  const facts = emptyFacts()
  const { centroid, box, axis, velocity } = facts
  const measured = new Float64Array(MEASURED_LENGTH)
  const smooth = createOneEuro(MEASURED_LENGTH, SMOOTHING)
  const { values, rates } = smooth
  let known = false
  const turn = () => {
    const angle = Math.atan2(values[M.leanY] ?? 0, (values[M.leanX] ?? 0) - UPRIGHT) / 2
    const [x, y] = [Math.cos(angle), Math.sin(angle)]
    const along = x * (axis[0] ?? 0) + y * (axis[1] ?? 0) < 0 ? -1 : 1
    // An arm that reaches in from one side is rooted there: up is then into the frame. Whoever stands stays upright there.
    const rooted = ((box[0] ?? 0) < BESIDE ? 1 : 0) - ((box[2] ?? 1) > 1 - BESIDE ? 1 : 0)
    const sign = along * (y + rooted * x) < DOWN ? -along : along
    axis[0] = sign * x
    axis[1] = sign * y
  }
  // One that comes back does not glide in from where it was lost.
  const forget = () => {
    known = false
    smooth.reset()
    velocity.fill(0)
  }
  const raise = () => {
    axis[0] = 0
    axis[1] = 1
  }
  const lose = () => {
    facts.present = 0
    forget()
  }
  return {
    facts,
    measure(cells, grid) {
      if (!measureCells(cells, grid, measured)) {
        lose()
        return
      }
      if (facts.present === 0) raise()
      facts.present = 1
      known = true
    },
    lose,
    advance(dt) {
      if (!known) return
      smooth.filter(measured, dt)
      facts.area = values[M.area] ?? 0
      for (let i = 0; i < 2; i++) {
        centroid[i] = values[M.x + i] ?? 0
        velocity[i] = rates[M.x + i] ?? 0
      }
      for (let i = 0; i < 4; i++) box[i] = values[M.x0 + i] ?? 0
      turn()
    },
    fill() {
      facts.present = 1
      facts.area = 1
      centroid.fill(0.5)
      box.set(WHOLE)
      raise()
      forget()
    },
  }
}
