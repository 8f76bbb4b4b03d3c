import { choice, float } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const blur = defineEffect({
  id: 'blur',
  label: 'Blur',
  about: 'Softens the picture all round or along a line, with bright parts that bloom and a kick on the beat.',
  shader: 'blur.frag',
  reads: ['blurred'],
  softens: true,
  settles: true,
  params: {
    radius: float(0, 0.15, 0.03, 'Radius (of the height)'),
    look: choice(['round', 'line'], 'round', 'Look'),
    angle: float(-1, 1, 0, 'Angle of the line (turns)'),
    bloom: float(0, 1, 0.3, 'Bright parts win'),
    pulse: float(0, 1, 0, 'Only on the beat'),
  },
  plain: { look: 'round', pulse: 0, radius: { from: 0.01 } },
})
