import { beats, choice, colour, float } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const trails = defineEffect({
  id: 'trails',
  label: 'Trails',
  about: 'What moves leaves a trail of light, of shade or of itself, that fades in time and can drift away.',
  shader: 'trails.frag',
  reads: ['previous'],
  local: true,
  params: {
    fade: beats(1 / 8, 16, 3, 'Faded after (beats)'),
    look: choice(['light', 'shade', 'smear'], 'light', 'Look'),
    above: float(0, 0.95, 0.25, 'Only what is brighter'),
    tint: colour(0.4, 0.6, 1, 0.35, 'Tint of a beat (alpha: how much)'),
    driftx: float(-1, 1, 0, 'Drift right (heights a beat)'),
    drifty: float(-1, 1, 0, 'Drift up (heights a beat)'),
  },
  plain: { look: 'light', driftx: 0, drifty: 0 },
})
