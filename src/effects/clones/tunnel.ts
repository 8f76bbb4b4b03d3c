import type { CloneList, ClonePlay } from '../../engine/effect.js'
import { beats, colour, float, int } from '../../engine/params.js'
import { defineEffect } from '../define.js'
import { addSheet, fract, restOf, secondsOf, smooth, TURN, valueOf } from './arranging.js'

const RINGS = 16
const SIDES = 12
/** Depth of the nearest ring, where it leaves, and from there to the next. At depth 1 a copy is as large as `scale` says. */
const NEAR = 0.25
const SPACING = 0.4
const rest = new Float32Array(2)

const arrange = (out: CloneList, play: ClonePlay): void => {
  const { moment } = play
  const rings = valueOf(play, 'rings')
  const sides = valueOf(play, 'sides')
  const radius = valueOf(play, 'radius')
  const scale = valueOf(play, 'scale')
  const twist = valueOf(play, 'twist')
  const steps = moment.beat / valueOf(play, 'period')
  const t = fract(steps)
  const delay = valueOf(play, 'delay')
  const turned = 0.25 + (valueOf(play, 'spin') * moment.beat) / 4
  restOf(play, rest)
  for (let ring = rings - 1; ring >= 0; ring--) {
    // When t wraps, every ring is where the one before it was.
    const away = ring + 1 - t
    const depth = NEAR + SPACING * away
    const opacity = smooth(0, 1, away) * smooth(rings, rings - 1, away)
    for (let side = 0; side < sides; side++) {
      // A ring keeps its own turn as it comes nearer; its feet stand on the wall.
      const angle = TURN * (turned + side / sides + twist * ((ring + Math.floor(steps)) / sides))
      const x = (rest[0] ?? 0) + (radius / depth) * Math.cos(angle)
      const y = (rest[1] ?? 0) + (radius / depth) * Math.sin(angle)
      addSheet(out, play, rest, x, y, scale / depth, scale / depth, angle + TURN / 4, secondsOf(play, delay * away), opacity, away / rings)
    }
  }
}

export const tunnel = defineEffect({
  id: 'tunnel',
  label: 'Tunnel',
  about: 'A tunnel whose walls are dancers, ring upon ring out of the haze, flies past the dancer in time with the beat.',
  shader: 'haze.frag',
  reads: ['subject', 'history'],
  params: {
    rings: int(2, RINGS, 9, 'Rings'),
    sides: int(1, SIDES, 6, 'Copies a ring'),
    radius: float(0.1, 1.5, 0.6, 'Radius (heights)'),
    scale: float(0.1, 1.5, 0.5, 'Size (of the subject)'),
    period: beats(1 / 4, 16, 1, 'One ring passes in (beats)'),
    twist: float(-1, 1, 0.5, 'Twist (places a ring)'),
    spin: float(-2, 2, 0.125, 'Spin (turns a bar)'),
    delay: beats(0, 1, 1 / 4, 'Each ring later by (beats)'),
    haze: colour(0.1, 0.05, 0.25, 0.9, 'Haze'),
  },
  clones: { most: RINGS * SIDES, behind: 'world', front: true, within: true, arrange },
})
