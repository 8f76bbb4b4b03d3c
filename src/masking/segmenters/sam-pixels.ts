import { Tensor } from 'onnxruntime-node'
import { createPixelTensor, type PixelTensor } from '../pixels.js'
import type { Size } from '../types.js'

/** Of each channel, red first, on bytes. */
const MEAN = [123.675, 116.28, 103.53] as const
const STD = [58.395, 57.12, 57.375] as const

/** For encoders that normalise and pad by themselves: [H, W, 3], 0 to 255. */
export const createPlainPixels = (size: Size): PixelTensor => {
  const { tensor, fill } = createPixelTensor({ ...size, layout: 'NHWC', order: 'RGB', scale: 1 })
  return { tensor: new Tensor('float32', tensor.data as Float32Array, [size.height, size.width, 3]), fill }
}

/** For the others: [1, 3, side, side], normalised, the picture at the top left and zeros beside and below it. */
export const createSquarePixels = ({ width, height }: Size, side: number): PixelTensor => {
  const values = new Float32Array(3 * side * side)
  const tables = MEAN.map((mean, c) => Float32Array.from({ length: 256 }, (_, v) => (v - mean) / (STD[c] ?? 1)))
  return {
    tensor: new Tensor('float32', values, [1, 3, side, side]),
    fill({ data }) {
      for (const [c, table] of tables.entries()) {
        for (let y = 0, from = c; y < height; y++) {
          for (let x = 0, to = (c * side + y) * side; x < width; x++, to++, from += 4) values[to] = table[data[from] ?? 0] ?? 0
        }
      }
    },
  }
}
