import { choice, float } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const invert = defineEffect({
  id: 'invert',
  label: 'Invert',
  about: 'Turns the picture into its negative, turns only light and dark over, or solarises it; steady or as a kick on the beat.',
  shader: 'invert.frag',
  reads: [],
  local: true,
  params: {
    look: choice(['negative', 'brightness', 'solarise'], 'negative', 'Look'),
    amount: float(0, 1, 1, 'Amount'),
    above: float(0, 0.95, 0.5, 'Solarise from'),
    pulse: float(0, 1, 0, 'Only on the beat'),
  },
})
