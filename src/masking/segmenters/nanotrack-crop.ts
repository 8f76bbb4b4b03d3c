import { Tensor } from 'onnxruntime-node'
import type { View } from '../types.js'

export type Colour = readonly [r: number, g: number, b: number]

/** Mean of each channel, cut to whole values: what stands for the world outside the picture. */
export const meanColour = ({ data, width, height }: Pick<View, 'data' | 'width' | 'height'>): Colour => {
  const pixels = width * height
  let [r, g, b] = [0, 0, 0]
  for (let i = 0; i < pixels * 4; i += 4) {
    r += data[i] ?? 0
    g += data[i + 1] ?? 0
    b += data[i + 2] ?? 0
  }
  return [Math.trunc(r / pixels), Math.trunc(g / pixels), Math.trunc(b / pixels)]
}

export interface CropTensor {
  readonly tensor: Tensor
  /** Fills it with the square of `side` pixels around a point, outside the picture `outside`. */
  fill(view: Pick<View, 'data' | 'width' | 'height'>, cx: number, cy: number, side: number, outside: Colour): void
}

/**
 * A square piece of a picture at `size` x `size`, as NanoTrack takes it: BGR, 0 to 255, planes. The first column is
 * `floor(cx - (side + 1) / 2 + 0.5)`; resized bilinearly between pixel centres.
 */
export const createCropTensor = (size: number): CropTensor => {
  const pixels = size * size
  const values = new Float32Array(3 * pixels)
  // For each column and row of the crop: the two picture pixels it lies between (-1 outside), and how far it is towards the second.
  const axis = () => ({ first: new Int32Array(size), second: new Int32Array(size), part: new Float32Array(size) })
  const [across, down] = [axis(), axis()]
  const lay = ({ first, second, part }: ReturnType<typeof axis>, centre: number, side: number, length: number) => {
    const start = Math.floor(centre - (side + 1) / 2 + 0.5)
    const within = (at: number) => (at >= 0 && at < length ? at : -1)
    for (let i = 0; i < size; i++) {
      const at = Math.min(side - 1, Math.max(0, ((i + 0.5) * side) / size - 0.5))
      const low = Math.floor(at)
      first[i] = within(start + low)
      second[i] = within(start + Math.min(side - 1, low + 1))
      part[i] = at - low
    }
  }
  const sampleRow = (data: Uint8Array, width: number, y: number, outside: Colour) => {
    const [upper, lower, dy] = [(down.first[y] ?? 0) * width, (down.second[y] ?? 0) * width, down.part[y] ?? 0]
    for (let x = 0, to = y * size; x < size; x++, to++) {
      const [left, right, dx] = [across.first[x] ?? 0, across.second[x] ?? 0, across.part[x] ?? 0]
      const a = upper < 0 || left < 0 ? -1 : (upper + left) * 4
      const b = upper < 0 || right < 0 ? -1 : (upper + right) * 4
      const c = lower < 0 || left < 0 ? -1 : (lower + left) * 4
      const d = lower < 0 || right < 0 ? -1 : (lower + right) * 4
      for (let from = 0; from < 3; from++) {
        const rim = outside[from] ?? 0
        const above = (a < 0 ? rim : data[a + from] ?? 0) * (1 - dx) + (b < 0 ? rim : data[b + from] ?? 0) * dx
        const below = (c < 0 ? rim : data[c + from] ?? 0) * (1 - dx) + (d < 0 ? rim : data[d + from] ?? 0) * dx
        // Whole values, as the crops it was trained on; blue first.
        values[(2 - from) * pixels + to] = Math.floor(above * (1 - dy) + below * dy + 0.5)
      }
    }
  }
  return {
    tensor: new Tensor('float32', values, [1, 3, size, size]),
    fill({ data, width, height }, cx, cy, side, outside) {
      lay(across, cx, side, width)
      lay(down, cy, side, height)
      for (let y = 0; y < size; y++) sampleRow(data, width, y, outside)
    },
  }
}
