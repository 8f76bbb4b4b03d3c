import type { ParamDecl, ParamValue } from '../../engine/params.js'
import type { Param } from '../../engine/registry.js'
import { mixColour } from './mix-colour.js'

type Mix = (from: ParamValue, to: ParamValue, t: number) => ParamValue
const numbers: Mix = (from, to, t) => Number(from) + (Number(to) - Number(from)) * t
const atStart: Mix = (_from, to) => to
const inMiddle: Mix = (from, to, t) => (t < 0.5 ? from : to)
const isList = (value: ParamValue): value is readonly number[] => Array.isArray(value)

/** What lies between two values: what has no between switches, on or off at once and choices half way. */
const MIXES: Readonly<Record<ParamDecl['type'], Mix>> = {
  float: numbers,
  int: numbers,
  beats: numbers,
  bool: atStart,
  trigger: atStart,
  choice: inMiddle,
  colour: (from, to, t) => (isList(from) && isList(to) ? mixColour(from, to, t) : to),
  point: (from, to, t) => (isList(from) && isList(to) ? to.map((end, i) => (from[i] ?? end) + (end - (from[i] ?? end)) * t) : to),
}

/** The value part of the way (0..1) from one to another; exactly the other at the end. */
export const mixValues = (decl: ParamDecl, from: ParamValue, to: ParamValue, t: number): ParamValue => (t >= 1 ? to : MIXES[decl.type](from, to, t))

/** One parameter on its way to a stored value. */
export interface Morph {
  readonly param: Param
  readonly from: ParamValue
  readonly to: ParamValue
  readonly beats: number
  /** Beats since it began; NaN until the first tick. */
  passed: number
  /** What it left its parameter at. */
  wrote: ParamValue
  /** The recall it belongs to: who sets it, in the registry's words. */
  readonly by: string
}

/** Beats that are no way left: sums of ticks are not exact. */
const THERE = 1e-6

/** Moves on to where `passed` says; true when it is done: arrived, or let go because someone else took hold of the parameter. */
export const stepMorph = (morph: Morph): boolean => {
  const { param, from, to, beats, passed, by } = morph
  const { value } = param
  // Identity will do for lists: whoever sets one brings a new one.
  if (value !== morph.wrote) return true
  const t = passed >= beats - THERE ? 1 : passed > 0 ? passed / beats : beats > 0 ? 0 : 1
  param.set(mixValues(param.decl, from, to, t), by)
  morph.wrote = param.value
  return t >= 1
}
