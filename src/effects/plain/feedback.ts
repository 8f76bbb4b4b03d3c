import { choice, float, point } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const feedback = defineEffect({
  id: 'feedback',
  label: 'Feedback',
  about: 'Feeds the last picture back in, a little larger, turned and recoloured: tunnels, trails and halos.',
  shader: 'feedback.frag',
  reads: ['mask', 'previous'],
  local: true,
  params: {
    zoom: float(0.25, 4, 1.3, 'Zoom (a beat)'),
    rotate: float(-2, 2, 0.25, 'Rotate (turns a bar)'),
    shiftx: float(-2, 2, 0, 'Shift right (heights a beat)'),
    shifty: float(-2, 2, 0, 'Shift up (heights a beat)'),
    hue: float(-2, 2, 0.5, 'Hue drift (turns a bar)'),
    decay: float(0, 1, 0.45, 'What is left after a beat'),
    blend: choice(['lighten', 'mix', 'difference', 'behind'], 'lighten', 'Blend'),
    centre: point(0.5, 0.5, 'Centre'),
  },
  plain: { blend: ['lighten', 'mix'] },
})
