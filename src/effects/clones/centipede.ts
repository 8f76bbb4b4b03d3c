import type { CloneList, ClonePlay } from '../../engine/effect.js'
import { beats, choice, float, int } from '../../engine/params.js'
import { defineEffect } from '../define.js'
import { addSheet, restOf, secondsOf, TURN, valueOf } from './arranging.js'

const MOST = 64
const rest = new Float32Array(2)
const now = new Float32Array(2)
const then = new Float32Array(2)
/** Where the joints are, and which way the body runs at each: laid from the head, drawn from the tail. */
const xs = new Float32Array(MOST + 1)
const ys = new Float32Array(MOST + 1)

const arrange = (out: CloneList, play: ClonePlay): void => {
  const { values, moment } = play
  const copies = valueOf(play, 'copies')
  const gap = valueOf(play, 'gap')
  const delay = valueOf(play, 'delay')
  const scale = valueOf(play, 'scale')
  const taper = valueOf(play, 'taper')
  const bend = valueOf(play, 'bend')
  const curl = valueOf(play, 'curl')
  const follow = valueOf(play, 'follow')
  restOf(play, rest)
  play.pathAt(0, now)
  let x = rest[0] ?? 0
  let y = rest[1] ?? 0
  for (let i = 0; i <= copies; i++) {
    const share = i / copies
    // Bends travel down the body, one wave a bar; the body lies along the path of the head besides.
    const heading = TURN * (0.5 + curl * share + bend * share * Math.sin(TURN * (2 * share - moment.beat / 4)))
    play.pathAt(secondsOf(play, delay * i), then)
    xs[i] = x + follow * ((then[0] ?? 0) - (now[0] ?? 0))
    ys[i] = y + follow * ((then[1] ?? 0) - (now[1] ?? 0))
    const step = gap * taper ** share
    x += step * Math.cos(heading)
    y += step * Math.sin(heading)
  }
  const lie = values.facing === 'head first' ? -TURN / 4 : 0
  for (let i = copies; i >= 1; i--) {
    const angle = Math.atan2((ys[i - 1] ?? 0) - (ys[i] ?? 0), (xs[i - 1] ?? 0) - (xs[i] ?? 0))
    const size = scale * taper ** (i / copies)
    addSheet(out, play, rest, xs[i] ?? 0, ys[i] ?? 0, size, size, angle + lie, secondsOf(play, delay * i), 1, i / copies)
  }
}

export const centipede = defineEffect({
  id: 'centipede',
  label: 'Centipede',
  about: 'A body of a hundred legs grows out of the dancer and winds after every step, each part a moment behind the one before it.',
  shader: 'centipede.frag',
  reads: ['subject', 'history'],
  params: {
    copies: int(2, MOST, 36, 'Parts'),
    gap: float(0.01, 0.2, 0.06, 'Between parts (heights)'),
    scale: float(0.05, 1.5, 0.5, 'Size (of the subject)'),
    taper: float(0.05, 2, 0.7, 'Size at the tail (of the head)'),
    delay: beats(0, 1 / 2, 1 / 12, 'Each later by (beats)'),
    follow: float(0, 2, 1, 'Follows the path'),
    bend: float(0, 1, 0.25, 'Winds (turns)'),
    curl: float(-2, 2, 0, 'Curls up (turns)'),
    pulse: float(0, 1, 0.5, 'The beat lights it up'),
    facing: choice(['upright', 'head first'], 'upright', 'Parts go'),
  },
  clones: { most: MOST, behind: 'source', front: true, within: true, arrange },
})
