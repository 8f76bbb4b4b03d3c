import { beats, choice, colour, float, int } from '../../engine/params.js'
import type { CloneList, ClonePlay } from '../../engine/effect.js'
import { defineEffect } from '../define.js'
import { scatter } from './scatter.js'

/** A picture heights wide: cells overlap by so much of their size, for pieces side by side must not leave a crack. */
const HAIR = 0.03
/** When flakes come loose, are farthest away and are home again, as parts of the cycle; each has its own time in these ranges. */
const LEAVE = { first: 0.02, last: 0.42 }
const FAR = { first: 0.48, last: 0.66 }
const HOME = { first: 0.8, last: 0.98 }

const crop = new Float32Array(4)
const luck = new Float32Array(3)
const more = new Float32Array(3)
const between = (range: { first: number; last: number }, share: number) => range.first + (range.last - range.first) * share
const smooth = (x: number) => x * x * (3 - 2 * x)

/**
 * Flakes on a grid over the crop. A flake that is away shows what it was cut from when it came loose; on its way home, what the
 * subject is now: the change happens while it is too far and faint to be seen. Those at home are drawn as one piece for each run.
 */
const arrange = (out: CloneList, { values, moment, cropAt }: ClonePlay): void => {
  const cycle = values.cycle as number
  const cells = values.grain as number
  const turn = Math.floor(moment.beat / cycle)
  const phase = moment.beat / cycle - turn
  const dice = (turn | 0) + Math.imul(moment.seed | 0, 4099)
  const seconds = (cycle * 60) / moment.bpm
  const angle = ((values.wind as number) * Math.PI) / 180
  const [windX, windY] = [Math.cos(angle), Math.sin(angle)]
  const across = Math.abs(windX) + Math.abs(windY)
  const reach = values.reach as number
  const swirl = values.swirl as number
  const size = values.size as number
  const sweep = values.sweep as string

  for (let row = 0; row < cells; row++) {
    let homeFrom = -1
    for (let column = 0; column <= cells; column++) {
      let away = 0
      let ago = 0
      if (column < cells) {
        scatter(column, row, dice, luck)
        const x = ((column + 0.5) / cells) * 2 - 1
        const y = ((row + 0.5) / cells) * 2 - 1
        const order = sweep === 'random' ? luck[2] ?? 0 : sweep === 'top' ? (1 - y) / 2 : sweep === 'bottom' ? (1 + y) / 2 : (1 - (x * windX + y * windY) / across) / 2
        const turnOf = 0.78 * order + 0.22 * (luck[0] ?? 0)
        const leave = between(LEAVE, turnOf)
        const far = between(FAR, luck[1] ?? 0)
        const home = HOME.last - (HOME.last - HOME.first) * turnOf
        if (phase > leave && phase < home) {
          away = phase < far ? (phase - leave) / (far - leave) : (home - phase) / (home - far)
          ago = phase < far ? (phase - leave) * seconds : 0
        }
      }
      if (away === 0 && column < cells) {
        if (homeFrom < 0) homeFrom = column
        continue
      }
      if (homeFrom >= 0) {
        cropAt(0, crop)
        addCells(out, 0, homeFrom, column, row, cells)
        homeFrom = -1
      }
      if (away > 0) {
        scatter(row, column, dice + 1, more)
        const gone = away * Math.sqrt(away)
        cropAt(ago, crop)
        const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = crop
        const far = reach * gone * (0.4 + 0.9 * (more[0] ?? 0))
        const x = x0 + ((x1 - x0) * (column + 0.5)) / cells + windX * far
        const y = y0 + ((y1 - y0) * (row + 0.5)) / cells + windY * far
        // Along x by a function of y and the other way round: such a field has no divergence, so flakes swirl and never bunch.
        const eddy = swirl * gone * (0.5 + (more[1] ?? 0)) * 0.16
        const time = moment.time * 0.7
        const curlX = Math.sin(y * 9 + time) + 0.6 * Math.sin(y * 21 - 1.7 * time + 2)
        const curlY = Math.cos(x * 8 - time) + 0.6 * Math.sin(x * 19 + 1.3 * time + 1)
        const scale = 1 + (size * (0.6 + 0.8 * (more[1] ?? 0)) - 1) * smooth(Math.min(1, away * 1.6))
        const fade = 1 - smooth(Math.min(1, Math.max(0, (away - 0.65) / 0.35)))
        const [left, bottom] = [column / cells, row / cells]
        out.addPiece(x + eddy * curlX, y + eddy * curlY, scale, scale, ((more[2] ?? 0) - 0.5) * 9 * gone, ago, fade, away, left, bottom, left + 1 / cells, bottom + 1 / cells)
      }
    }
  }
}

/** Cells `from` up to (without) `to` of a row where they are, as one piece. */
const addCells = (out: CloneList, extra: number, from: number, to: number, row: number, cells: number): void => {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = crop
  const x = x0 + ((x1 - x0) * (from + to)) / 2 / cells
  const y = y0 + ((y1 - y0) * (row + 0.5)) / cells
  out.addPiece(x, y, 1, 1, 0, 0, 1, extra, (from - HAIR) / cells, (row - HAIR) / cells, (to + HAIR) / cells, (row + 1 + HAIR) / cells)
}

export const disintegrate = defineEffect({
  id: 'disintegrate',
  label: 'Disintegrate',
  about: 'The subject crumbles into glowing flakes that the wind carries off in swirls, and that gather into it again by the next bar.',
  shader: 'disintegrate.frag',
  reads: ['history'],
  clones: { most: 48 * 48, behind: 'world', front: false, within: true, arrange },
  params: {
    cycle: beats(1, 16, 4, 'Goes and comes back in (beats)'),
    grain: int(6, 48, 44, 'Flakes along a side'),
    wind: float(-180, 180, 25, 'Wind (degrees, 0 is right)'),
    reach: float(0, 1.5, 0.5, 'Carried off (heights)'),
    swirl: float(0, 2, 0.8, 'Swirl'),
    sweep: choice(['wind', 'top', 'bottom', 'random'], 'wind', 'Goes first'),
    size: float(0.2, 3, 1.5, 'Size of flakes'),
    glow: float(0, 1, 0.8, 'Glow'),
    tint: colour(1, 0.72, 0.35, 0.5, 'Tint (alpha: how much)'),
  },
})
