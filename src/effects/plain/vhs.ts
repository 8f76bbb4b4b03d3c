import { float, int } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const vhs = defineEffect({
  id: 'vhs',
  label: 'VHS',
  about: 'A worn tape on an old screen: scan lines, bleeding colour, wobbling lines, and tracking that slips on the beat.',
  shader: 'vhs.frag',
  reads: [],
  params: {
    lines: int(60, 540, 240, 'Scan lines'),
    dark: float(0, 1, 0.35, 'Dark between the lines'),
    bleed: float(0, 0.1, 0.03, 'Colour bleeds (of the height)'),
    wobble: float(0, 1, 0.4, 'Lines wobble'),
    tracking: float(0, 1, 0.6, 'Tracking slips on the beat'),
    snow: float(0, 1, 0.2, 'Snow'),
    fade: float(0, 1, 0.25, 'Worn colours'),
  },
})
