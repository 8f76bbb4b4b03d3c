import { DoppelError } from '../engine/error.js'

/** Largest side and largest area of a clip, in pixels: what a GPU texture takes and a machine can hold three of. */
export const MAX_SIDE = 16384
export const MAX_PIXELS = 8192 * 8192

/** Throws a {@link DoppelError} for a picture too large to show. */
export const refuseSize = (path: string, width: number, height: number): void => {
  if (width <= MAX_SIDE && height <= MAX_SIDE && width * height <= MAX_PIXELS) return
  throw new DoppelError(
    `${path} is ${width} x ${height} pixels, which is too large: at most ${MAX_SIDE} a side and ${MAX_PIXELS} in all`,
    'make it smaller first; no projector shows that many',
  )
}
