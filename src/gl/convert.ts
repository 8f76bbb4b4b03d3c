import type { PixelFormat } from '../engine/pixels.js'
import type { ColourMatrix } from '../engine/types.js'

/** Weights of red and blue in luma: ITU-R BT.601-7 2.5.1, BT.709-6 item 3.2, BT.2020-2 table 4 (non-constant luminance). */
const WEIGHTS: Readonly<Record<Exclude<ColourMatrix, 'rgb'>, readonly [kr: number, kb: number]>> = {
  bt601: [0.299, 0.114],
  bt709: [0.2126, 0.0722],
  bt2020: [0.2627, 0.0593],
}

/** One row per colour: red = dot(row, (c0, c1, c2, 1)), of samples from 0 (all bits off) to 1 (all bits on). */
export type Rows = readonly [red: readonly number[], green: readonly number[], blue: readonly number[]]

/**
 * Turns samples as they are stored into R'G'B' 0..1.
 *
 * Quantisation by BT.601-7 2.5.3, BT.709-6 item 3.4 and BT.2020-2 table 5: in n bits, limited luma (and limited R'G'B')
 * spans 16 to 235, limited chroma 16 to 240 around 128, each times 2^(n-8); full range spans all codes, with chroma around
 * 2^(n-1). Alpha always spans all codes.
 */
export const conversionRows = (format: PixelFormat, matrix: ColourMatrix, fullRange: boolean): Rows => {
  const most = 2 ** format.bits - 1
  const step = 2 ** (format.bits - 8)
  const [lumaScale, lumaOffset] = fullRange ? [1, 0] : [most / (219 * step), -16 / 219]
  if (format.model === 'grey') return [[lumaScale, 0, 0, lumaOffset], [lumaScale, 0, 0, lumaOffset], [lumaScale, 0, 0, lumaOffset]]
  if (format.model === 'rgb') return [[lumaScale, 0, 0, lumaOffset], [0, lumaScale, 0, lumaOffset], [0, 0, lumaScale, lumaOffset]]
  const [chromaScale, chromaOffset] = fullRange ? [1, -(2 ** (format.bits - 1)) / most] : [most / (224 * step), -128 / 224]
  // A stream that says "rgb" of luma and chroma planes is mistaken: take the matrix of HD.
  const [kr, kb] = WEIGHTS[matrix === 'rgb' ? 'bt709' : matrix]
  const kg = 1 - kr - kb
  const row = (cb: number, cr: number) => [lumaScale, cb * chromaScale, cr * chromaScale, lumaOffset + (cb + cr) * chromaOffset]
  return [row(0, 2 * (1 - kr)), row((-2 * kb * (1 - kb)) / kg, (-2 * kr * (1 - kr)) / kg), row(2 * (1 - kb), 0)]
}
