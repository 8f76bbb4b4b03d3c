import type { CloneList, ClonePlay } from '../../engine/effect.js'
import { beats, colour, float, int } from '../../engine/params.js'
import { defineEffect } from '../define.js'
import { addSheet, luck, restOf, secondsOf, smooth, valueOf } from './arranging.js'

const ROWS = 8
const MOST = 640
const rest = new Float32Array(2)

/** How far one has risen from the floor, 0 to 1 and a little beyond on the way: up on its beat, down again as the last beat ends. */
const risen = (chance: number, beat: number, bars: number): number => {
  if (bars === 0) return 1
  const all = 4 * bars
  const now = beat - Math.floor(beat / all) * all
  const t = Math.min(1, Math.max(0, 2 * (now - Math.floor(chance * (all - 2)))))
  // Back-ease-out: 1 + c (t - 1)^3 + (c - 1) (t - 1)^2, which rises above 1 before it rests there.
  return (1 + 2.7 * (t - 1) ** 3 + 1.7 * (t - 1) ** 2) * smooth(all, all - 0.5, now)
}

const arrange = (out: CloneList, play: ClonePlay): void => {
  const { moment, aspect, subject } = play
  const rows = valueOf(play, 'rows')
  const gap = valueOf(play, 'gap')
  const depth = valueOf(play, 'depth')
  const horizon = valueOf(play, 'horizon')
  const loose = valueOf(play, 'loose')
  const spread = valueOf(play, 'spread')
  const bars = valueOf(play, 'grow')
  restOf(play, rest)
  const restX = rest[0] ?? 0
  const restY = rest[1] ?? 0
  const floor = subject.box[1] ?? 0
  const seed = Math.round(moment.seed)
  for (let row = rows; row >= 1; row--) {
    const scale = 1 / (1 + depth * row)
    const half = Math.ceil(aspect / scale / gap / 2 + Math.abs(restX - aspect / 2) / gap)
    for (let i = -half; i <= half; i++) {
      const who = i * 64 + row
      const up = risen(luck(who, 0, seed), moment.beat, bars)
      // Pixels at height h of the subject lie at horizon + scale * (h - horizon) when it stands further back: so do its feet.
      const x = restX + scale * gap * (i + (row % 2) / 2 + loose * (luck(who, 1, seed) - 0.5))
      const y = horizon + scale * (floor - horizon) + scale * up * (restY - floor)
      addSheet(out, play, rest, x, y, (luck(who, 2, seed) < 0.5 ? -scale : scale) * up, scale * up, 0, secondsOf(play, spread * luck(who, 3, seed)), 1, row / rows)
    }
  }
}

export const crowd = defineEffect({
  id: 'crowd',
  label: 'Crowd',
  about: 'A crowd of the dancer gathers behind the dancer beat by beat, row upon row into the haze, everyone with a timing of their own.',
  shader: 'haze.frag',
  reads: ['subject', 'history'],
  params: {
    rows: int(1, ROWS, 5, 'Rows'),
    gap: float(0.25, 2, 0.5, 'Between neighbours (heights)'),
    depth: float(0.1, 1, 0.35, 'Between rows'),
    horizon: float(0, 1, 0.4, 'Horizon (of the height)'),
    loose: float(0, 1, 0.5, 'Out of line'),
    spread: beats(0, 4, 2, 'Timings differ by up to (beats)'),
    grow: int(0, 16, 4, 'Gathers in (bars; 0 is at once)'),
    haze: colour(0.1, 0.05, 0.25, 0.8, 'Haze'),
  },
  clones: { most: MOST, behind: 'source', front: true, within: true, arrange },
})
