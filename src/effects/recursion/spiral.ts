import { beats, float, int } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const spiral = defineEffect({
  id: 'spiral',
  label: 'Spiral',
  about: 'The subject wound into an endless conformal spiral of itself that pours out of it in time with the bar.',
  shader: 'spiral.frag',
  reads: ['mask', 'history', 'subject'],
  params: {
    around: int(3, 24, 9, 'Copies around'),
    arms: int(-6, 6, 2, 'Spiral arms'),
    rate: float(-4, 4, 1, 'Zoom (copies a bar)'),
    spin: float(-1, 1, 0.125, 'Spin (turns a bar)'),
    snap: float(0, 1, 0.6, 'Moves on the beat'),
    lag: beats(0, 1 / 4, 1 / 16, 'Later a row (beats)'),
    hue: float(-0.5, 0.5, 0.08, 'Hue a row (turns)'),
    room: float(0.6, 2, 1, 'Room between copies'),
    backdrop: float(0, 1, 0.55, 'Backdrop'),
  },
})
