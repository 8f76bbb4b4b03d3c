import { beats, choice, colour, float } from '../../engine/params.js'
import { secondsOf, valueOf } from '../clones/arranging.js'
import { defineEffect } from '../define.js'
import { addWindow } from './window.js'

export const timeDisplace = defineEffect({
  id: 'time-displace',
  label: 'Time Displace',
  about: 'Every spot of the body shows a moment of its own, by liquid blobs, by brightness or by the sound; lines of light part the moments, and the beat pulls them together.',
  shader: 'time-displace.frag',
  reads: ['history', 'subject', 'plate'],
  params: {
    span: beats(1 / 8, 4, 2, 'Farthest moment (beats ago)'),
    by: choice(['liquid', 'sound', 'light'], 'liquid', 'The moment goes by'),
    blob: float(0.1, 2, 0.6, 'Blobs (heights)'),
    rise: float(-2, 2, 0.25, 'Blobs rise (heights a beat)'),
    contrast: float(0, 1, 0.3, 'Contrast'),
    pulse: float(0, 1, 0.4, 'Beats pull together'),
    lines: float(0, 1, 0.7, 'Lines of equal time'),
    tint: colour(0.35, 0.9, 1, 0.4, 'Tint of the past (alpha: how much)'),
  },
  plain: { by: 'liquid' },
  clones: { most: 1, behind: 'source', front: false, arrange: (out, play) => { addWindow(out, play, secondsOf(play, valueOf(play, 'span'))) } },
})
