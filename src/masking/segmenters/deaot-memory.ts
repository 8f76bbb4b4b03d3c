import { Tensor } from 'onnxruntime-node'
import { floatsOf } from '../pixels.js'

/** What DeAOT remembers of a frame: keys, values, and values by identity; `[layers, tokens, width]` each. */
export const PARTS = ['k', 'v', 'idv'] as const
export type Part = (typeof PARTS)[number]
export const WIDTHS: Readonly<Record<Part, number>> = { k: 128, v: 512, idv: 512 }
export type FrameMemory = Readonly<Record<Part, Tensor>>

/** Frames long-term memory holds at most. */
export const MOST_FRAMES = 8

/** Identities are bits: bit 1 is identity 1. */
export interface About {
  readonly step: number
  /** Identities that are anywhere in the frame. */
  readonly ids: number
  /** Those of them that were seeded in it. */
  readonly seeds: number
}

/** Bounded memory of frames that were told or worth keeping. Its order says nothing: attention takes tokens in any. */
export interface LongTerm {
  readonly frames: number
  /** Every identity any frame knows. */
  readonly ids: number
  /**
   * Adds a frame. When it is full, the oldest goes that no subject in use was seeded in, else the oldest but the first.
   * `used`: identities in use.
   */
  add(frame: FrameMemory, about: About, used: number): void
  /** Lets go of the frames `keep` says no to. */
  prune(keep: (about: About) => boolean): void
  /** `[layers, frames * tokens, width]` each. Valid until the memory changes. */
  feeds(): FrameMemory
  /** The memory of the frame that was seeded last, on its own. */
  newestSeed(): FrameMemory | undefined
}

/** All frames of one part in one piece of memory, layer by layer, so that it is fed as it lies. */
const createShelf = (layers: number, tokens: number, width: number) => {
  const size = tokens * width
  const values = new Float32Array(layers * MOST_FRAMES * size)
  const eachLayer = (visit: (layer: number) => void) => { for (let layer = 0; layer < layers; layer++) visit(layer) }
  return {
    /** Makes room for one more frame at the end of `count`. */
    widen(count: number) {
      for (let layer = layers - 1; layer > 0; layer--) values.copyWithin(layer * (count + 1) * size, layer * count * size, (layer + 1) * count * size)
    },
    put(frame: Float32Array, slot: number, count: number) {
      eachLayer((layer) => { values.set(frame.subarray(layer * size, (layer + 1) * size), (layer * count + slot) * size) })
    },
    /** Moves the last of `count` frames to `slot`, and closes the gap it leaves. */
    drop(slot: number, count: number) {
      eachLayer((layer) => { values.copyWithin((layer * count + slot) * size, (layer * count + count - 1) * size, (layer * count + count) * size) })
      eachLayer((layer) => { values.copyWithin(layer * (count - 1) * size, layer * count * size, (layer * count + count - 1) * size) })
    },
    fed: (count: number) => new Tensor('float32', values.subarray(0, layers * count * size), [layers, count * tokens, width]),
    taken(slot: number, count: number) {
      const frame = new Float32Array(layers * size)
      eachLayer((layer) => { frame.set(values.subarray((layer * count + slot) * size, (layer * count + slot + 1) * size), layer * size) })
      return new Tensor('float32', frame, [layers, tokens, width])
    },
  }
}

/** Takes all its memory here: 18 MB for DeAOT-T at 449x257. */
export const createLongTerm = (layers: number, tokens: number): LongTerm => {
  const shelves = { k: createShelf(layers, tokens, WIDTHS.k), v: createShelf(layers, tokens, WIDTHS.v), idv: createShelf(layers, tokens, WIDTHS.idv) } as const
  const slots: About[] = []
  const each = <T>(make: (part: Part) => T): Record<Part, T> => ({ k: make('k'), v: make('v'), idv: make('idv') })
  const oldest = (among: readonly About[]) => among.reduce((a, b) => (b.step < a.step ? b : a))
  const victim = (used: number): About => {
    const free = slots.filter(({ seeds }) => (seeds & used) === 0)
    return oldest(free.length > 0 ? free : slots.filter((slot) => slot !== oldest(slots)))
  }
  return {
    get frames() { return slots.length },
    get ids() { return slots.reduce((ids, about) => ids | about.ids, 0) },
    add(frame, about, used) {
      const isFull = slots.length === MOST_FRAMES
      const slot = isFull ? slots.indexOf(victim(used)) : slots.length
      if (!isFull) for (const part of PARTS) shelves[part].widen(slots.length)
      slots[slot] = about
      for (const part of PARTS) shelves[part].put(floatsOf(frame[part], 'memory'), slot, slots.length)
    },
    prune(keep) {
      for (let slot = slots.length - 1; slot >= 0; slot--) {
        const about = slots[slot]
        if (!about || keep(about)) continue
        for (const part of PARTS) shelves[part].drop(slot, slots.length)
        const last = slots.pop()
        if (last && slot < slots.length) slots[slot] = last
      }
    },
    feeds: () => each((part) => shelves[part].fed(slots.length)),
    newestSeed() {
      const seeded = slots.filter(({ seeds }) => seeds !== 0)
      if (seeded.length === 0) return undefined
      const slot = slots.indexOf(seeded.reduce((a, b) => (b.step > a.step ? b : a)))
      return each((part) => shelves[part].taken(slot, slots.length))
    },
  }
}
