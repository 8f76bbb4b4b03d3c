import type { CloneList, ClonePlay } from '../../engine/effect.js'

/** Looks into the past: between two of them the subject stays within the room around it. */
const LOOKS = 16
const ROOM = 0.03
const crop = new Float32Array(4)
const region = new Float32Array(4)

/**
 * Adds one piece of the picture where it is: what holds the subject wherever it was in the last `seconds`. Effects that mix moments draw
 * only there, and not the whole picture; `uv` in their shader is the place in the picture, and what they leave transparent stays as it is.
 */
export const addWindow = (out: CloneList, play: ClonePlay, seconds: number): void => {
  for (let k = 0; k < LOOKS; k++) {
    play.cropAt((seconds * k) / (LOOKS - 1), crop)
    for (let i = 0; i < 4; i++) {
      const edge = crop[i] ?? 0
      region[i] = k === 0 ? edge : i < 2 ? Math.min(region[i] ?? 0, edge) : Math.max(region[i] ?? 0, edge)
    }
  }
  const left = Math.max(0, (region[0] ?? 0) - ROOM)
  const bottom = Math.max(0, (region[1] ?? 0) - ROOM)
  const right = Math.min(play.aspect, (region[2] ?? 0) + ROOM)
  const top = Math.min(1, (region[3] ?? 0) + ROOM)
  play.cropAt(0, crop)
  const [x0 = 0, y0 = 0, x1 = 1, y1 = 1] = crop
  const width = Math.max(x1 - x0, 1e-4)
  const height = Math.max(y1 - y0, 1e-4)
  out.addPiece((left + right) / 2, (bottom + top) / 2, 1, 1, 0, 0, 1, 0, (left - x0) / width, (bottom - y0) / height, (right - x0) / width, (top - y0) / height)
}
