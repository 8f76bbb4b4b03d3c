import { choice, float, int } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const posterise = defineEffect({
  id: 'posterise',
  label: 'Posterise',
  about: 'Leaves only a few steps of colour or of brightness, plain or with a printed dither.',
  shader: 'posterise.frag',
  reads: [],
  local: true,
  params: {
    levels: int(2, 24, 4, 'Steps'),
    look: choice(['colour', 'brightness'], 'colour', 'Steps of'),
    gamma: float(0.3, 3, 0.7, 'Finer in the dark or the bright'),
    dither: float(0, 1, 0, 'Dither'),
    saturation: float(0, 3, 1.3, 'Saturation'),
  },
  plain: { look: 'colour', dither: 0 },
})
