import { scatter } from './scatter.js'

/**
 * Voronoi cells of one seed in every cell of a square grid. Seeds keep this far from the sides of their grid cell (so the nearest
 * seed to any point is in the same grid cell or one next to it), which `shatter.frag` counts on.
 */
const MARGIN = 0.2

const luck = new Float32Array(3)
/** Corners of the shard that is being cut, and of what one more cut leaves of it: x and y in turns. */
let corners = new Float64Array(64)
let left = new Float64Array(64)
let count = 0

const place = (cell: number, share = 0) => cell + MARGIN + (1 - 2 * MARGIN) * share

/** Keeps the side of the line between two seeds that is the first one's (Sutherland and Hodgman, CACM 17, 1974). */
const cut = (x: number, y: number, otherX: number, otherY: number): void => {
  const nx = otherX - x
  const ny = otherY - y
  const line = (nx * (x + otherX) + ny * (y + otherY)) / 2
  let kept = 0
  const keep = (px: number, py: number) => {
    left[2 * kept] = px
    left[2 * kept + 1] = py
    kept += 1
  }
  let ax = corners[2 * count - 2] ?? 0
  let ay = corners[2 * count - 1] ?? 0
  for (let i = 0; i < count; i++) {
    const bx = corners[2 * i] ?? 0
    const by = corners[2 * i + 1] ?? 0
    const a = nx * ax + ny * ay - line
    const b = nx * bx + ny * by - line
    if (a <= 0 !== b <= 0) keep(ax + ((bx - ax) * a) / (a - b), ay + ((by - ay) * a) / (a - b))
    if (b <= 0) keep(bx, by)
    ax = bx
    ay = by
  }
  const spare = corners
  corners = left
  left = spare
  count = kept
}

/** The box around the shard of a grid cell, in grid cells, into `out` (x0, y0, x1, y1). */
export const shardBox = (column: number, row: number, pattern: number, out: Float32Array): void => {
  scatter(column, row, pattern, luck)
  const x = place(column, luck[0])
  const y = place(row, luck[1])
  for (let i = 0; i < 4; i++) {
    corners[2 * i] = column + (i === 1 || i === 2 ? 2 : -1)
    corners[2 * i + 1] = row + (i > 1 ? 2 : -1)
  }
  count = 4
  for (let k = 0; k < 9; k++) {
    if (k === 4) continue
    const otherColumn = column + (k % 3) - 1
    const otherRow = row + Math.floor(k / 3) - 1
    scatter(otherColumn, otherRow, pattern, luck)
    cut(x, y, place(otherColumn, luck[0]), place(otherRow, luck[1]))
  }
  out.fill(Infinity, 0, 2).fill(-Infinity, 2)
  for (let i = 0; i < 2 * count; i++) {
    const at = corners[i] ?? 0
    out[i % 2] = Math.min(out[i % 2] ?? 0, at)
    out[2 + (i % 2)] = Math.max(out[2 + (i % 2)] ?? 0, at)
  }
}
