import { float } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const sharpen = defineEffect({
  id: 'sharpen',
  label: 'Sharpen',
  about: 'Brings out detail, from a crisp picture to hard halos.',
  shader: 'sharpen.frag',
  reads: [],
  params: {
    amount: float(0, 6, 2.5, 'Amount'),
    radius: float(0.5, 16, 3, 'Radius (1080ths of the height)'),
    halo: float(0, 1, 0.5, 'Halos'),
    spare: float(0, 0.2, 0.01, 'Leave alone what is fainter'),
    pulse: float(0, 1, 0, 'Only on the beat'),
  },
})
