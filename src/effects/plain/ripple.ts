import { float, point } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const ripple = defineEffect({
  id: 'ripple',
  label: 'Ripple',
  about: 'Waves run out from a point like those on water, steadily or as one drop on every beat.',
  shader: 'ripple.frag',
  reads: [],
  params: {
    amount: float(0, 0.1, 0.015, 'Height of the waves (of the height)'),
    waves: float(1, 40, 8, 'Waves over the height'),
    speed: float(-4, 4, 1, 'Waves a beat'),
    drop: float(0, 1, 0.5, 'One drop a beat'),
    shine: float(0, 1, 0.4, 'Light on the waves'),
    centre: point(0.5, 0.5, 'Centre'),
  },
})
