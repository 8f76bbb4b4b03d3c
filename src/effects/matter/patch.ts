import type { CloneList, ClonePlay } from '../../engine/effect.js'

const crop = new Float32Array(4)

/**
 * The subject where it is, as one copy, with so much room around it, picture heights. Effects that change nothing farther away
 * are drawn as such a patch over the picture: they cost what the subject covers, and not what the picture does.
 */
export const addPatch = (out: CloneList, { cropAt }: ClonePlay, left: number, bottom: number, right: number, top: number): void => {
  cropAt(0, crop)
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = crop
  const width = Math.max(x1 - x0, 1e-3)
  const height = Math.max(y1 - y0, 1e-3)
  out.addPiece((x0 - left + x0 + width + right) / 2, (y0 - bottom + y0 + height + top) / 2, 1, 1, 0, 0, 1, 0, -left / width, -bottom / height, 1 + right / width, 1 + top / height)
}
