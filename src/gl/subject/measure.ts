import type { CellGrid, Cells } from './cells.js'

/** Where things stand in what {@link measureCells} gives. Places are uv. */
export const MEASURED = { area: 0, x: 1, y: 2, x0: 3, y0: 4, x1: 5, y1: 6, leanX: 7, leanY: 8 } as const
export const MEASURED_LENGTH = 9

/** A mask that covers less than this part of the picture is taken for empty: specks, 10x10 pixels in 1280x720. */
export const LEAST_AREA = 1e-4

/**
 * Measures a mask from its cells into `out`: area, centroid, box, and which way it lies. The last is a vector of twice the
 * axis's angle, so that it turns smoothly where the axis itself may point either way; it is as long as the shape is long for its
 * width, (l1 - l2) / (l1 + l2) of the eigenvalues of its second moments in square-pixel space (Hu, "Visual pattern recognition
 * by moment invariants", 1962). False, and `out` left alone, when the mask is empty.
 */
export const measureCells = (cells: Cells, { width, height, size, columns, rows }: CellGrid, out: Float64Array): boolean => {
  let [sum, sumX, sumY, sumXX, sumXY, sumYY] = [0, 0, 0, 0, 0, 0]
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity]
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at += 4) {
      const weight = cells[at] ?? 0
      const x = column + 0.5
      const y = row + 0.5
      sum += weight
      sumX += weight * x
      sumY += weight * y
      sumXX += weight * x * x
      sumXY += weight * x * y
      sumYY += weight * y * y
      if ((cells[at + 3] ?? 0) < 255) continue
      const across = cells[at + 1] ?? 0
      const up = cells[at + 2] ?? 0
      x0 = Math.min(x0, column + (across & 15) / 15)
      x1 = Math.max(x1, column + (across >> 4) / 15)
      y0 = Math.min(y0, row + (up & 15) / 15)
      y1 = Math.max(y1, row + (up >> 4) / 15)
    }
  }
  const area = (sum / 255) * (size / width) * (size / height)
  if (!(area >= LEAST_AREA) || !(x1 > x0)) return false
  const [cx, cy] = [sumX / sum, sumY / sum]
  const [xx, xy, yy] = [sumXX / sum - cx * cx, sumXY / sum - cx * cy, sumYY / sum - cy * cy]
  // A cell is not a point: its own extent counts as well.
  const spread = xx + yy + 1 / 6
  const [u, v] = [size / width, size / height]
  out[MEASURED.area] = Math.min(1, area)
  out[MEASURED.x] = Math.min(1, cx * u)
  out[MEASURED.y] = Math.min(1, cy * v)
  out[MEASURED.x0] = x0 * u
  out[MEASURED.y0] = y0 * v
  out[MEASURED.x1] = Math.min(1, x1 * u)
  out[MEASURED.y1] = Math.min(1, y1 * v)
  out[MEASURED.leanX] = (xx - yy) / spread
  out[MEASURED.leanY] = (2 * xy) / spread
  return true
}
