import { bool, choice, float } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const pixelate = defineEffect({
  id: 'pixelate',
  label: 'Pixelate',
  about: 'Rebuilds the picture from squares, hexagons or dots.',
  shader: 'pixelate.frag',
  reads: [],
  params: {
    size: float(0.004, 0.5, 0.035, 'Size (of the height)'),
    shape: choice(['square', 'hex', 'dot'], 'square', 'Shape'),
    regular: bool(true, 'Keep cells regular'),
    gap: float(0, 0.9, 0, 'Gap'),
    ink: float(0, 1, 0, 'Bright cells larger'),
    pulse: float(0, 1, 0, 'Size on the beat'),
  },
  plain: { shape: 'square', gap: 0, ink: 0 },
})
