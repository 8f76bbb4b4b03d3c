import { float, int, point } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const kaleidoscope = defineEffect({
  id: 'kaleidoscope',
  label: 'Kaleidoscope',
  about: 'Folds a wedge of the picture into a mirrored rosette that turns with the bar.',
  shader: 'kaleidoscope.frag',
  reads: [],
  params: {
    segments: int(2, 32, 8, 'Segments'),
    angle: float(-1, 1, 0, 'Angle (turns)'),
    spin: float(-4, 4, 0.25, 'Spin (turns a bar)'),
    zoom: float(0.25, 4, 1, 'Zoom'),
    centre: point(0.5, 0.5, 'Centre'),
    twist: float(-2, 2, 0, 'Twist (turns across the picture)'),
    pulse: float(0, 1, 0, 'Zoom on the beat'),
  },
})
