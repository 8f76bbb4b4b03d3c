import type { CellGrid, Cells } from './cells.js'

/** Where a mask has anything at all: nothing of a cut-out lies outside of it. */
export interface Outline {
  readonly grid: CellGrid
  /** First and last column of every row of cells that have any of it, in turns; first 1 and last 0 in a row without. */
  readonly sides: Uint16Array
  /** x0, y0, x1, y1 of all of it in uv, with room for looks from beside it; y1 0 when there is nothing. */
  readonly box: Float32Array
  /** Takes a mask's cells as its own. */
  trace(cells: Cells): void
}

/** Looks from so many pixels beside a cell may find what is in it: pictures are mixed between pixels, and past ones are smaller. */
export const roomOf = ({ size }: CellGrid): number => Math.max(3, size / 4)

/** The outline of nothing, at first. */
export const createOutline = (grid: CellGrid): Outline => {
  const { columns, rows, width, height, size } = grid
  const sides = new Uint16Array(2 * rows)
  const box = new Float32Array(4)
  const room = roomOf(grid)
  return {
    grid, sides, box,
    trace(cells) {
      let [left, bottom, right, top] = [columns, rows, -1, -1]
      for (let row = 0, at = 3; row < rows; row++) {
        let [first, last] = [-1, 0]
        for (let column = 0; column < columns; column++, at += 4) {
          if (cells[at] === 0) continue
          if (first < 0) first = column
          last = column
        }
        sides[2 * row] = first < 0 ? 1 : first
        sides[2 * row + 1] = last
        if (first < 0) continue
        left = Math.min(left, first)
        right = Math.max(right, last)
        bottom = Math.min(bottom, row)
        top = row
      }
      box[0] = Math.max(0, (left * size - room) / width)
      box[1] = Math.max(0, (bottom * size - room) / height)
      box[2] = Math.min(1, ((right + 1) * size + room) / width)
      box[3] = top < 0 ? 0 : Math.min(1, ((top + 1) * size + room) / height)
    },
  }
}
