import { beats, float, int } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const shadow = defineEffect({
  id: 'shadow',
  label: 'Shadow',
  about: 'Coloured lamps circle the subject with the bar and throw its soft, many-coloured shadows on the world behind.',
  shader: 'shadow.frag',
  reads: ['mask', 'subject', 'sdf'],
  params: {
    lamps: int(1, 6, 3, 'Lamps'),
    far: float(0, 0.6, 0.16, 'How far they fall (heights)'),
    larger: float(0, 1, 0.2, 'Larger than the subject'),
    blur: float(0, 0.2, 0.025, 'Blur (heights)'),
    orbit: beats(1, 64, 8, 'Once round (beats)'),
    kick: float(0, 1, 0.4, 'Leap on the beat'),
    dark: float(0, 1, 0.95, 'Darkness'),
    tone: float(0, 1, 0.9, 'Colour'),
    wall: float(0, 1, 0.5, 'Lamplight on the wall'),
  },
})
