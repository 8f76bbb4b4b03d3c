import type { Graph, Size, View } from '../types.js'
import type { Prompt } from './prompts.js'

/** Side of the masks that promptable models make, and take back. */
export const LOW = 256
export const LOW_PIXELS = LOW * LOW

/** A mask as a model gives it: logits, row after row. Valid until the next one. */
export interface Guess {
  readonly values: Float32Array
  /** Where it begins in `values`, and how far its rows are apart. */
  readonly from: number
  readonly stride: number
  /** How well the model thinks it fits (its prediction of the intersection over union). */
  readonly score: number
}

/** A promptable model: looks at a picture once, and is then asked about it as often as one likes. */
export interface PromptModel {
  readonly input: Size
  /** The picture's own part of the masks. */
  readonly output: Size
  /** Whether it takes its last mask (`LOW_PIXELS` logits from `from` on) as part of a prompt. */
  readonly takesPrior: boolean
  encode(view: Pick<View, 'data'>): Promise<void>
  /** About the picture encoded last. */
  decode(prompt: Prompt): Promise<Guess>
  close(): Promise<void>
}

/** Index of the highest score from `first` on; what is not a number is never the best. */
export const surest = (scores: ArrayLike<number>, first = 0): number => {
  let best = first
  for (let i = first + 1; i < scores.length; i++) if (!((scores[i] ?? 0) <= (scores[best] ?? 0))) best = Number.isNaN(scores[i]) ? best : i
  return best
}

/** Number of points a graph is fixed to; undefined when it takes any. */
export const slotsOf = (decoder: Graph): number | undefined => {
  const slots = decoder.shapeOf('labels').at(-1)
  return typeof slots === 'number' && slots > 0 ? slots : undefined
}

/** The mask that a prompt got, as bytes of the picture's own part. */
export const writeGuess = ({ values, from, stride }: Guess, { width, height }: Size, to: Uint8Array): void => {
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0, at = from + y * stride; x < width; x++, i++, at++) {
      const value = values[at] ?? Number.NaN
      to[i] = Number.isNaN(value) ? 0 : 255 / (1 + Math.exp(-value)) + 0.5
    }
  }
}
