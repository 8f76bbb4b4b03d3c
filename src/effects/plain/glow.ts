import { colour, float } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const glow = defineEffect({
  id: 'glow',
  label: 'Glow',
  about: 'Light spills out of the bright parts, breathing with the beat.',
  shader: 'glow.frag',
  reads: ['blurred'],
  softens: true,
  settles: true,
  params: {
    amount: float(0, 4, 1.3, 'Amount'),
    radius: float(0, 0.25, 0.11, 'Radius (of the height)'),
    above: float(0, 0.95, 0.3, 'Bright from'),
    tint: colour(1, 0.75, 0.5, 0.4, 'Tint (alpha: how much)'),
    pulse: float(0, 1, 0.5, 'On the beat'),
  },
})
