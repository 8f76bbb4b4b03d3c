import type { CloneList, ClonePlay } from '../../engine/effect.js'
import { beats, bool, float, int } from '../../engine/params.js'
import { defineEffect } from '../define.js'
import { addSheet, fract, restOf, secondsOf, smooth, TURN, valueOf } from './arranging.js'

const MOST = 16
/** Steps beyond the subject's own size; the others are smaller. */
const BEYOND = 3
const rest = new Float32Array(2)

const arrange = (out: CloneList, play: ClonePlay): void => {
  const { values, moment } = play
  const copies = valueOf(play, 'copies')
  const growth = valueOf(play, 'growth')
  const twist = valueOf(play, 'twist')
  const shift = valueOf(play, 'shift')
  const delay = valueOf(play, 'delay')
  const steps = moment.beat / valueOf(play, 'period')
  const t = fract(steps)
  const whole = Math.floor(steps)
  restOf(play, rest)
  // Copy i is as large when t wraps as copy i + 1 was when it began: the sequence is the same, and nobody sees the seam.
  for (let i = copies - 1; i >= 0; i--) {
    const size = i + t - (copies - BEYOND)
    const scale = growth ** size
    // Which one of the endless row it is: that stays with it as it grows.
    const flip = values.mirror && (i - whole) % 2 !== 0 ? -1 : 1
    const opacity = smooth(0, 1.5, i + t) * smooth(copies, copies - 1, i + t)
    addSheet(out, play, rest, rest[0] ?? 0, (rest[1] ?? 0) + shift * (scale - 1), flip * scale, scale, TURN * twist * size, secondsOf(play, delay * (i + t)), opacity, 0)
  }
}

export const infiniteZoom = defineEffect({
  id: 'infinite-zoom',
  label: 'Infinite Zoom',
  about: 'Dancers without end are born inside the dancer, grow past the frame and make room for the next: a zoom that never arrives.',
  shader: 'clone.frag',
  reads: ['subject', 'history'],
  params: {
    period: beats(1 / 4, 16, 2, 'One step takes (beats)'),
    growth: float(1.1, 3, 1.6, 'Each larger by'),
    copies: int(3, MOST, 9, 'Copies'),
    twist: float(-0.5, 0.5, 0, 'Twist (turns a step)'),
    shift: float(-0.5, 0.5, 0, 'Rise as they grow (heights)'),
    delay: beats(0, 1, 1 / 8, 'Each later by (beats)'),
    mirror: bool(true, 'Every second one mirrored'),
  },
  clones: { most: MOST, behind: 'world', front: false, within: true, arrange },
})
