import { beats, choice, colour, float } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const strobe = defineEffect({
  id: 'strobe',
  label: 'Strobe',
  about: 'Flashes in time, once a beat (2 a second at 120 bpm) and never more than 3 a second unless the limit is raised, up to 10. Flashing light can cause seizures: warn the audience.',
  shader: 'strobe.frag',
  reads: [],
  local: true,
  params: {
    period: beats(1 / 8, 16, 1, 'One flash every (beats)'),
    duty: float(0.02, 0.9, 0.15, 'Lit part of the time'),
    fade: float(0, 1, 0.5, 'Fades out'),
    look: choice(['flash', 'blackout', 'negative'], 'flash', 'Look'),
    tint: colour(1, 1, 1, 0.9, 'Flash (alpha: strength)'),
    limit: float(0.5, 10, 3, 'Most flashes a second'),
  },
})
