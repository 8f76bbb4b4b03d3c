import type { Size } from '../types.js'

/** Colours are told apart in so many steps of each channel; the same arithmetic as `training/doppel_training/colour.py`. */
const BINS = 16
const ALL = BINS ** 3
/** What a colour nobody has seen is worth on both sides. */
const FLOOR = 2e-5

/** The colours of a picture at half its size: bin of each pixel. */
export const createColourBins = ({ width, height }: Size) => {
  const [w, h] = [width >> 1, height >> 1]
  const bins = new Uint16Array(w * h)
  return {
    bins,
    /** From RGBA bytes of the full size. */
    fill(data: Uint8Array) {
      const row = 4 * width
      for (let y = 0, i = 0; y < h; y++) {
        for (let x = 0, at = 2 * y * row; x < w; x++, i++, at += 8) {
          // The mean of four pixels, in steps of 16: a shift by two and four.
          const r = ((data[at] as number) + (data[at + 4] as number) + (data[at + row] as number) + (data[at + row + 4] as number)) >> 6
          const g = ((data[at + 1] as number) + (data[at + 5] as number) + (data[at + row + 1] as number) + (data[at + row + 5] as number)) >> 6
          const b = ((data[at + 2] as number) + (data[at + 6] as number) + (data[at + row + 2] as number) + (data[at + row + 6] as number)) >> 6
          bins[i] = (r << 8) | (g << 4) | b
        }
      }
    },
  }
}

/** Shares of colours outside of a subject and inside. */
export interface ColourModel {
  /** Learns from a mask 0..1 at half the picture's size. `share`: how much it says against what was known; 1 begins anew. */
  learn(bins: Uint16Array, mask: Float32Array, share: number): void
  /** Of each pixel the chance of the subject by its colour, 0 to 1, both sides being as likely beforehand. */
  judge(bins: Uint16Array, to: Float32Array): void
  copy(from: ColourModel): void
  readonly shares: readonly [outside: Float32Array, inside: Float32Array]
}

/** Neighbouring colours count too: 1 2 1 along one channel, `step` apart; `lane` has room for one line. */
const blurAlong = (hist: Float32Array, step: number, lane: Float32Array) => {
  for (let start = 0; start < ALL; start++) {
    if (Math.floor(start / step) % BINS !== 0) continue
    for (let k = 0; k < BINS; k++) lane[k] = hist[start + k * step] as number
    for (let k = 0; k < BINS; k++) hist[start + k * step] = 0.5 * (lane[k] as number) + 0.25 * ((k > 0 ? lane[k - 1] as number : 0) + (k < BINS - 1 ? lane[k + 1] as number : 0))
  }
}

export const createColourModel = (): ColourModel => {
  const shares = [new Float32Array(ALL), new Float32Array(ALL)] as const
  const fresh = [new Float32Array(ALL), new Float32Array(ALL)] as const
  const chances = new Float32Array(ALL)
  const lane = new Float32Array(BINS)
  const reckon = () => {
    for (let i = 0; i < ALL; i++) {
      const inside = (shares[1][i] as number) + FLOOR
      chances[i] = inside / (inside + (shares[0][i] as number) + FLOOR)
    }
  }
  return {
    shares,
    learn(bins, mask, share) {
      const [out, into] = fresh
      out.fill(0)
      into.fill(0)
      let sum = 0
      for (let i = 0; i < bins.length; i++) {
        const [bin, part] = [bins[i] as number, mask[i] as number]
        into[bin] = (into[bin] as number) + part
        out[bin] = (out[bin] as number) + 1 - part
        sum += part
      }
      const totals = [Math.max(1, bins.length - sum), Math.max(1, sum)] as const
      for (const side of [0, 1] as const) {
        for (let step = 1; step < ALL; step *= BINS) blurAlong(fresh[side], step, lane)
        const [known, seen, scale] = [shares[side], fresh[side], share / totals[side]]
        for (let i = 0; i < ALL; i++) known[i] = (1 - share) * (known[i] as number) + scale * (seen[i] as number)
      }
      reckon()
    },
    judge(bins, to) { for (let i = 0; i < bins.length; i++) to[i] = chances[bins[i] as number] as number },
    copy(from) {
      shares[0].set(from.shares[0])
      shares[1].set(from.shares[1])
      reckon()
    },
  }
}

/** Halves a plane [2h, 2w] by the mean of four. */
export const halve = (from: Float32Array, { width, height }: Size, to: Float32Array): void => {
  for (let y = 0, i = 0; y < height >> 1; y++) {
    for (let x = 0, at = 2 * y * width; x < width >> 1; x++, i++, at += 2) {
      to[i] = ((from[at] as number) + (from[at + 1] as number) + (from[at + width] as number) + (from[at + width + 1] as number)) / 4
    }
  }
}
