import { beats, choice, float, int } from '../../engine/params.js'
import { secondsOf, valueOf } from '../clones/arranging.js'
import { defineEffect } from '../define.js'
import { addWindow } from './window.js'

export const slitScan = defineEffect({
  id: 'slit-scan',
  label: 'Slit Scan',
  about: 'The body sways like jelly in time: waves of the past run up through it, and every beat pulls it together.',
  shader: 'slit-scan.frag',
  reads: ['history', 'subject', 'plate'],
  params: {
    span: beats(1 / 8, 4, 1.5, 'Latest part lags (beats)'),
    along: choice(['up', 'down', 'across', 'rings'], 'up', 'Later going'),
    waves: float(0.25, 8, 3, 'Waves over the body'),
    travel: float(-4, 4, 0.25, 'Waves travel (a beat)'),
    slices: int(0, 64, 0, 'Slices (0 is smooth)'),
    pulse: float(0, 1, 0.4, 'Beats pull together'),
    tint: float(0, 1, 0.4, 'Colour by age'),
    ghost: float(0, 1, 0, 'Live subject shines through'),
  },
  plain: { along: 'up', slices: 0 },
  clones: { most: 1, behind: 'source', front: false, arrange: (out, play) => { addWindow(out, play, secondsOf(play, valueOf(play, 'span'))) } },
})
