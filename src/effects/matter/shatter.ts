import type { CloneList, ClonePlay } from '../../engine/effect.js'
import { beats, float, int } from '../../engine/params.js'
import { defineEffect } from '../define.js'
import { scatter } from './scatter.js'
import { shardBox } from './shards.js'

/** What `extra` has room for, a number of 24 bits: columns, rows, patterns of cracks; and the last 7 bits for how far a shard has gone. */
const COLUMNS = 64
const ROWS = 32
const PATTERNS = 64
const MOST_GONE = 127 / 128
/** Parts of a shard's flight: after the first it is out, after the second it turns back, after the third it is home. */
const OUT = 0.25
const BACK = 0.4
const HOME = 0.97
/** The blow reaches a shard this much of the cycle later for every height away. */
const WAVE = 0.12
/** Room around a shard for its soft edge, in cells. */
const ROOM = 0.1

const crop = new Float32Array(4)
const shard = new Float32Array(4)
const luck = new Float32Array(3)
const more = new Float32Array(3)

/** From 0 at home to 1: bursts out, hangs, and is drawn back with a soft landing. */
const flight = (at: number): number => {
  if (at <= 0 || at >= HOME) return 0
  if (at < OUT) return 1 - (1 - at / OUT) ** 3
  const back = Math.max(0, (at - BACK) / (HOME - BACK))
  return 1 - back * back * (3 - 2 * back)
}

/** Shards of a grid that stands still in the picture, so that cracks do not crawl when the subject moves. */
const arrange = (out: CloneList, { values, moment, aspect, cropAt }: ClonePlay): void => {
  const rows = Math.min(values.shards as number, Math.floor((COLUMNS - 2) / aspect))
  const spread = values.spread as number
  const turning = (values.spin as number) * 2 * Math.PI
  const depth = values.depth as number
  const drop = values.drop as number
  const beat = moment.beat / (values.cycle as number)
  const turn = Math.floor(beat)
  scatter(turn | 0, moment.seed | 0, 33, luck)
  const pattern = Math.floor((luck[2] ?? 0) * PATTERNS)
  cropAt(0, crop)
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = crop
  // Where the blow falls: somewhere in the middle of the subject, another place each time.
  const blowX = x0 + (x1 - x0) * (0.3 + 0.4 * (luck[0] ?? 0))
  const blowY = y0 + (y1 - y0) * (0.3 + 0.5 * (luck[1] ?? 0))
  const firstColumn = Math.max(-1, Math.floor(x0 * rows) - 1)
  const lastColumn = Math.min(COLUMNS - 2, Math.floor(x1 * rows) + 1)
  const firstRow = Math.max(-1, Math.floor(y0 * rows) - 1)
  const lastRow = Math.min(ROWS - 2, Math.floor(y1 * rows) + 1)

  for (let row = firstRow; row <= lastRow; row++) {
    for (let column = firstColumn; column <= lastColumn; column++) {
      shardBox(column, row, pattern, shard)
      const [left = 0, bottom = 0, right = 0, top = 0] = shard
      const x = (left + right) / 2 / rows
      const y = (bottom + top) / 2 / rows
      const awayX = x - blowX
      const awayY = y - blowY
      const away = Math.hypot(awayX, awayY)
      const late = WAVE * Math.min(1, away)
      const gone = flight((beat - turn - late) / (1 - late))
      scatter(column, row, pattern + 7 * PATTERNS, luck)
      scatter(row, column, pattern + 8 * PATTERNS, more)
      const push = (spread * gone * (0.12 + 0.9 * away) * (0.5 + (luck[0] ?? 0))) / Math.max(0.05, away)
      const side = spread * gone * 0.16
      const scale = Math.max(0.15, 1 + depth * gone * 1.6 * ((luck[2] ?? 0) - 0.4))
      // A turn about an axis of its own in the picture, which makes it narrow, and one in the picture.
      const tilt = turning * gone * ((more[0] ?? 0) - 0.5)
      const angle = turning * gone * ((more[1] ?? 0) - 0.5)
      const fallen = drop * gone * gone * (0.2 + 0.5 * (more[2] ?? 0))
      const number = (pattern * ROWS + row + 1) * COLUMNS + column + 1
      out.addPiece(
        x + awayX * push + side * ((luck[1] ?? 0) - 0.5), y + awayY * push + side * ((more[2] ?? 0) - 0.5) - fallen,
        scale * Math.cos(tilt), scale, angle, 0, 1, number + Math.min(MOST_GONE, gone),
        ((left - ROOM) / rows - x0) / (x1 - x0), ((bottom - ROOM) / rows - y0) / (y1 - y0), ((right + ROOM) / rows - x0) / (x1 - x0), ((top + ROOM) / rows - y0) / (y1 - y0),
      )
    }
  }
}

export const shatter = defineEffect({
  id: 'shatter',
  label: 'Shatter',
  about: 'A blow on the beat breaks the subject like glass: glinting shards fly apart, tumble, hang in the air and close up again just in time.',
  shader: 'shatter.frag',
  reads: [],
  clones: { most: COLUMNS * ROWS, behind: 'world', front: false, within: true, arrange },
  params: {
    cycle: beats(0.5, 16, 2, 'Breaks and heals in (beats)'),
    shards: int(3, 24, 12, 'Shards (a height)'),
    spread: float(0, 1.5, 0.5, 'Flies apart'),
    spin: float(0, 2, 0.6, 'Tumbles (turns)'),
    depth: float(0, 1, 0.5, 'Nearer and farther'),
    drop: float(-1, 1, 0.15, 'Drops (heights)'),
    glint: float(0, 1, 0.5, 'Glints'),
    edge: float(0, 1, 0.7, 'Bright edges'),
  },
})
