import { choice, float, int } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const subjectKaleidoscope = defineEffect({
  id: 'subject-kaleidoscope',
  label: 'Subject Kaleidoscope',
  about: 'The subject alone falls into a kaleidoscope and blooms as a mandala of mirrored selves that turns and breathes with the beat.',
  shader: 'subject-kaleidoscope.frag',
  reads: ['mask', 'subject'],
  params: {
    wedges: int(2, 24, 8, 'Mirrored wedges'),
    rings: int(1, 3, 2, 'Rings'),
    zoom: float(0.3, 3, 0.62, 'Size'),
    root: float(-1, 1, -1, 'Middle: feet to head'),
    sway: float(0, 0.25, 0.03, 'Folds open and close (turns)'),
    spin: float(-2, 2, 0.125, 'Turns a bar'),
    pulse: float(0, 1, 0.5, 'Breathes with the beat'),
    hue: float(-0.5, 0.5, 0.12, 'Hue of outer rings (turns)'),
    itself: choice(['front', 'within'], 'front', 'The subject itself'),
  },
})
