import { bool, colour, float } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const threshold = defineEffect({
  id: 'threshold',
  label: 'Threshold',
  about: 'Divides the picture into two colours at a brightness that can jump on the beat.',
  shader: 'threshold.frag',
  reads: [],
  local: true,
  params: {
    level: float(0, 1, 0.35, 'Level'),
    soft: float(0, 0.5, 0.02, 'Softness'),
    dark: colour(0, 0, 0, 1, 'Below (alpha: how much)'),
    bright: colour(1, 1, 1, 1, 'Above (alpha: how much)'),
    flip: bool(false, 'Exchange the colours'),
    pulse: float(-1, 1, 0, 'Level falls or rises on the beat'),
  },
})
