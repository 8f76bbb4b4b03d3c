import type { Size } from '../types.js'
import { middleOf, type Box, type Click } from './seeding.js'

/** Where a mask is. */
export interface Place {
  readonly box: Box
  /** The point deepest inside. */
  readonly middle: Click
  /** Pixels. */
  readonly area: number
}

/** A subject of fewer pixels is none. */
const LEAST_PIXELS = 4
/** Part of a mask at each side that may be specks: one of them would make the box as wide as the picture. */
const SPECKS = 0.005

/** First index by which more than `most` were counted, from one end or the other. */
const reach = (counts: Int32Array, most: number, fromEnd: boolean): number => {
  let sum = 0
  for (let i = 0; i < counts.length; i++) {
    const at = fromEnd ? counts.length - 1 - i : i
    sum += counts[at] ?? 0
    if (sum > most) return at
  }
  return 0
}

/** Finds the place of masks of one size; undefined for an empty one. */
export const createPlaceFinder = ({ width, height }: Size): ((mask: Uint8Array) => Place | undefined) => {
  const columns = new Int32Array(width)
  const rows = new Int32Array(height)
  return (data) => {
    columns.fill(0)
    rows.fill(0)
    let area = 0
    for (let y = 0, i = 0; y < height; y++) {
      let count = 0
      for (let x = 0; x < width; x++, i++) {
        if ((data[i] ?? 0) < 128) continue
        columns[x] = (columns[x] ?? 0) + 1
        count += 1
      }
      rows[y] = count
      area += count
    }
    if (area < LEAST_PIXELS) return undefined
    const most = area * SPECKS
    const box: Box = [reach(columns, most, false) / width, reach(rows, most, false) / height, (reach(columns, most, true) + 1) / width, (reach(rows, most, true) + 1) / height]
    return { box, middle: middleOf({ width, height, data }), area }
  }
}

const clip = (part: number) => Math.min(1, Math.max(0, part))

/** The box with some room at each side, as part of its own size. */
export const grown = ([x0, y0, x1, y1]: Box, by: number): Box => {
  const [dx, dy] = [(x1 - x0) * by, (y1 - y0) * by]
  return [clip(x0 - dx), clip(y0 - dy), clip(x1 + dx), clip(y1 + dy)]
}

/** How far something went from one picture to the next, in parts of the picture. */
export type Motion = readonly [dx: number, dy: number]
export const motionOf = ([a0, b0, a1, b1]: Box, [x0, y0, x1, y1]: Box): Motion => [(x0 + x1 - a0 - a1) / 2, (y0 + y1 - b0 - b1) / 2]
/** The box, and where it gets to by going on as it went. */
export const swept = ([x0, y0, x1, y1]: Box, [dx, dy]: Motion): Box => [clip(x0 + Math.min(0, dx)), clip(y0 + Math.min(0, dy)), clip(x1 + Math.max(0, dx)), clip(y1 + Math.max(0, dy))]
export const moved = ({ x, y, positive }: Click, [dx, dy]: Motion): Click => ({ x: clip(x + dx), y: clip(y + dy), positive })

/** A click as part of a box, which it then goes along with. */
export const within = ({ x, y, positive }: Click, [x0, y0, x1, y1]: Box): Click => ({ x: (x - x0) / (x1 - x0), y: (y - y0) / (y1 - y0), positive })
/** Where such a click is now. */
export const carried = ({ x, y, positive }: Click, [x0, y0, x1, y1]: Box): Click => ({ x: x0 + x * (x1 - x0), y: y0 + y * (y1 - y0), positive })

/** Whether a click is on the picture and says what the mask says: inside when positive, outside when not. */
export const agrees = ({ x, y, positive }: Click, mask: Uint8Array, { width, height }: Size): boolean => {
  const [column, row] = [Math.floor(x * width), Math.floor(y * height)]
  if (column < 0 || row < 0 || column >= width || row >= height) return false
  return (mask[row * width + column] ?? 0) >= 128 === positive
}
