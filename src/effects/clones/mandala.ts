import type { CloneList, ClonePlay } from '../../engine/effect.js'
import { beats, bool, float, int, point } from '../../engine/params.js'
import { defineEffect } from '../define.js'
import { addSheet, kick, restOf, secondsOf, TURN, valueOf } from './arranging.js'

const RINGS = 6
const PETALS = 16
const rest = new Float32Array(2)

const arrange = (out: CloneList, play: ClonePlay): void => {
  const { values, moment } = play
  const rings = valueOf(play, 'rings')
  const petals = valueOf(play, 'petals')
  const scale = valueOf(play, 'scale')
  const growth = valueOf(play, 'growth')
  const spin = valueOf(play, 'spin')
  const ripple = valueOf(play, 'ripple')
  const pulse = valueOf(play, 'pulse')
  const centre = values.centre as readonly number[]
  const cx = (centre[0] ?? 0.5) * play.aspect
  const cy = centre[1] ?? 0.5
  restOf(play, rest)
  // Ring 0 is innermost and in front; radii and sizes are geometric, so every ring looks like the one inside it.
  for (let ring = rings - 1; ring >= 0; ring--) {
    const grown = growth ** ring
    const push = 1 + pulse * kick(moment.beat - ripple * ring)
    const radius = 0.62 * scale * grown * push
    const turned = (ring % 2 === 0 ? 1 : -1) * spin * (moment.beat / 4) + (ring % 2) / (2 * petals)
    const ago = secondsOf(play, ripple * (ring + 1))
    for (let petal = 0; petal < petals; petal++) {
      const angle = TURN * (0.25 + petal / petals + turned)
      const flip = values.mirror && petal % 2 === 1 ? -1 : 1
      const size = scale * grown
      addSheet(out, play, rest, cx + radius * Math.cos(angle), cy + radius * Math.sin(angle), flip * size, size, angle - TURN / 4, ago, 1, ring)
    }
  }
  const heart = valueOf(play, 'heart')
  addSheet(out, play, rest, cx, cy, heart, heart, 0, 0, 1, 0)
}

export const mandala = defineEffect({
  id: 'mandala',
  label: 'Mandala',
  about: 'Rings within rings of the dancer turn against each other like a rose window, and every move ripples outwards through them.',
  shader: 'clone.frag',
  reads: ['subject', 'history'],
  params: {
    petals: int(2, PETALS, 8, 'Copies a ring'),
    rings: int(1, RINGS, 4, 'Rings'),
    scale: float(0.05, 0.6, 0.2, 'Size of the inner ring'),
    growth: float(1.1, 2.5, 1.5, 'Each ring larger by'),
    spin: float(-1, 1, 0.125, 'Spin (turns a bar)'),
    ripple: beats(0, 1, 1 / 8, 'Each ring later by (beats)'),
    pulse: float(0, 0.5, 0.12, 'Opens on the beat'),
    heart: float(0, 1.5, 0.3, 'Size of the middle one'),
    mirror: bool(true, 'Every second one mirrored'),
    centre: point(0.5, 0.5, 'Centre'),
  },
  clones: { most: RINGS * PETALS + 1, behind: 'world', front: false, within: true, arrange },
})
