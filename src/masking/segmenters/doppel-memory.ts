import { Tensor } from 'onnxruntime-node'
import { KEY, VALUE } from './doppel-graphs.js'

/**
 * Frames kept besides the seeds and the newest, and seeds kept: the first, and the newest. Four kept
 * frames gave the same J within 0.001 and took half again as long to read.
 */
export const MOST_KEPT = 1
const MOST_SEEDS = 2

/** What is known of a subject: frames on which it was seeded, the newest, and some between. Keys and values, `[channels, tokens]` each. */
export interface DoppelMemory {
  readonly seeds: number
  readonly kept: number
  /** Forgets all, and begins with a frame. */
  begin(key: Float32Array, value: Float32Array): void
  /** Another frame in which the performer said what it is; the first one stays. */
  reseed(key: Float32Array, value: Float32Array): void
  /** The newest frame, in place of the one before. */
  follow(key: Float32Array, value: Float32Array): void
  /** Keeps the newest frame; of those kept the oldest goes when there are too many. */
  keep(): void
  /** Forgets the newest frame. */
  cutNewest(): void
  readonly hasNewest: boolean
  /** Forgets everything but the seeds. */
  cut(): void
  /** Everything it holds, frame by frame: seeds, kept, newest. Valid until the next call. */
  feeds(): { readonly keys: Tensor; readonly values: Tensor }
}

interface Slot {
  readonly key: Float32Array
  readonly value: Float32Array
  /** Counts up as it is filled anew. */
  turn: number
}

/** Takes all its memory here: 3 MB at 256x144. */
export const createDoppelMemory = (tokens: number): DoppelMemory => {
  const slot = (): Slot => ({ key: new Float32Array(KEY * tokens), value: new Float32Array(VALUE * tokens), turn: 0 })
  const free = Array.from({ length: MOST_SEEDS + MOST_KEPT + 1 }, slot)
  const seeds: Slot[] = []
  const kept: Slot[] = []
  let newest: Slot | undefined
  const most = free.length
  const keys = new Float32Array(KEY * tokens * most)
  const values = new Float32Array(VALUE * tokens * most)
  /** What lies in them, frame by frame. */
  let laid: readonly { readonly slot: Slot; readonly turn: number }[] = []

  const take = (key: Float32Array, value: Float32Array): Slot => {
    const taken = free.pop()
    if (!taken) throw new RangeError('a subject remembers more frames than there is room for')
    taken.key.set(key)
    taken.value.set(value)
    taken.turn += 1
    return taken
  }
  const cutNewest = () => {
    if (newest) free.push(newest)
    newest = undefined
  }
  const cut = () => {
    free.push(...kept.splice(0))
    cutNewest()
  }
  /** Frames side by side in every channel; those that lie there already stay. */
  const lay = (slots: readonly Slot[]) => {
    const row = slots.length * tokens
    const isSame = laid.length === slots.length
    slots.forEach((slot, at) => {
      const there = laid[at]
      if (isSame && there?.slot === slot && there.turn === slot.turn) return
      for (let c = 0; c < KEY; c++) keys.set(slot.key.subarray(c * tokens, (c + 1) * tokens), c * row + at * tokens)
      for (let c = 0; c < VALUE; c++) values.set(slot.value.subarray(c * tokens, (c + 1) * tokens), c * row + at * tokens)
    })
    laid = slots.map((slot) => ({ slot, turn: slot.turn }))
    return row
  }
  return {
    get seeds() { return seeds.length },
    get kept() { return kept.length },
    begin(key, value) {
      cut()
      free.push(...seeds.splice(0))
      seeds.push(take(key, value))
    },
    reseed(key, value) {
      if (seeds.length === MOST_SEEDS) free.push(...seeds.splice(1, 1))
      seeds.push(take(key, value))
    },
    follow(key, value) {
      if (newest) free.push(newest)
      newest = take(key, value)
    },
    keep() {
      if (!newest) return
      if (kept.length === MOST_KEPT) free.push(...kept.splice(0, 1))
      kept.push(take(newest.key, newest.value))
    },
    cutNewest,
    get hasNewest() { return newest !== undefined },
    cut,
    feeds() {
      const row = lay(newest ? [...seeds, ...kept, newest] : [...seeds, ...kept])
      return { keys: new Tensor('float32', keys.subarray(0, KEY * row), [1, KEY, row]), values: new Tensor('float32', values.subarray(0, VALUE * row), [1, VALUE, row]) }
    },
  }
}
