import { Tensor } from 'onnxruntime-node'
import type { Size } from '../types.js'
import { IDS } from './deaot-graphs.js'

export interface LabelTensor {
  readonly tensor: Tensor
  /** Of each pixel, the subject it belongs to, from 1; 0 for none. Filled by its owner. */
  readonly subjects: Uint8Array
  /** Fills the tensor: `idOf[i]` is the identity of subject `i` (from 0). Says which identities have any pixel, as bits. */
  fill(idOf: ArrayLike<number>): number
}

/** A label map, and the same one-hot `[1, 11, height, width]`. */
export const createLabelTensor = ({ width, height }: Size): LabelTensor => {
  const pixels = width * height
  const values = new Float32Array(IDS * pixels)
  const subjects = new Uint8Array(pixels)
  return {
    tensor: new Tensor('float32', values, [1, IDS, height, width]),
    subjects,
    fill(idOf) {
      values.fill(0)
      let ids = 0
      for (let i = 0; i < pixels; i++) {
        const subject = subjects[i] ?? 0
        const id = subject === 0 ? 0 : idOf[subject - 1] ?? 0
        values[id * pixels + i] = 1
        if (id > 0) ids |= 1 << id
      }
      return ids
    },
  }
}

/** Of each pixel, the likeliest of the subjects in use, from 1, or 0 for the background. `chances` is [11, pixels]. */
export const likeliest = (chances: Float32Array, idOf: ArrayLike<number>, to: Uint8Array): void => {
  to.fill(0)
  for (let i = 0; i < to.length; i++) {
    let best = chances[i] ?? 0
    for (let subject = 0; subject < idOf.length; subject++) {
      const id = idOf[subject] ?? 0
      if (id === 0) continue
      const chance = chances[id * to.length + i] ?? 0
      if (chance > best) [best, to[i]] = [chance, subject + 1]
    }
  }
}

/** The smallest identity not among the bits; 0 when all 10 are. */
export const freeId = (taken: number): number => {
  for (let id = 1; id < IDS; id++) if ((taken & (1 << id)) === 0) return id
  return 0
}
