import type { Seed, Size } from '../types.js'
import { paintMask } from './seeding.js'

/** A drawn mask at the tracker's size, 0..1: the mean over the pixels that fall into each. */
export const shrinkMask = (mask: NonNullable<Seed['mask']>, size: Size, to: Float32Array): void => {
  const { width, height } = size
  if (mask.width < width || mask.height < height) {
    paintMask(mask, size, to.fill(0), 1)
    return
  }
  let any = false
  for (let y = 0, i = 0; y < height; y++) {
    const [top, bottom] = [Math.floor((y * mask.height) / height), Math.floor(((y + 1) * mask.height) / height)]
    for (let x = 0; x < width; x++, i++) {
      const [left, right] = [Math.floor((x * mask.width) / width), Math.floor(((x + 1) * mask.width) / width)]
      let sum = 0
      for (let row = top; row < bottom; row++) for (let at = row * mask.width + left; at < row * mask.width + right; at++) sum += mask.data[at] as number
      to[i] = sum / ((bottom - top) * (right - left)) / 255
      any ||= (to[i] as number) > 0.5
    }
  }
  // Smaller than a pixel, it is one all the same.
  if (!any) paintMask(mask, size, to.fill(0), 1)
}

/**
 * Shares pixels out among subjects that overlap: chances become odds against each other and the world (soft aggregation, Oh et
 * al., ICCV 2019, equation 5). Whether anything changed.
 */
export const shareOut = (masks: readonly Float32Array[]): boolean => {
  const [one] = masks
  if (!one || masks.length < 2) return false
  let changed = false
  for (let i = 0; i < one.length; i++) {
    let contested = 0
    for (const mask of masks) if ((mask[i] as number) > 0.1) contested++
    if (contested < 2) continue
    changed = true
    let sum = 1
    for (const mask of masks) sum += oddsOf(mask[i] as number)
    for (const mask of masks) mask[i] = oddsOf(mask[i] as number) / sum
  }
  return changed
}
const oddsOf = (chance: number) => chance / Math.max(1e-3, 1 - chance)
