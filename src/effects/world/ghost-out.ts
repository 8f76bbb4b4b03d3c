import { beats, choice, colour, float } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const ghostOut = defineEffect({
  id: 'ghost-out',
  label: 'Ghost Out',
  about: 'The subject melts into the room behind it and breathes back as a glass ghost on the beat; or the room goes and only the subject stays.',
  shader: 'ghost-out.frag',
  reads: ['mask', 'sdf', 'plate'],
  params: {
    remove: choice(['subject', 'world'], 'subject', 'What vanishes'),
    ghost: float(0, 1, 0.1, 'What always stays of it'),
    breath: float(0, 1, 0.5, 'Comes back on the beat'),
    rate: beats(1 / 2, 16, 1, 'A breath (beats)'),
    bend: float(0, 1, 0.5, 'Bends light like glass'),
    rim: float(0, 1, 0.7, 'Glowing edge'),
    tint: colour(0.45, 0.85, 1, 0.6, 'Tint (alpha: how much)'),
    grow: float(-0.05, 0.05, 0, 'Grow the mask (heights)'),
  },
})
