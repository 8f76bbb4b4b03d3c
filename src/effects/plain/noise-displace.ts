import { choice, float, int } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const noiseDisplace = defineEffect({
  id: 'noise-displace',
  label: 'Noise displace',
  about: 'Pushes the picture about with drifting noise: heat, water, smoke or torn lines, harder on the beat.',
  shader: 'noise-displace.frag',
  reads: [],
  params: {
    amount: float(0, 0.4, 0.05, 'Amount (of the height)'),
    scale: float(0.5, 40, 4, 'Waves over the height'),
    detail: int(1, 3, 2, 'Detail'),
    speed: float(0, 4, 0.5, 'Change (times a beat)'),
    look: choice(['melt', 'swirl', 'sideways', 'lift'], 'melt', 'Look'),
    pulse: float(0, 1, 0.3, 'Only on the beat'),
  },
  plain: { look: 'melt', detail: [1, 2, 3] },
})
