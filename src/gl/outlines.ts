import { layersAtMost } from './cutout-ring.js'
import { cellGrid } from './subject/cells.js'
import { roomOf, type Outline } from './subject/outline.js'

/** Of a strip of quads from a copy's lowest part to its highest: one less than the places where its sides are told. */
export const BANDS = 6
/** Numbers of a strip: the left sides and the right sides from the bottom up, the bottom and the top, all as parts of the crop. */
export const STRIP_LENGTH = 2 * (BANDS + 1) + 2

/** How the cut-outs lie that copies are made of: drawing only as much of a copy as holds anything saves half of it. */
export interface Outlines {
  /** Keeps the outline of a layer of the history, or of the live cut-out ({@link LIVE}); unknown when there is none. */
  keep(layer: number, outline: Outline | undefined): void
  /** Puts the strip that holds all there is of a layer within a crop (x0, y0, x1, y1 in uv) into `out` at `at`. False when there is nothing. */
  strip(layer: number, crop: ArrayLike<number>, out: Float32Array, at: number): boolean
}

export const LIVE = -1

/** The strip that is all of the crop. */
export const putWhole = (out: Float32Array, at: number): void => {
  out.fill(0, at, at + BANDS + 1)
  out.fill(1, at + BANDS + 1, at + STRIP_LENGTH)
  out[at + STRIP_LENGTH - 2] = 0
}

/** Makes one for a canvas, of which nothing is known yet. */
export const createOutlines = (width: number, height: number): Outlines => {
  const grid = cellGrid(width, height)
  const { rows, size } = grid
  const known = new Uint8Array(1 + layersAtMost)
  const sides = new Uint16Array(known.length * 2 * rows)
  const [cellX, cellY] = [size / width, size / height]
  const [roomX, roomY] = [roomOf(grid) / width, roomOf(grid) / height]
  const rowAt = (y: number) => Math.min(rows - 1, Math.max(0, Math.floor(y / cellY)))
  const band = new Float64Array(2)
  /** Left and right side of what lies between two heights, into `band`; Infinity and -Infinity when there is nothing. */
  const measure = (layer: number, low: number, high: number, x0: number, x1: number) => {
    band[0] = Infinity
    band[1] = -Infinity
    for (let row = rowAt(low - roomY); row <= rowAt(high + roomY); row++) {
      const at = ((layer + 1) * rows + row) * 2
      const [first = 0, last = 0] = [sides[at], sides[at + 1]]
      const [left, right] = [Math.max(x0, first * cellX - roomX), Math.min(x1, (last + 1) * cellX + roomX)]
      if (last < first || right <= left) continue
      band[0] = Math.min(band[0], left)
      band[1] = Math.max(band[1], right)
    }
    return band[1] > band[0]
  }
  return {
    keep(layer, outline) {
      known[layer + 1] = outline ? 1 : 0
      if (outline) sides.set(outline.sides, (layer + 1) * rows * 2)
    },
    strip(layer, crop, out, at) {
      const [x0, y0, x1, y1] = [crop[0] ?? 0, crop[1] ?? 0, crop[2] ?? 1, crop[3] ?? 1]
      if (known[layer + 1] !== 1 || x1 <= x0 || y1 <= y0) {
        putWhole(out, at)
        return true
      }
      let [low, high] = [rowAt(y0), rowAt(y1)]
      const isEmpty = (row: number) => !measure(layer, (row + 0.5) * cellY, (row + 0.5) * cellY, x0, x1)
      while (low <= high && isEmpty(low)) low += 1
      while (high > low && isEmpty(high)) high -= 1
      if (low > high) return false
      const bottom = Math.max(y0, low * cellY - roomY)
      const top = Math.min(y1, (high + 1) * cellY + roomY)
      if (top <= bottom) return false
      // Where two bands meet, the strip is as wide as the wider of them, and both share that edge: no seam, whatever a copy is turned by.
      const [lefts, rights] = [at, at + BANDS + 1]
      const middle = (x0 + x1) / 2
      let [left, right] = [Infinity, -Infinity]
      for (let k = 0; k <= BANDS; k++) {
        const [leftBelow, rightBelow] = [left, right]
        const there = k < BANDS && measure(layer, bottom + ((top - bottom) * k) / BANDS, bottom + ((top - bottom) * (k + 1)) / BANDS, x0, x1)
        left = there ? band[0] ?? 0 : Infinity
        right = there ? band[1] ?? 0 : -Infinity
        const [x, toX] = [Math.min(left, leftBelow), Math.max(right, rightBelow)]
        out[lefts + k] = ((toX > x ? x : middle) - x0) / (x1 - x0)
        out[rights + k] = ((toX > x ? toX : middle) - x0) / (x1 - x0)
      }
      out[at + STRIP_LENGTH - 2] = (bottom - y0) / (y1 - y0)
      out[at + STRIP_LENGTH - 1] = (top - y0) / (y1 - y0)
      return true
    },
  }
}
