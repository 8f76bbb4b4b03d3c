import type { GraphContract, Size, TensorContract } from '../types.js'
import { PARTS, WIDTHS } from './deaot-memory.js'

/** Identities a graph tells apart; 0 is the background. */
export const IDS = 11

const memory = (name: (part: string) => string, role: (part: string) => string, tokens: string): Record<string, TensorContract> =>
  Object.fromEntries(PARTS.map((part) => [role(part), { names: [name(part)], shape: ['layers', tokens, WIDTHS[part]] }]))

/** DeAOT in two graphs; the way from the answer to the memory of a frame is inside the second. */
export const DEAOT_GRAPHS: Readonly<Record<'init' | 'step', GraphContract>> = {
  init: {
    inputs: { image: { names: ['image'], shape: [1, 3, 'height', 'width'] }, labels: { names: ['mask_onehot'], shape: [1, IDS, 'height', 'width'] } },
    outputs: {
      ...memory((part) => `mem_${part}`, (part) => part, 'tokens'),
      // Steps from one frame to the next that long-term memory takes: it tells DeAOT-B from L, which are alike in everything else.
      gap: { names: ['long_term_gap'], shape: [1], optional: true },
    },
  },
  step: {
    inputs: {
      image: { names: ['image'], shape: [1, 3, 'height', 'width'] },
      ...memory((part) => `lt_${part}`, (part) => `long_${part}`, 'remembered'),
      ...memory((part) => `st_${part}`, (part) => `short_${part}`, 'tokens'),
      used: { names: ['obj_mask'], shape: [1, IDS, 1, 1] },
    },
    outputs: { chances: { names: ['prob'], shape: [1, IDS, 'height', 'width'] }, ...memory((part) => `st_${part}_out`, (part) => part, 'tokens') },
  },
}

/** Longest side of the pictures where a graph takes any size. */
const LONGEST = 449
/** Pixels from one token to the next; its sizes are whole steps of it and one pixel more. */
const STRIDE = 16

/** The size a graph is made for, or one of the source's proportions where it takes any. */
export const sizeFor = (shape: readonly (number | string)[], source: Size): Size => {
  const [height, width] = [shape[2], shape[3]]
  if (typeof height === 'number' && typeof width === 'number' && height > 0 && width > 0) return { width, height }
  const scale = (LONGEST - 1) / Math.max(source.width, source.height)
  const side = (length: number) => STRIDE * Math.max(1, Math.round((length * scale) / STRIDE)) + 1
  return { width: side(source.width), height: side(source.height) }
}
