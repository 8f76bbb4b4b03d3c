import type { CloneList, ClonePlay } from '../../engine/effect.js'
import { beats, float, int } from '../../engine/params.js'
import { defineEffect } from '../define.js'
import { addSheet, kick, restOf, secondsOf, valueOf } from './arranging.js'

const MOST = 24
const rest = new Float32Array(2)

const arrange = (out: CloneList, play: ClonePlay): void => {
  const { moment, subject } = play
  const copies = valueOf(play, 'copies')
  const spacing = valueOf(play, 'spacing')
  const grow = valueOf(play, 'grow')
  const pulse = valueOf(play, 'pulse')
  const fade = valueOf(play, 'fade')
  restOf(play, rest)
  const floor = subject.box[1] ?? 0
  // From the oldest, which is largest, to the newest. A push runs outwards as it gets older.
  for (let k = copies; k >= 1; k--) {
    const scale = grow ** k * (1 + pulse * kick(moment.beat - spacing * k))
    addSheet(out, play, rest, rest[0] ?? 0, floor + ((rest[1] ?? 0) - floor) * scale, scale, scale, 0, secondsOf(play, spacing * k), 1 - (fade * (k - 1)) / copies, k)
  }
}

export const silhouettes = defineEffect({
  id: 'silhouettes',
  label: 'Silhouettes',
  about: 'Flat coloured shadows of past moments stand behind the dancer, each a little larger and later, and their colours run outwards.',
  shader: 'silhouettes.frag',
  reads: ['subject', 'history'],
  params: {
    copies: int(1, MOST, 10, 'Silhouettes'),
    spacing: beats(1 / 32, 1, 1 / 8, 'Each later by (beats)'),
    grow: float(0.8, 1.25, 1.05, 'Each larger by'),
    hue: float(0, 1, 0.9, 'Hue of the first (turns)'),
    range: float(-2, 2, 0.5, 'Hue over all (turns)'),
    travel: float(-4, 4, 1, 'Hue runs outwards (turns a bar)'),
    shade: float(0, 1, 0, 'Filled with the picture'),
    fade: float(0, 1, 0, 'Older ones fade'),
    pulse: float(0, 0.5, 0.08, 'Pushed by the beat'),
  },
  clones: { most: MOST, behind: 'source', front: true, within: true, arrange },
})
