import { choice, float, point } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const rgbSplit = defineEffect({
  id: 'rgb-split',
  label: 'RGB split',
  about: 'Pulls the colours apart along a line or outwards from a point, with a kick on the beat.',
  shader: 'rgb-split.frag',
  reads: [],
  params: {
    amount: float(0, 0.25, 0.02, 'Amount (of the height)'),
    angle: float(-1, 1, 0, 'Angle (turns)'),
    radial: float(0, 1, 0, 'Straight to radial'),
    centre: point(0.5, 0.5, 'Centre'),
    pulse: float(0, 1, 0.5, 'Only on the beat'),
    look: choice(['split', 'spectrum'], 'split', 'Look'),
  },
  plain: { look: 'split' },
})
