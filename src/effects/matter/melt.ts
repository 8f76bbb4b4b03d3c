import { beats, float, int } from '../../engine/params.js'
import { defineEffect } from '../define.js'

export const melt = defineEffect({
  id: 'melt',
  label: 'Melt',
  about: 'The subject melts: its colours run down over it and off it in glossy drips, a surge with every beat, and are drawn back up before the next bar.',
  shader: 'melt.frag',
  reads: ['mask', 'previous', 'blurred'],
  softens: true,
  settles: true,
  remembers: true,
  params: {
    cycle: beats(1, 16, 4, 'Melts and re-forms in (beats)'),
    fall: float(0.05, 1.5, 0.6, 'Longest drip (heights)'),
    drips: int(4, 80, 36, 'Drips (a height)'),
    cover: float(0, 1, 0.6, 'Runs over the subject'),
    surge: float(0, 1, 0.8, 'Surges on the beat'),
    retract: float(0.05, 0.6, 0.25, 'Re-forms in the last (share)'),
    gloss: float(0, 1, 0.6, 'Gloss'),
  },
})
