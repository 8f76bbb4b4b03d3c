import type { CloneList, ClonePlay } from '../../engine/effect.js'
import { beats, choice, float } from '../../engine/params.js'
import { defineEffect } from '../define.js'
import { addSheet, fract, kick, restOf, secondsOf, TURN, valueOf } from './arranging.js'

/**
 * One symmetry of a pattern: a turn, after a reflection in the horizontal axis where `flip` is -1; then a shift of so many
 * cells along both sides of the cell.
 */
interface Symmetry { readonly turn: number; readonly flip: 1 | -1; readonly shift: number }
interface Group {
  /** The cells are rhombs of 60 degrees instead of squares. */
  readonly hexagonal: boolean
  /** In which direction (turns) of the cell's corner the motif stands: the middle of what reflections leave to it. */
  readonly towards: number
  readonly symmetries: readonly Symmetry[]
}

const AS_IT_IS: Symmetry = { turn: 0, flip: 1, shift: 0 }
const turns = (n: number, flip: 1 | -1 = 1, first = 0, shift = 0): readonly Symmetry[] => Array.from({ length: n }, (_, k) => ({ turn: first + k / n, flip, shift }))
const group = (hexagonal: boolean, towards: number, ...symmetries: readonly Symmetry[]): Group => ({ hexagonal, towards, symmetries })

const P1 = group(false, 0.25, AS_IT_IS)
/**
 * Wallpaper groups by their symmetries within one cell (International Tables for Crystallography, volume A). A reflection
 * and a turn of `t` turns together reflect in the line at `t / 2`.
 */
const GROUPS: Readonly<Record<string, Group>> = {
  p1: P1,
  p2: group(false, 0.25, ...turns(2)),
  pm: group(false, 0, ...turns(1), ...turns(1, -1, 1 / 2)),
  pmm: group(false, 1 / 8, ...turns(2), ...turns(2, -1)),
  pgg: group(false, 1 / 8, ...turns(2), ...turns(2, -1, 0, 1 / 2)),
  cmm: group(false, 1 / 8, ...turns(2), ...turns(2, -1), ...turns(2, 1, 0, 1 / 2), ...turns(2, -1, 0, 1 / 2)),
  p4: group(false, 0.25, ...turns(4)),
  p4g: group(false, 0.25, ...turns(4), ...turns(4, -1, 0, 1 / 2)),
  p4m: group(false, 1 / 16, ...turns(4), ...turns(4, -1)),
  p3: group(true, 0.25, ...turns(3)),
  p3m1: group(true, 1 / 6, ...turns(3), ...turns(3, -1, 1 / 6)),
  p6: group(true, 0.25, ...turns(6)),
  p6m: group(true, 1 / 24, ...turns(6), ...turns(6, -1)),
}

const MOST = 1536
const rest = new Float32Array(2)

const arrange = (out: CloneList, play: ClonePlay): void => {
  const { values, moment, aspect } = play
  const cell = valueOf(play, 'cell')
  const spin = valueOf(play, 'spin')
  const drift = valueOf(play, 'drift')
  const ripple = valueOf(play, 'ripple')
  const { hexagonal, towards, symmetries } = GROUPS[String(values.group)] ?? P1
  const scale = valueOf(play, 'scale') * cell
  const away = valueOf(play, 'spread') * cell * (1 + valueOf(play, 'pulse') * kick(moment.beat))
  // Sides of the cell: one along x, the other up or up and to the right.
  const bx = hexagonal ? cell / 2 : 0
  const by = hexagonal ? cell * Math.sqrt(0.75) : cell
  const motifX = away * Math.cos(TURN * towards)
  const motifY = away * Math.sin(TURN * towards)
  const motifTurn = towards - 0.25 + (spin * moment.beat) / 4
  // Drifts by whole cells, and is then what it was.
  const start = fract((drift * moment.beat) / 4)
  const up = Math.ceil(0.5 / by) + 1
  restOf(play, rest)
  for (let row = up; row >= -up; row--) {
    const leftmost = Math.floor((-aspect / 2 - row * bx) / cell) - 1
    const across = Math.ceil(aspect / cell) + 2
    for (let column = leftmost; column <= leftmost + across; column++) {
      for (let k = 0; k < symmetries.length; k++) {
        const { turn, flip, shift } = symmetries[k] ?? AS_IT_IS
        const cos = Math.cos(TURN * turn)
        const sin = Math.sin(TURN * turn)
        const x = (column + start + shift) * cell + (row + shift) * bx + motifX * cos - flip * motifY * sin
        const y = (row + shift) * by + motifX * sin + flip * motifY * cos
        // Reflection first means that what the motif was turned by turns the other way.
        addSheet(out, play, rest, aspect / 2 + x, 0.5 + y, scale, flip * scale, TURN * (turn + flip * motifTurn), secondsOf(play, ripple * Math.hypot(x, y)), 1, 0)
      }
    }
  }
}

export const wallpaper = defineEffect({
  id: 'wallpaper',
  label: 'Wallpaper',
  about: 'Papers the wall behind the dancer with the dancer, in one of the symmetries of tiles and kaleidoscopes, all of it dancing.',
  shader: 'clone.frag',
  reads: ['subject', 'history'],
  params: {
    group: choice(Object.keys(GROUPS), 'p6m', 'Symmetry'),
    cell: float(0.25, 1.5, 0.6, 'Size of a cell (heights)'),
    scale: float(0.1, 1.5, 0.4, 'Size of the copies (cells)'),
    spread: float(0, 1, 0.33, 'Apart from the middle (cells)'),
    spin: float(-2, 2, 0, 'Each turns (turns a bar)'),
    drift: float(-4, 4, 0.5, 'Drifts (cells a bar)'),
    ripple: beats(0, 4, 1, 'Later outwards (beats a height)'),
    pulse: float(0, 1, 0.15, 'Opens on the beat'),
  },
  clones: { most: MOST, behind: 'source', front: true, within: true, arrange },
})
