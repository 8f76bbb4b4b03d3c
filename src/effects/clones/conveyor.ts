import type { CloneList, ClonePlay } from '../../engine/effect.js'
import { beats, bool, float, int } from '../../engine/params.js'
import { defineEffect } from '../define.js'
import { addSheet, fract, restOf, secondsOf, smooth, valueOf } from './arranging.js'

const ROWS = 8
const MOST = 640
const rest = new Float32Array(2)

const arrange = (out: CloneList, play: ClonePlay): void => {
  const { values, moment, aspect } = play
  const rows = valueOf(play, 'rows')
  const gap = valueOf(play, 'gap')
  const hold = valueOf(play, 'hold')
  const delay = valueOf(play, 'delay')
  const scale = valueOf(play, 'scale') / rows
  const steps = moment.beat / valueOf(play, 'period')
  // The belt stands still for `hold` of every step, and goes on after it, so that it arrives on the beat.
  const moved = hold < 1 ? smooth(hold, 1, fract(steps)) * hold + (1 - hold) * fract(steps) : 0
  const cell = gap / rows
  const across = Math.ceil(aspect / cell) + 2
  restOf(play, rest)
  for (let row = 0; row < rows; row++) {
    // Row 0 is the topmost and lies behind those below it.
    const y = 1 - (row + 0.5) / rows
    const back = values.weave && row % 2 === 1
    const flip = back ? -1 : 1
    // The whole belt moves one cell, and then looks as it did: it never needs to jump back.
    const start = aspect / 2 + flip * cell * (moved - Math.floor(across / 2) + (row % 2) / 2)
    for (let i = 0; i <= across; i++) addSheet(out, play, rest, start + flip * cell * i, y, flip * scale, scale, 0, secondsOf(play, delay * row), 1, row)
  }
}

export const conveyor = defineEffect({
  id: 'conveyor',
  label: 'Conveyor',
  about: 'Endless belts of dancers roll across the picture, every second one the other way, and each row dances a moment after the one above.',
  shader: 'clone.frag',
  reads: ['subject', 'history'],
  params: {
    rows: int(1, ROWS, 3, 'Rows'),
    gap: float(0.3, 2, 0.6, 'Between neighbours (rows)'),
    scale: float(0.2, 3, 1.5, 'Size'),
    period: beats(1 / 4, 16, 1, 'One place further in (beats)'),
    hold: float(0, 1, 0.35, 'Stops on the beat'),
    delay: beats(0, 1, 1 / 4, 'Each row later by (beats)'),
    weave: bool(true, 'Every second row runs back'),
  },
  clones: { most: MOST, behind: 'world', front: false, within: true, arrange },
})
