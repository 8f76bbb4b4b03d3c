import { Tensor } from 'onnxruntime-node'
import type { Size } from '../types.js'
import { CUES } from './doppel-graphs.js'
import type { Box, Click } from './seeding.js'

/** How far a click is felt, as part of the diagonal; and how unlike its colour others may be, 0..1. As `training/doppel_training/clicks.py`. */
const NEAR = 0.03
const LIKE = 0.12
/** e^-x. From 60 on it is nothing: before it reaches 0 it is no normal number, and processors are slow with those in every convolution after. */
const fading = (x: number) => (x < 60 ? Math.exp(-x) : 0)

export interface Asked {
  readonly clicks: readonly Click[]
  readonly box?: Box | undefined
  /** A mask so far, 0..1 at half the picture's size, that the clicks correct. */
  readonly before?: Float32Array | undefined
}

/** What clicks and boxes say, as planes `[1, 6, h/2, w/2]`: near a click (+, -), box, mask so far, colour like a click's (+, -). */
export const createCues = ({ width, height }: Size) => {
  const [w, h] = [width >> 1, height >> 1]
  const size = w * h
  const values = new Float32Array(CUES * size)
  const rgb = new Float32Array(3 * size)
  const reach = 2 * (NEAR * Math.hypot(w, h)) ** 2

  /** The picture at half its size, 0..1. */
  const shrink = (data: Uint8Array) => {
    for (let y = 0, i = 0; y < h; y++) for (let x = 0, at = 8 * y * width; x < w; x++, i++, at += 8) {
      for (let c = 0; c < 3; c++) rgb[c * size + i] = ((data[at + c] as number) + (data[at + 4 + c] as number) + (data[at + 4 * width + c] as number) + (data[at + 4 * width + 4 + c] as number)) / 1020
    }
  }
  /** Mean colour of the clicked pixel and those around it. */
  const colourAt = (x: number, y: number): readonly [number, number, number] => {
    const sum: [number, number, number] = [0, 0, 0]
    let count = 0
    for (let j = Math.max(0, y - 1); j < Math.min(h, y + 2); j++) for (let i = Math.max(0, x - 1); i < Math.min(w, x + 2); i++, count++) for (let c = 0; c < 3; c++) sum[c] = (sum[c] ?? 0) + (rgb[c * size + j * w + i] as number)
    return [sum[0] / count, sum[1] / count, sum[2] / count]
  }
  const press = ({ x, y, positive }: Click) => {
    const [cx, cy] = [Math.min(w - 1, Math.floor(x * w)), Math.min(h - 1, Math.floor(y * h))]
    const [r, g, b] = colourAt(cx, cy)
    const [near, like] = positive ? [0, 4 * size] : [size, 5 * size]
    for (let j = 0, i = 0; j < h; j++) for (let k = 0; k < w; k++, i++) {
      const apart = ((rgb[i] as number) - r) ** 2 + ((rgb[size + i] as number) - g) ** 2 + ((rgb[2 * size + i] as number) - b) ** 2
      values[near + i] = Math.max(values[near + i] as number, fading(((k - cx) ** 2 + (j - cy) ** 2) / reach))
      values[like + i] = Math.max(values[like + i] as number, fading(apart / (2 * LIKE * LIKE)))
    }
  }
  return {
    tensor: new Tensor('float32', values, [1, CUES, h, w]),
    /** `data`: RGBA bytes of the full size. */
    fill(data: Uint8Array, { clicks, box, before }: Asked) {
      values.fill(0)
      shrink(data)
      for (const click of clicks) press(click)
      if (box) {
        const [left, right] = [Math.round(box[0] * w), Math.max(1, Math.round(box[2] * w))]
        for (let y = Math.round(box[1] * h); y < Math.max(1, Math.round(box[3] * h)); y++) values.fill(1, 2 * size + y * w + left, 2 * size + y * w + right)
      }
      if (before) values.set(before, 3 * size)
    },
  }
}
export type Cues = ReturnType<typeof createCues>
