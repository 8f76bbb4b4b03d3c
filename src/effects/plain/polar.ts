import { choice, float, int, point } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const polar = defineEffect({
  id: 'polar',
  label: 'Polar',
  about: 'Bends the picture into a disc, flies through it as a tunnel, or unrolls it around a point.',
  shader: 'polar.frag',
  reads: [],
  params: {
    look: choice(['disc', 'tunnel', 'unroll'], 'tunnel', 'Look'),
    repeats: int(1, 8, 2, 'Times around'),
    depth: float(0.1, 4, 1, 'Depth'),
    spin: float(-2, 2, 0.25, 'Spin (turns a bar)'),
    travel: float(-4, 4, 1, 'Travel (pictures a bar)'),
    twist: float(-2, 2, 0, 'Twist (turns)'),
    centre: point(0.5, 0.5, 'Centre'),
  },
  plain: { look: 'tunnel' },
})
