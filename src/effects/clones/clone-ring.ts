import type { CloneList, ClonePlay } from '../../engine/effect.js'
import { beats, bool, choice, float, int } from '../../engine/params.js'
import { defineEffect } from '../define.js'
import { addSheet, fract, kick, restOf, secondsOf, TURN, valueOf } from './arranging.js'

const MOST = 24
const rest = new Float32Array(2)

/** How many there are: all of them, or a quarter more with every beat of the bar. */
const countNow = (play: ClonePlay): number => {
  const copies = valueOf(play, 'copies')
  return play.values.build ? Math.ceil((copies * (Math.floor(4 * fract(play.moment.beat / 4)) + 1)) / 4) : copies
}

/** The turn of a copy that stands at `angle` of the ring, its head up when that is 0. */
const turnAt = (facing: unknown, angle: number): number => {
  switch (facing) {
    case 'outwards': return angle - TURN / 4
    case 'inwards': return angle + TURN / 4
    case 'along': return angle
    default: return 0
  }
}

const arrange = (out: CloneList, play: ClonePlay): void => {
  const { values, moment } = play
  const scale = valueOf(play, 'scale')
  const spin = valueOf(play, 'spin')
  const delay = valueOf(play, 'delay')
  const count = countNow(play)
  const radius = valueOf(play, 'radius') * (1 + valueOf(play, 'pulse') * kick(moment.beat))
  restOf(play, rest)
  // From the oldest to the newest, so that the newest is in front.
  for (let i = count - 1; i >= 0; i--) {
    const angle = TURN * (0.25 - i / count + (spin * moment.beat) / 4)
    const x = (rest[0] ?? 0) + radius * Math.cos(angle)
    const y = (rest[1] ?? 0) + radius * Math.sin(angle)
    addSheet(out, play, rest, x, y, scale, scale, turnAt(values.facing, angle), secondsOf(play, delay * i), 1, 0)
  }
  if (values.lead) addSheet(out, play, rest, rest[0] ?? 0, rest[1] ?? 0, 1, 1, 0, 0, 1, 0)
}

export const cloneRing = defineEffect({
  id: 'clone-ring',
  label: 'Clone Ring',
  about: 'A ring of the dancer wheels around the dancer, each copy a little later than the one before, and opens on every beat.',
  shader: 'clone.frag',
  reads: ['subject', 'history'],
  params: {
    copies: int(1, MOST, 10, 'Copies'),
    radius: float(0, 1, 0.36, 'Radius (heights)'),
    scale: float(0.05, 1.5, 0.34, 'Size (of the subject)'),
    spin: float(-2, 2, 0.25, 'Spin (turns a bar)'),
    delay: beats(0, 1, 1 / 8, 'Each later by (beats)'),
    facing: choice(['outwards', 'inwards', 'along', 'upright'], 'outwards', 'Facing'),
    pulse: float(0, 1, 0.18, 'Opens on the beat'),
    build: bool(false, 'More with every beat of the bar'),
    lead: bool(true, 'Dancer in the middle'),
  },
  clones: { most: MOST + 1, behind: 'source', front: false, within: true, arrange },
})
