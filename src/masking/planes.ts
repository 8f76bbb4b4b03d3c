import { MOST_SUBJECTS, type MaskPlanes, type Size } from './types.js'

/** Views of `MOST_SUBJECTS` planes in one piece of memory. */
export const planesOver = ({ width, height }: Size, data: Uint8Array, confidence = new Float32Array(MOST_SUBJECTS)): MaskPlanes => {
  const size = width * height
  const planes = Array.from({ length: MOST_SUBJECTS }, (_, i) => data.subarray(i * size, (i + 1) * size))
  return {
    width,
    height,
    confidence,
    plane(i) {
      const found = planes[i]
      if (!found) throw new RangeError(`there is no subject ${i}: subjects are 0 to ${MOST_SUBJECTS - 1}`)
      return found
    },
  }
}

export const planesBytes = ({ width, height }: Size): number => MOST_SUBJECTS * width * height
