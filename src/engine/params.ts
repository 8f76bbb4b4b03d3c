import { DoppelError } from './error.js'

interface Common { readonly label?: string }
export interface FloatParam extends Common { readonly type: 'float'; readonly min: number; readonly max: number; readonly default: number }
export interface IntParam extends Common { readonly type: 'int'; readonly min: number; readonly max: number; readonly default: number }
/** A length of time in beats, e.g. 1/16; shown as a fraction. */
export interface BeatsParam extends Common { readonly type: 'beats'; readonly min: number; readonly max: number; readonly default: number }
export interface BoolParam extends Common { readonly type: 'bool'; readonly default: boolean }
export interface ChoiceParam extends Common { readonly type: 'choice'; readonly choices: readonly string[]; readonly default: string }
/** RGBA, each 0..1, straight alpha. */
export interface ColourParam extends Common { readonly type: 'colour'; readonly default: readonly [number, number, number, number] }
/** A place in the picture: x right, y up, both 0..1 inside the frame (may lie outside). */
export interface PointParam extends Common { readonly type: 'point'; readonly default: readonly [number, number] }
/** A momentary event; its value counts how often it fired. */
export interface TriggerParam extends Common { readonly type: 'trigger' }

export type ParamDecl = FloatParam | IntParam | BeatsParam | BoolParam | ChoiceParam | ColourParam | PointParam | TriggerParam
export type ParamValue = number | boolean | string | readonly number[]

export const float = (min: number, max: number, value: number, label?: string): FloatParam => ({ type: 'float', min, max, default: value, ...(label && { label }) })
export const int = (min: number, max: number, value: number, label?: string): IntParam => ({ type: 'int', min, max, default: value, ...(label && { label }) })
export const beats = (min: number, max: number, value: number, label?: string): BeatsParam => ({ type: 'beats', min, max, default: value, ...(label && { label }) })
export const bool = (value: boolean, label?: string): BoolParam => ({ type: 'bool', default: value, ...(label && { label }) })
export const choice = (choices: readonly string[], value: string, label?: string): ChoiceParam => ({ type: 'choice', choices, default: value, ...(label && { label }) })
export const colour = (r: number, g: number, b: number, a = 1, label?: string): ColourParam => ({ type: 'colour', default: [r, g, b, a], ...(label && { label }) })
export const point = (x: number, y: number, label?: string): PointParam => ({ type: 'point', default: [x, y], ...(label && { label }) })
export const trigger = (label?: string): TriggerParam => ({ type: 'trigger', ...(label && { label }) })

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const numbersWithin = (min: number, max: number, whole: boolean) => ({
  expected: whole ? `a whole number from ${min} to ${max}` : `a number from ${min} to ${max}`,
  fits: (v: unknown) => isNumber(v) && v >= min && v <= max && (!whole || Number.isInteger(v)),
  clamp: (v: unknown) => (isNumber(v) ? Math.min(max, Math.max(min, whole ? Math.round(v) : v)) : undefined),
})
const vectors = (size: number, expected: string) => {
  const fits = (v: unknown): v is readonly number[] => Array.isArray(v) && v.length === size && v.every(isNumber)
  return { expected, fits, clamp: (v: unknown) => (fits(v) ? v : undefined) }
}

interface Rule {
  readonly expected: string
  fits(value: unknown): boolean
  clamp(value: unknown): ParamValue | undefined
}

const ruleOf = (decl: ParamDecl): Rule => {
  switch (decl.type) {
    case 'float': case 'beats': return numbersWithin(decl.min, decl.max, false)
    case 'int': return numbersWithin(decl.min, decl.max, true)
    case 'bool': return { expected: 'true or false', fits: (v) => typeof v === 'boolean', clamp: (v) => (typeof v === 'boolean' ? v : isNumber(v) ? v >= 0.5 : undefined) }
    case 'choice': return {
      expected: `one of ${decl.choices.join(', ')}`,
      fits: (v) => typeof v === 'string' && decl.choices.includes(v),
      clamp: (v) => (typeof v === 'string' && decl.choices.includes(v) ? v : undefined),
    }
    case 'colour': return vectors(4, 'four numbers red, green, blue, alpha from 0 to 1')
    case 'point': return vectors(2, 'two numbers x, y')
    case 'trigger': return { expected: 'a count', fits: isNumber, clamp: (v) => (isNumber(v) ? v : undefined) }
  }
}

/** What values a parameter takes, in words: "a number from 0 to 1". */
export const expectedOf = (decl: ParamDecl): string => ruleOf(decl).expected

/** Whether a value is exactly right (type and range) as it stands. */
export const fitsParam = (decl: ParamDecl, value: unknown): value is ParamValue => ruleOf(decl).fits(value)

/** The value brought into range; undefined when it is of the wrong kind altogether (NaN too). For live controls, which never fail. */
export const clampParam = (decl: ParamDecl, value: unknown): ParamValue | undefined => ruleOf(decl).clamp(value)

export const defaultOf = (decl: ParamDecl): ParamValue => (decl.type === 'trigger' ? 0 : decl.default)

/** Reads a value as written on a command line (`0.5`, `1/16`, `on`, `#ff8800`, `0.2:0.8`); throws a {@link DoppelError} naming the allowed range. */
export const parseParam = (decl: ParamDecl, text: string, where: string): ParamValue => {
  const value = readers[decl.type](text.trim())
  if (!fitsParam(decl, value)) throw new DoppelError(`${where} cannot be "${text}": it takes ${expectedOf(decl)}`, 'list every parameter and its range: npx doppel effects')
  return value
}

const readNumber = (text: string): number => {
  const [, a, b] = /^([^/]+)\/([^/]+)$/.exec(text) ?? []
  if (text === '') return Number.NaN
  return a === undefined || b === undefined ? Number(text) : Number(a) / Number(b)
}
const BOOLS = new Map([['true', true], ['on', true], ['1', true], ['false', false], ['off', false], ['0', false]])
const readers: Record<ParamDecl['type'], (text: string) => unknown> = {
  float: readNumber,
  int: readNumber,
  beats: readNumber,
  bool: (text) => BOOLS.get(text),
  choice: (text) => text,
  colour: (text) => {
    const hex = /^#([0-9a-f]{6})([0-9a-f]{2})?$/i.exec(text)
    if (!hex) return text.split(':').map(readNumber)
    return [0, 2, 4, 6].map((i) => parseInt(((hex[1] ?? '') + (hex[2] ?? 'ff')).slice(i, i + 2), 16) / 255)
  },
  point: (text) => text.split(':').map(readNumber),
  trigger: readNumber,
}
