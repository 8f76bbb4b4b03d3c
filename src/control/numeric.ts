import { componentsOf, MUSICAL_BEATS, type Component } from '../engine/controls.js'
import type { ParamDecl, ParamValue } from '../engine/params.js'

/** A parameter, or one component of it, as a number: what faders, modulators and morphs move. A choice is its index, a bool 0 or 1. */
export interface Numeric {
  readonly min: number
  readonly max: number
  /** It has no values between whole numbers. */
  readonly whole: boolean
  /** The values it steps through where that is not evenly; they ascend. */
  readonly steps: readonly number[] | undefined
  read(value: ParamValue): number
  /** The value with this number in it; `out` is written to, where it is given, for those that are lists. */
  write(number: number, value: ParamValue, out?: number[]): ParamValue
}

const isList = (value: ParamValue): value is readonly number[] => Array.isArray(value)
const scalar = (min: number, max: number, whole: boolean, steps?: readonly number[]): Numeric =>
  ({ min, max, whole, steps, read: (value) => Number(value), write: whole ? (number) => Math.round(number) : (number) => number })

/** Musical lengths within a range; its ends where none lie in it. */
export const musicalBeats = (min: number, max: number): readonly number[] => {
  const inside = MUSICAL_BEATS.filter((beats) => beats >= min && beats <= max)
  const all = min <= 0 ? [0, ...inside] : inside
  return all.length > 1 ? all : [min, max]
}

const listed = (index: number): Numeric => ({
  min: 0, max: 1, whole: false, steps: undefined,
  read: (value) => (isList(value) ? value[index] ?? 0 : 0),
  write(number, value, out = []) {
    if (!isList(value)) return value
    out.length = value.length
    for (let i = 0; i < value.length; i++) out[i] = i === index ? number : value[i] ?? 0
    return out
  },
})

/** Undefined for triggers, and for lists of which no component is named. */
export const numericOf = (decl: ParamDecl, component?: Component): Numeric | undefined => {
  switch (decl.type) {
    case 'float': return scalar(decl.min, decl.max, false)
    case 'int': return scalar(decl.min, decl.max, true)
    case 'beats': return scalar(decl.min, decl.max, false, musicalBeats(decl.min, decl.max))
    case 'bool': return { ...scalar(0, 1, true), write: (number) => number >= 0.5 }
    case 'choice': return {
      ...scalar(0, decl.choices.length - 1, true),
      read: (value) => Math.max(0, decl.choices.indexOf(String(value))),
      write: (number, value) => decl.choices[Math.min(decl.choices.length - 1, Math.max(0, Math.round(number)))] ?? value,
    }
    case 'colour': case 'point': {
      const index = component === undefined ? -1 : componentsOf(decl).indexOf(component)
      return index < 0 ? undefined : listed(index)
    }
    case 'trigger': return undefined
  }
}
