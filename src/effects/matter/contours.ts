import { beats, colour, float } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const contours = defineEffect({
  id: 'contours',
  label: 'Contours',
  about: 'A neon outline hugs the subject, and rings of light in every colour radiate from it with the beat.',
  shader: 'contours.frag',
  reads: ['sdf'],
  params: {
    gap: float(0.02, 0.3, 0.075, 'Between rings (heights)'),
    rate: beats(1 / 4, 8, 1, 'A new ring every (beats)'),
    reach: float(0.05, 1.5, 0.6, 'Rings reach (heights)'),
    line: float(0.001, 0.03, 0.005, 'Line (heights)'),
    glow: float(0, 1, 0.55, 'Glow'),
    tint: colour(1, 0.15, 0.6, 1, 'Outline'),
    hue: float(-0.5, 0.5, 0.11, 'Hue from ring to ring (turns)'),
    within: float(0, 1, 0, 'Rings within'),
    dim: float(0, 1, 0.65, 'Dims the world'),
  },
})
