import type { CloneList, ClonePlay } from '../../engine/effect.js'
import { beats, colour, float, int } from '../../engine/params.js'
import { defineEffect } from '../define.js'

const crop = new Float32Array(4)
/** Tells the shader that a piece is the dark over the backdrop, and no copy. */
const DARK = -1

const arrange = (out: CloneList, { values, moment, aspect, cropAt }: ClonePlay): void => {
  const { copies, spacing, decay, zoom, drift, backdrop } = values
  if (Number(backdrop) < 1) {
    // The piece that covers the whole picture, counted in crops.
    cropAt(0, crop)
    const [x0 = 0, y0 = 0, x1 = aspect, y1 = 1] = crop
    out.addPiece(aspect / 2, 0.5, 1, 1, 0, 0, 1, DARK, -x0 / (x1 - x0), -y0 / (y1 - y0), (aspect - x0) / (x1 - x0), (1 - y0) / (y1 - y0))
  }
  const stepSeconds = (Number(spacing) * 60) / moment.bpm
  for (let k = Number(copies); k >= 1; k--) {
    // Each copy is the one before it, zoomed about the middle of the picture and moved: a geometric series.
    const scale = Number(zoom) ** k
    const shift = Number(drift) * (scale === 1 ? k : (scale - 1) / (Number(zoom) - 1))
    cropAt(k * stepSeconds, crop)
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = crop
    const x = aspect / 2 + scale * ((x0 + x1 - aspect) / 2) + shift
    const y = 0.5 + scale * ((y0 + y1 - 1) / 2)
    out.addPiece(x, y, scale, scale, 0, k * stepSeconds, Number(decay) ** (k - 1), k, 0, 0, 1, 1)
  }
}

export const echo = defineEffect({
  id: 'echo',
  label: 'Echo',
  about: 'Multiplies the subject into copies of its own past, each a step further back in time, as Norman McLaren did in Pas de deux.',
  shader: 'echo.frag',
  reads: ['history'],
  params: {
    copies: int(1, 16, 11, 'Copies'),
    spacing: beats(1 / 32, 1, 1 / 16, 'Spacing (beats)'),
    decay: float(0, 1, 0.85, 'What each copy keeps'),
    hue: float(-1, 1, 0, 'Hue over all copies (turns)'),
    tint: colour(0.1, 0.5, 1, 0, 'Tint'),
    zoom: float(0.8, 1.25, 1, 'Zoom a copy'),
    drift: float(-0.2, 0.2, 0, 'Drift a copy'),
    backdrop: float(0, 1, 1, 'Backdrop'),
  },
  clones: { most: 17, behind: 'source', front: true, arrange },
})
