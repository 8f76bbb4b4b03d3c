import type { Picture } from '../engine/types.js'

/** A clip that jumps by more than this, seconds, shows something else. */
const JUMP_SECONDS = 0.5

/** Watches one source's pictures for jumps: whether this one is not what follows the one before. The first is none. */
export const createJumps = (): ((picture: Pick<Picture, 'mediaTime'>) => boolean) => {
  let last = Number.NaN
  return ({ mediaTime }) => {
    const jumped = Math.abs(mediaTime - last) > JUMP_SECONDS
    last = mediaTime
    return jumped
  }
}
