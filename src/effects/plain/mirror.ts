import { beats, choice, float, point } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const mirror = defineEffect({
  id: 'mirror',
  label: 'Mirror',
  about: 'Mirrors one side of the picture onto the other, or a corner onto all four, and can change sides in time.',
  shader: 'mirror.frag',
  reads: [],
  params: {
    side: choice(['left', 'right', 'bottom', 'top', 'corner'], 'left', 'Side that is kept'),
    centre: point(0.5, 0.5, 'Where the mirror stands'),
    angle: float(-0.5, 0.5, 0, 'Angle (turns)'),
    slide: float(-1, 1, 0, 'Slide the picture beneath (widths)'),
    swap: beats(0, 16, 0, 'Change sides every (beats; 0 never)'),
  },
})
