import { float } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const colour = defineEffect({
  id: 'colour',
  label: 'Colour',
  about: 'Grades the picture: brightness, contrast, saturation, hue, gamma, warmth and inversion. Untouched at its defaults.',
  shader: 'colour.frag',
  reads: [],
  local: true,
  params: {
    brightness: float(-1, 1, 0, 'Brightness'),
    contrast: float(-1, 1, 0, 'Contrast'),
    saturation: float(0, 3, 1, 'Saturation'),
    hue: float(-0.5, 0.5, 0, 'Hue (turns)'),
    gamma: float(0.2, 5, 1, 'Gamma'),
    temperature: float(-1, 1, 0, 'Cool to warm'),
    invert: float(0, 1, 0, 'Invert'),
  },
  plain: { hue: 0, gamma: 1 },
})
