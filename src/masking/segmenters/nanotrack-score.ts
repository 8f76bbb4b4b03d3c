/** Constants of NanoTrack v2 (models/config/configv2.yaml). */
const PENALTY = 0.15
const WINDOW = 0.49
const RATE = 0.385

/** Cells of the score map along each side, and pixels of the search crop from one to the next. */
export const CELLS = 16
const STRIDE = 16

const hann = (i: number) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (CELLS - 1))
const HANN = Float32Array.from({ length: CELLS * CELLS }, (_, k) => hann(Math.floor(k / CELLS)) * hann(k % CELLS))

const change = (ratio: number) => Math.max(ratio, 1 / ratio)
/** Side of the square that holds a box of this size and its surroundings. */
export const surroundings = (width: number, height: number): number => {
  const context = (width + height) / 2
  return Math.sqrt((width + context) * (height + context))
}

export interface Found {
  /** Of the box's middle from the middle of the crop, and its size; picture pixels. */
  readonly dx: number
  readonly dy: number
  readonly width: number
  readonly height: number
  /** Share of this size in the new size of the subject. */
  readonly rate: number
  /** 0 to 1, without what speaks for staying where it was. */
  readonly score: number
}

/**
 * The best box in a search crop. `classes` are logits [2, 16, 16], background and object; `boxes` distances [4, 16, 16] left, top,
 * right, bottom in crop pixels. `width`, `height`: the subject's size in picture pixels; `scale`: crop pixels to one of the picture.
 * `still` is how much the middle of the crop is preferred: 0 while a lost subject is sought.
 */
export const bestBox = (classes: Float32Array, boxes: Float32Array, width: number, height: number, scale: number, still = WINDOW): Found => {
  const cells = CELLS * CELLS
  const size = surroundings(width * scale, height * scale)
  const side = (c: number, k: number) => boxes[c * cells + k] ?? 0
  let best = -Infinity
  let found: Found = { dx: 0, dy: 0, width, height, rate: 0, score: 0 }
  for (let k = 0; k < cells; k++) {
    const score = 1 / (1 + Math.exp((classes[k] ?? 0) - (classes[cells + k] ?? 0)))
    const [left, top, right, bottom] = [side(0, k), side(1, k), side(2, k), side(3, k)]
    const [boxWidth, boxHeight] = [left + right, top + bottom]
    const penalty = Math.exp(-(change(width / height / (boxWidth / boxHeight)) * change(surroundings(boxWidth, boxHeight) / size) - 1) * PENALTY)
    const total = penalty * score * (1 - still) + (HANN[k] ?? 0) * still
    // A box without area has no penalty that is a number, and is never the best.
    if (!(total > best)) continue
    best = total
    found = {
      dx: (((k % CELLS) - CELLS / 2) * STRIDE + (right - left) / 2) / scale,
      dy: ((Math.floor(k / CELLS) - CELLS / 2) * STRIDE + (bottom - top) / 2) / scale,
      width: boxWidth / scale, height: boxHeight / scale, rate: penalty * score * RATE, score,
    }
  }
  return found
}
