import { describe, expect, it } from 'vitest'
import { BANDS, createOutlines, LIVE, STRIP_LENGTH } from '../../src/gl/outlines.js'
import { cellGrid } from '../../src/gl/subject/cells.js'
import { createOutline } from '../../src/gl/subject/outline.js'

const [WIDTH, HEIGHT] = [1280, 720]
const grid = cellGrid(WIDTH, HEIGHT)
const WHOLE = [0, 0, 1, 1]

/** The outline of the cells where `on` says. */
const outlineOf = (on: (column: number, row: number) => boolean) => {
  const cells = new Uint8Array(grid.columns * grid.rows * 4)
  for (let row = 0; row < grid.rows; row++) for (let column = 0; column < grid.columns; column++) if (on(column, row)) cells[(row * grid.columns + column) * 4 + 3] = 128
  const outline = createOutline(grid)
  outline.trace(cells)
  return outline
}
const stripOf = (on: (column: number, row: number) => boolean, crop: readonly number[] = WHOLE) => {
  const outlines = createOutlines(WIDTH, HEIGHT)
  outlines.keep(LIVE, outlineOf(on))
  const out = new Float32Array(STRIP_LENGTH)
  return outlines.strip(LIVE, crop, out, 0) ? out : undefined
}
/** Whether a place of the crop lies in the strip. */
const holds = (strip: Float32Array, x: number, y: number) => {
  const [bottom = 0, top = 1] = strip.subarray(STRIP_LENGTH - 2)
  const up = ((y - bottom) / (top - bottom)) * BANDS
  if (up < 0 || up > BANDS) return false
  const band = Math.min(BANDS - 1, Math.floor(up))
  const at = (side: number) => (strip[side + band] ?? 0) * (band + 1 - up) + (strip[side + band + 1] ?? 0) * (up - band)
  return x >= at(0) - 1e-6 && x <= at(BANDS + 1) + 1e-6
}
const covered = (strip: Float32Array) => {
  let count = 0
  for (let y = 0; y < 200; y++) for (let x = 0; x < 200; x++) if (holds(strip, (x + 0.5) / 200, (y + 0.5) / 200)) count++
  return count / 40_000
}

describe('outlines', () => {
  it.each<[string, (column: number, row: number) => boolean]>([
    ['a disc', (x, y) => Math.hypot(x - 20, y - 18) < 9],
    ['a leaning pole', (x, y) => Math.abs(x - y - 10) < 2],
    ['two feet and a head', (x, y) => (y < 6 && (x === 10 || x === 30)) || (y > 25 && x === 20)],
    ['one that leaves the picture', (x) => x > 60],
    ['a single cell', (x, y) => x === 0 && y === 0],
  ])('hold all of %s, and of a part of it', (_, on) => {
    for (const crop of [WHOLE, [0.1, 0.05, 0.45, 0.9]]) {
      const strip = stripOf(on, crop)
      const [x0 = 0, y0 = 0, x1 = 1, y1 = 1] = crop
      for (let row = 0; row < grid.rows; row++) for (let column = 0; column < grid.columns; column++) {
        const [x, y] = [((column + 0.5) / grid.columns - x0) / (x1 - x0), ((row + 0.5) / grid.rows - y0) / (y1 - y0)]
        if (on(column, row) && x >= 0 && x <= 1 && y >= 0 && y <= 1) expect(strip && holds(strip, x, y), `${column}, ${row}`).toBe(true)
      }
    }
  })

  it('leave out what is empty', () => {
    expect(covered(stripOf((x, y) => Math.abs(x - y - 10) < 2) ?? new Float32Array(STRIP_LENGTH))).toBeLessThan(0.3)
    expect(stripOf(() => false)).toBeUndefined()
    expect(stripOf((x) => x > 50, [0, 0, 0.5, 1])).toBeUndefined()
  })

  it('are all of it while nobody knows, and again when it is forgotten', () => {
    const outlines = createOutlines(WIDTH, HEIGHT)
    const out = new Float32Array(STRIP_LENGTH)
    expect(outlines.strip(5, WHOLE, out, 0)).toBe(true)
    expect(covered(out)).toBe(1)
    outlines.keep(5, outlineOf((x, y) => x === 3 && y === 3))
    outlines.strip(5, WHOLE, out, 0)
    expect(covered(out)).toBeLessThan(0.02)
    outlines.keep(5, undefined)
    outlines.strip(5, WHOLE, out, 0)
    expect(covered(out)).toBe(1)
  })
})
