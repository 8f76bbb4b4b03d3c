import { defaultOf, type ParamValue } from '../../engine/params.js'
import type { Program } from '../program.js'
import type { KeyDecl, KeyValues } from './types.js'

/** The values a key is played with, which others change between ticks. */
export interface Played {
  valueOf(name: string): ParamValue
  /** Whether any value differs from what it was at the last call. */
  changed(): boolean
  /** Sets a program in use to them. */
  apply(program: Program): void
}

/** Nothing is allocated after this. */
export const createPlayed = ({ params }: KeyDecl, values: KeyValues): Played => {
  const cells = Object.entries(params).map(([name, decl]) => ({ name, fallback: defaultOf(decl), choices: decl.type === 'choice' ? decl.choices : undefined, last: new Float64Array(4).fill(Number.NaN) }))
  const now = new Float64Array(4)
  const read = ({ name, fallback }: typeof cells[number]): ParamValue => values[name] ?? fallback
  return {
    valueOf(name) {
      for (const cell of cells) if (cell.name === name) return read(cell)
      return 0
    },
    changed() {
      let changed = false
      for (const cell of cells) {
        const value = read(cell)
        now.fill(0)
        if (typeof value === 'object') for (let i = 0; i < value.length; i++) now[i] = value[i] ?? 0
        else now[0] = typeof value === 'string' ? cell.choices?.indexOf(value) ?? 0 : Number(value)
        for (let i = 0; i < now.length; i++) {
          if (cell.last[i] !== now[i]) changed = true
          cell.last[i] = now[i] ?? 0
        }
      }
      return changed
    },
    apply(program) {
      for (const cell of cells) {
        if (!program.has(cell.name)) continue
        const value = read(cell)
        program.set(cell.name, typeof value === 'string' ? cell.choices?.indexOf(value) ?? 0 : value)
      }
    },
  }
}
