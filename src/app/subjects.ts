import { MOST_SUBJECTS, type Masker, type MaskView, type Seed } from '../masking/types.js'

/** The subjects of one source as they are played: clicked, refined, let go of, frozen, while the show runs. */
export interface Subjects {
  /** Subjects there may be. */
  readonly most: number
  /** Whether there is anything to follow, and whether there ever was. */
  readonly any: boolean
  readonly begun: boolean
  /** Which one clicks are about, from 0. */
  chosen: number
  /** What was said of each, or undefined where there is none. */
  readonly seeds: readonly (Seed | undefined)[]
  /** A click on the chosen subject (or beside it), together with those before. A click beside what is not there yet says nothing. */
  click(x: number, y: number, positive: boolean): void
  /** A box around the chosen subject, from the click on anew. */
  box(x0: number, y0: number, x1: number, y1: number): void
  /** Chooses the first free subject, so that the next click is a thing of its own; with none free the choice stays. */
  add(): void
  /** The next click on the chosen subject replaces what was said of it; until then it is followed as before. */
  again(): void
  remove(subject: number): void
  isFrozen(subject: number): boolean
  /** A frozen subject's mask stays as it is; it is followed again, from where it is by then, when let go. */
  freeze(subject: number, on: boolean): void
  /** The newest masks with the frozen ones in their places. The same object while `view` is. */
  through(view: MaskView | undefined): MaskView | undefined
}

/** More clicks than these on one subject push out the oldest. */
const MOST_CLICKS = 32

export interface SubjectsOptions {
  readonly masker: Pick<Masker, 'seed'>
  /** Subjects the segmenter keeps. */
  readonly most: number
  /** It finds its subject by itself: there is always something to follow. */
  readonly byItself: boolean
  /** What it has been told already. */
  readonly seeds: ReadonlyMap<number, Seed>
  readonly takes: readonly ('clicks' | 'boxes' | 'masks')[]
}

export const createSubjects = ({ masker, most, byItself, seeds: given, takes }: SubjectsOptions): Subjects => {
  const count = Math.min(MOST_SUBJECTS, most)
  const seeds = Array.from({ length: count }, (_, i): Seed | undefined => given.get(i))
  const anew = new Set<number>()
  const frozen = new Map<number, { readonly width: number; readonly plane: Uint8Array; readonly confidence: number }>()
  let chosen = 0
  let last: MaskView | undefined
  let shown: MaskView | undefined
  let shownFor: MaskView | undefined

  let begun = byItself || given.size > 0
  const put = (i: number, seed: Seed | undefined) => {
    seeds[i] = seed
    begun ||= seed !== undefined
    anew.delete(i)
    masker.seed(i, seed)
  }
  const inside = (part: number) => part >= 0 && part <= 1
  const subjects: Subjects = {
    most: count,
    get any() { return byItself || seeds.some(Boolean) },
    get begun() { return begun },
    get chosen() { return chosen },
    set chosen(i) { if (Number.isInteger(i) && i >= 0 && i < count) chosen = i },
    seeds,
    click(x, y, positive) {
      if (!takes.includes('clicks') || !inside(x) || !inside(y)) return
      const before = anew.has(chosen) ? undefined : seeds[chosen]
      if (!before && !positive) return
      put(chosen, { clicks: [...before?.clicks ?? [], { x, y, positive }].slice(-MOST_CLICKS), box: before?.box })
    },
    box(x0, y0, x1, y1) {
      if (!takes.includes('boxes') || ![x0, y0, x1, y1].every(inside) || x0 === x1 || y0 === y1) return
      put(chosen, { clicks: [], box: [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)] })
    },
    add() {
      const free = seeds.findIndex((seed) => !seed)
      if (free >= 0) chosen = free
    },
    again() { if (seeds[chosen]) anew.add(chosen) },
    remove(i) {
      frozen.delete(i)
      if (i >= 0 && i < count) put(i, undefined)
    },
    isFrozen: (i) => frozen.has(i),
    freeze(i, on) {
      if (!on) frozen.delete(i)
      else if (last && i >= 0 && i < count && !frozen.has(i)) frozen.set(i, { width: last.width, plane: Uint8Array.from(last.plane(i)), confidence: last.confidence[i] ?? 0 })
      shownFor = undefined
    },
    through(view) {
      last = view
      if (!view || frozen.size === 0) return view
      if (shownFor === view && shown) return shown
      shownFor = view
      const held = (i: number) => {
        const kept = frozen.get(i)
        return kept?.width === view.width ? kept : undefined
      }
      const confidence = new Float32Array(MOST_SUBJECTS)
      return (shown = {
        get width() { return view.width },
        get height() { return view.height },
        get seq() { return view.seq },
        get capturedAt() { return view.capturedAt },
        get stepMs() { return view.stepMs },
        get serial() { return view.serial },
        plane: (i) => held(i)?.plane ?? view.plane(i),
        get confidence() {
          for (let i = 0; i < MOST_SUBJECTS; i++) confidence[i] = held(i)?.confidence ?? view.confidence[i] ?? 0
          return confidence
        },
      })
    },
  }
  return subjects
}
