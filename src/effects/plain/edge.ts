import { choice, colour, float } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const edge = defineEffect({
  id: 'edge',
  label: 'Edge',
  about: 'Draws the edges of the picture as lines of light: in one colour, in its own, or coloured by their direction.',
  shader: 'edge.frag',
  reads: [],
  params: {
    width: float(0.5, 12, 1.5, 'Width (1080ths of the height)'),
    gain: float(0, 12, 3, 'Strength'),
    above: float(0, 1, 0.1, 'Leave out what is fainter'),
    look: choice(['line', 'picture', 'direction'], 'line', 'Colour of'),
    tint: colour(0.3, 0.95, 1, 1, 'Line'),
    ground: float(0, 1, 0.12, 'Picture behind'),
    pulse: float(0, 1, 0.3, 'On the beat'),
  },
  plain: { look: 'line' },
})
