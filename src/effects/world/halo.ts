import { float } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const halo = defineEffect({
  id: 'halo',
  label: 'Halo',
  about: 'The world streams away from the subject in rings of its own colours, pushed by every beat, while the subject stays crisp.',
  shader: 'halo.frag',
  reads: ['mask', 'previous', 'subject'],
  remembers: true,
  params: {
    zoom: float(0.25, 6, 2.4, 'Zoom (a beat)'),
    kick: float(0, 1, 0.8, 'Pushed by the beat'),
    rotate: float(-2, 2, 0.1, 'Rotate (turns a bar)'),
    rise: float(-1, 1, 0, 'Rise (heights a beat)'),
    hue: float(-4, 4, 0.8, 'Hue drift (turns a bar)'),
    decay: float(0, 0.95, 0.5, 'What is left after a beat'),
    shed: float(0, 1, 1, 'The subject feeds it'),
    world: float(0, 1, 0.1, 'The world feeds it'),
    dim: float(0, 1, 0.45, 'The world dims'),
  },
})
