import { Tensor } from 'onnxruntime-node'
import type { Size, View } from './types.js'

/** How a model likes its pixels: `value * scale - mean[c]` over `std[c]`, of each channel in its own order. */
export interface Preparation extends Size {
  readonly layout: 'NCHW' | 'NHWC'
  readonly order: 'RGB' | 'BGR'
  /** 1 / 255 for models that want 0 to 1. */
  readonly scale: number
  readonly mean?: readonly [number, number, number]
  readonly std?: readonly [number, number, number]
}

export interface PixelTensor {
  readonly tensor: Tensor
  /** Fills the tensor from RGBA bytes of the same size. */
  fill(view: Pick<View, 'data'>): void
}

/** A float tensor for pictures of one size, made once and filled again and again. */
export const createPixelTensor = ({ width, height, layout, order, scale, mean = [0, 0, 0], std = [1, 1, 1] }: Preparation): PixelTensor => {
  const pixels = width * height
  const values = new Float32Array(3 * pixels)
  const dims = layout === 'NCHW' ? [1, 3, height, width] : [1, height, width, 3]
  const [step, apart] = layout === 'NCHW' ? [1, pixels] : [3, 1]
  // A byte has 256 values: a table is quicker than the arithmetic, and exact.
  const table = (c: 0 | 1 | 2) => Float32Array.from({ length: 256 }, (_, v) => (v * scale - mean[c]) / std[c])
  const [first, second, third] = [table(0), table(1), table(2)]
  // Where the model's first and last channels are in a pixel, which is read as one word.
  const [one, three] = order === 'RGB' ? [0, 16] : [16, 0]
  // All three at once: memory is gone through a single time. A closure of its own, for V8 keeps its fast code then; as part of `fill`, which
  // reads a property first, it stayed at a quarter of its speed in every third run.
  const spread = (words: Uint32Array) => {
    for (let i = 0, at = 0; i < pixels; i++, at += step) {
      const word = words[i] as number
      values[at] = first[(word >>> one) & 255] as number
      values[at + apart] = second[(word >>> 8) & 255] as number
      values[at + 2 * apart] = third[(word >>> three) & 255] as number
    }
  }
  return {
    tensor: new Tensor('float32', values, dims),
    fill({ data }) { spread(wordsOf(data)) },
  }
}

/** Of pictures that come again and again, for they lie in a ring. */
const seen = new WeakMap<Uint8Array, Uint32Array>()

/** RGBA pixels as words: red, which is first, is the lowest byte, for every processor that Node runs on begins with the lowest. */
const wordsOf = (data: Uint8Array): Uint32Array => {
  const known = seen.get(data)
  if (known) return known
  // Words begin at every fourth byte only: from elsewhere they are copied, which does not last.
  if (data.byteOffset % 4 !== 0) return new Uint32Array(data.slice().buffer, 0, data.length >> 2)
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length >> 2)
  seen.set(data, words)
  return words
}

/** The numbers of a float tensor. Throws a RangeError when it holds something else. */
export const floatsOf = (tensor: Tensor | undefined, what: string): Float32Array => {
  if (!(tensor?.data instanceof Float32Array)) throw new RangeError(`the model gave no numbers for ${what}`)
  return tensor.data
}

/** What becomes at least byte 1. */
const LEAST = 0.5 / 255

/** Bytes from numbers 0 to 1; what is not a number is 0. Gives the sum of those that are at least half, and how many they are. */
export const bytesFrom = (values: Float32Array, to: Uint8Array, from = 0): Weight => {
  let sum = 0
  let count = 0
  const length = to.length
  // Most of a mask is nothing, and is made so at once.
  to.fill(0)
  for (let i = 0; i < length; i++) {
    const value = values[from + i] as number
    // What is not a number is not at least anything.
    if (!(value >= LEAST)) continue
    const byte = value < 1 ? (value * 255 + 0.5) | 0 : 255
    const half = byte >> 7
    to[i] = byte
    sum += byte & -half
    count += half
  }
  return { sum, count }
}

/** How much of a mask there is: its bytes of at least 128, together, and how many. */
export interface Weight { readonly sum: number; readonly count: number }

/** As `bytesFrom`, of logits: 0 is the edge. */
export const bytesFromLogits = (values: ArrayLike<number>, to: Uint8Array, from = 0): void => {
  for (let i = 0; i < to.length; i++) {
    const value = values[from + i] ?? -Infinity
    to[i] = Number.isNaN(value) ? 0 : 255 / (1 + Math.exp(-value)) + 0.5
  }
}
