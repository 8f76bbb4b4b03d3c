import type { Seed, Size } from '../types.js'

/** Left, top, right, bottom, as parts of the picture. */
export type Box = readonly [x0: number, y0: number, x1: number, y1: number]
type SeedMask = NonNullable<Seed['mask']>
export interface Click { readonly x: number; readonly y: number; readonly positive: boolean }

const inside = (part: number) => part >= 0 && part <= 1
const clip = (part: number) => Math.min(1, Math.max(0, part))

/** The clicks that are on the picture; none when there is no positive one among them and nothing else says what is meant. */
export const clicksOf = (seed: Seed): readonly Click[] => {
  const clicks = seed.clicks.filter(({ x, y }) => inside(x) && inside(y))
  return clicks.some(({ positive }) => positive) || boxOf(seed) || maskOf(seed) ? clicks : []
}

/** The box, corners in order and on the picture; undefined when it has no area there. */
export const boxOf = ({ box }: Seed): Box | undefined => {
  if (!box?.every(Number.isFinite)) return undefined
  const [x0, y0, x1, y1] = [clip(Math.min(box[0], box[2])), clip(Math.min(box[1], box[3])), clip(Math.max(box[0], box[2])), clip(Math.max(box[1], box[3]))]
  return x1 > x0 && y1 > y0 ? [x0, y0, x1, y1] : undefined
}

/** The mask, when it is whole and has anything in it. */
export const maskOf = ({ mask }: Seed): SeedMask | undefined =>
  mask && mask.width > 0 && mask.height > 0 && mask.data.length >= mask.width * mask.height && mask.data.some((value) => value >= 128) ? mask : undefined

/** Where the pixels of a mask are. */
export const boundsOf = ({ width, height, data }: SeedMask): Box | undefined => {
  let [left, top, right, bottom] = [width, height, -1, -1]
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if ((data[i] ?? 0) < 128) continue
      if (x < left) left = x
      if (x > right) right = x
      if (y < top) top = y
      bottom = y
    }
  }
  return right < 0 ? undefined : [left / width, top / height, (right + 1) / width, (bottom + 1) / height]
}

/** Writes `value` wherever a mask is, at another size (nearest); one pixel at the least, however small the mask is. */
export const paintMask = (mask: SeedMask, { width, height }: Size, to: { [i: number]: number }, value: number): void => {
  let painted = false
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * mask.height) / height) * mask.width
    for (let x = 0; x < width; x++, i++) {
      if ((mask.data[row + Math.floor(((x + 0.5) * mask.width) / width)] ?? 0) < 128) continue
      to[i] = value
      painted = true
    }
  }
  if (painted) return
  const first = mask.data.findIndex((each) => each >= 128)
  const [x, y] = [first % mask.width, Math.floor(first / mask.width)]
  to[Math.floor(((y + 0.5) * height) / mask.height) * width + Math.floor(((x + 0.5) * width) / mask.width)] = value
}

/** Cells of the grid on which the middle of a mask is looked for. */
const CELLS = 64

/** The point of a mask that is farthest from its edge: a click that surely means it. */
export const middleOf = (mask: SeedMask): Click => {
  const rim = CELLS + 2
  const depth = new Uint8Array(rim * rim)
  const grid = new Uint8Array(CELLS * CELLS)
  paintMask(mask, { width: CELLS, height: CELLS }, grid, 1)
  // Chessboard distance to the outside, which begins at the picture's edge: down and right, then up and left.
  const near = (...at: readonly number[]) => 1 + Math.min(...at.map((i) => depth[i] ?? 0))
  for (let i = 0; i < grid.length; i++) {
    const at = (Math.floor(i / CELLS) + 1) * rim + (i % CELLS) + 1
    if (grid[i]) depth[at] = near(at - 1, at - rim, at - rim - 1, at - rim + 1)
  }
  let best = 0
  for (let i = grid.length - 1; i >= 0; i--) {
    const at = (Math.floor(i / CELLS) + 1) * rim + (i % CELLS) + 1
    if (!grid[i]) continue
    depth[at] = Math.min(depth[at] ?? 0, near(at + 1, at + rim, at + rim + 1, at + rim - 1))
    if ((depth[at] ?? 0) > (depth[best] ?? 0)) best = at
  }
  return { x: ((best % rim) - 0.5) / CELLS, y: (Math.floor(best / rim) - 0.5) / CELLS, positive: true }
}
