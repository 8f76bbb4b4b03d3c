import { beats, float, trigger } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const freezeTrail = defineEffect({
  id: 'freeze-trail',
  label: 'Freeze Trail',
  about: 'On every beat the dancer leaves a frozen self behind, which moves on step by step and fades: a procession of moments.',
  shader: 'freeze-trail.frag',
  reads: ['mask', 'previous'],
  remembers: true,
  params: {
    every: beats(1 / 4, 16, 1, 'Freezes every (beats)'),
    keep: float(0, 1, 0.8, 'What is left after a beat'),
    shiftx: float(-1, 1, -0.3, 'Moves on, right (heights a freeze)'),
    shifty: float(-1, 1, 0, 'Moves on, up (heights a freeze)'),
    tint: float(0, 1, 0.6, 'Coloured'),
    hue: float(-1, 1, 0.15, 'Hue (turns a freeze)'),
    dim: float(0, 1, 0.3, 'The world dims'),
    freeze: trigger('Freeze now'),
  },
})
