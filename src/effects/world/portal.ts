import { beats, choice, colour, float } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const portal = defineEffect({
  id: 'portal',
  label: 'Portal',
  about: 'The subject is a glowing hole in the picture: through it turns the world, a moment of the past, or the layer below.',
  shader: 'portal.frag',
  reads: ['mask', 'history', 'subject', 'sdf', 'plate'],
  params: {
    view: choice(['world', 'past', 'below'], 'world', 'Behind it'),
    zoom: float(0.1, 4, 0.5, 'Zoom'),
    spin: float(-2, 2, 0.25, 'Spin (turns a bar)'),
    ago: beats(1 / 8, 4, 1, 'Past (beats ago)'),
    rim: float(0, 0.2, 0.05, 'Rim (heights)'),
    light: colour(0.35, 0.75, 1, 1, 'Colour of the rim'),
    pulse: float(0, 1, 0.7, 'Pulses with the beat'),
    depth: float(0, 1, 0.6, 'Depth'),
    hue: float(-0.5, 0.5, 0.4, 'Hue behind (turns)'),
  },
  plain: { view: 'world' },
})
