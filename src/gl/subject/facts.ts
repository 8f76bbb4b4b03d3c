import type { SubjectFacts } from '../../engine/effect.js'
import type { Program } from '../program.js'
import type { Gpu } from '../types.js'
import { createCellReader, type Cells } from './cells.js'
import { createFollower, WHOLE, type Facts } from './follower.js'
import { MOST_SUBJECTS, type Masks } from './masks.js'
import { createOutline, type Outline } from './outline.js'

/** Where the subjects are, followed from tick to tick. */
export interface FactsWatch {
  readonly facts: SubjectFacts
  /** {@link MOST_SUBJECTS} of them. */
  readonly each: readonly SubjectFacts[]
  /** Once per tick. `exact` waits for the GPU, so that the facts are those of these very masks; else they are a tick late. */
  update(masks: Masks, dt: number, exact: boolean): void
  /** The chosen mask's as it is now; undefined while that is not back from the GPU. Where the CPU draws it always is. */
  readonly outline: Outline | undefined
  /** Sets what a program in use declares to know of its subject. */
  apply(program: Program): void
  reset(): void
  close(): void
}

/** Allocates for `most` subjects besides the chosen one. Throws a {@link DoppelError} when the driver refuses. */
export const createFactsWatch = (gpu: Gpu, width: number, height: number, most: number): FactsWatch => {
  const reader = createCellReader(gpu, width, height, most)
  const chosen = createFollower()
  const subjects = Array.from({ length: MOST_SUBJECTS }, createFollower)
  const boxes = new Float32Array(MOST_SUBJECTS * 4)
  let issued = Number.NaN
  const outline = createOutline(reader.grid)
  let known = false
  // With one subject the chosen mask is that subject's: it is measured once.
  let taken = 0
  const take = (index: number, cells: Cells) => {
    taken = index
    if (index === 0) chosen.measure(cells, reader.grid)
    else subjects[index - 1]?.measure(cells, reader.grid)
  }
  const measure = (masks: Masks, wait: boolean) => {
    if (!reader.collect(take, wait)) return
    for (let i = masks.layered > 0 ? taken : 1; i < MOST_SUBJECTS; i++) subjects[i]?.lose()
  }
  const copy = (from: Facts, to: Facts) => {
    to.present = from.present
    to.area = from.area
    to.centroid.set(from.centroid)
    to.box.set(from.box)
    to.axis.set(from.axis)
    to.velocity.set(from.velocity)
  }
  return {
    facts: chosen.facts,
    each: subjects.map(({ facts }) => facts),
    update(masks, dt, exact) {
      if (masks.whole) {
        // What is on its way belongs to other masks.
        reader.drop()
        issued = Number.NaN
        known = false
        chosen.fill()
        for (let i = 1; i < MOST_SUBJECTS; i++) subjects[i]?.lose()
      } else {
        measure(masks, exact)
        if (masks.seq !== issued) {
          known = false
          if (reader.issue(masks)) issued = masks.seq
        }
        if (!known && masks.seq === issued) {
          const cells = reader.peek(exact)
          if (cells) outline.trace(cells)
          known = cells !== undefined
        }
        if (exact) measure(masks, true)
        chosen.advance(dt)
        if (masks.layered > 0) for (let i = 0; i < MOST_SUBJECTS; i++) subjects[i]?.advance(dt)
      }
      const [first] = subjects
      if (masks.layered === 0 && first) {
        first.lose()
        copy(chosen.facts, first.facts)
      }
      for (let i = 0; i < MOST_SUBJECTS; i++) boxes.set(subjects[i]?.facts.box ?? WHOLE, i * 4)
    },
    get outline() { return known ? outline : undefined },
    apply(program) {
      const { facts } = chosen
      program.set('hostCentroid', facts.centroid)
      program.set('box', facts.box)
      program.set('axis', facts.axis)
      program.set('area', facts.area)
      program.set('velocity', facts.velocity)
      program.set('present', facts.present)
      program.set('boxes', boxes)
    },
    reset() {
      reader.drop()
      issued = Number.NaN
      known = false
      chosen.lose()
      for (const subject of subjects) subject.lose()
    },
    close() { reader.close() },
  }
}
