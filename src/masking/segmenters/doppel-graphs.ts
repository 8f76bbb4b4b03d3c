import type { Graph, GraphContract, Size, TensorContract } from '../types.js'

/** Channels: of keys and values in memory, of what finds motion, of what is handed from step to step, of cues. As `training/` has them. */
export const KEY = 48
export const VALUE = 64
export const NEAR = 24
export const HIDDEN = 16
export const CUES = 6
/** Planes of motion: along x, along y, how far, and that it is known. */
export const PLANES = 4
/** Pixels from one token of memory to the next. */
export const STRIDE = 8

const f2: TensorContract = { names: ['f2'], shape: [1, 16, 'h/2', 'w/2'] }
const f4: TensorContract = { names: ['f4'], shape: [1, 32, 'h/4', 'w/4'] }
const f8: TensorContract = { names: ['f8'], shape: [1, 64, 'h/8', 'w/8'] }
const key: TensorContract = { names: ['key'], shape: [1, KEY, 'tokens'] }
const near: TensorContract = { names: ['near'], shape: [1, NEAR, 'h/4', 'w/4'] }
const mask: TensorContract = { names: ['mask'], shape: [1, 1, 'h', 'w'] }
const value: TensorContract = { names: ['value'], shape: [1, VALUE, 'tokens'] }
const image: TensorContract = { names: ['image'], shape: [1, 3, 'h', 'w'] }
const moved: TensorContract = { names: ['moved'], shape: [1, PLANES, 'h/2', 'w/2'] }
const cues: TensorContract = { names: ['cues'], shape: [1, CUES, 'h/2', 'w/2'] }
const sure: TensorContract = { names: ['sure'], shape: [1] }

/** Doppel's own tracker, in six graphs; `training/README.md` says what each does. */
export const DOPPEL_GRAPHS: Readonly<Record<'encode' | 'remember' | 'follow' | 'find' | 'move' | 'regroup', GraphContract>> = {
  encode: { inputs: { image }, outputs: { f2, f4, f8, key, near } },
  remember: { inputs: { f8, mask }, outputs: { value } },
  follow: {
    inputs: {
      f2, f4, f8, key, near,
      keys: { names: ['keys'], shape: [1, KEY, 'remembered'] },
      values: { names: ['values'], shape: [1, VALUE, 'remembered'] },
      beforeNear: { names: ['before_near'], shape: [1, NEAR, 'h/4', 'w/4'] },
      beforeMask: { names: ['before_mask'], shape: [1, 1, 'h', 'w'] },
      hidden: { names: ['hidden'], shape: [1, HIDDEN, 'h/4', 'w/4'] },
      colour: { names: ['colour'], shape: [1, 2, 'h/2', 'w/2'] },
    },
    outputs: { mask, sure, after: { names: ['after'], shape: [1, HIDDEN, 'h/4', 'w/4'] }, value },
  },
  find: { inputs: { f2, f4, f8, cues }, outputs: { mask, sure } },
  regroup: { inputs: { f2, f4, f8, cues, moved }, outputs: { mask, sure } },
  move: { inputs: { image, before: { names: ['before'], shape: [1, 3, 'h', 'w'] } }, outputs: { moved } },
}
export type DoppelGraphs = Readonly<Record<keyof typeof DOPPEL_GRAPHS, Graph>>

/** Pixels the tracker looks at, about: 256x144 of a picture 16:9. */
const PIXELS = 256 * 144
/** Sides are whole steps of it: the coarsest features are so far apart. */
const STEP = 16
const LONGEST = 512

/** The size of the tracker's pictures: the source's proportions as nearly as steps allow, pixels. */
export const sizeFor = ({ width, height }: Size): Size => {
  const scale = Math.sqrt(PIXELS / (Math.max(1, width) * Math.max(1, height)))
  const side = (length: number) => STEP * Math.min(LONGEST / STEP, Math.max(2, Math.round((length * scale) / STEP)))
  return { width: side(width), height: side(height) }
}
