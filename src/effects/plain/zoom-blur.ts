import { choice, float, point } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const zoomBlur = defineEffect({
  id: 'zoom-blur',
  label: 'Zoom blur',
  about: 'Streaks the picture towards a point or around it, as a kick on the beat.',
  shader: 'zoom-blur.frag',
  reads: ['blurred'],
  softens: true,
  params: {
    amount: float(0, 1, 0.25, 'Streaks (of the way to the centre)'),
    spin: float(-0.25, 0.25, 0, 'Around the centre (turns)'),
    look: choice(['inwards', 'outwards', 'both'], 'inwards', 'Look'),
    bloom: float(0, 1, 0.4, 'Bright parts win'),
    pulse: float(0, 1, 0.5, 'Only on the beat'),
    centre: point(0.5, 0.5, 'Centre'),
  },
})
