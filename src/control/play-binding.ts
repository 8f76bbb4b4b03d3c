import type { BindingMode } from '../engine/controls.js'
import type { ParamValue } from '../engine/params.js'
import { fire, type Param } from '../engine/registry.js'
import { isButtonMode, modeOf, type BindingDecl } from './binding.js'
import { bend, onePole, straighten } from './curve.js'
import { createMapping, type Mapping } from './mapping.js'
import { numericOf, type Numeric } from './numeric.js'
import { takeOver, type Grip } from './takeover.js'
import type { ControlEvent } from './types.js'

/** A binding at work. */
export interface Played {
  readonly decl: BindingDecl
  /** As told, or as the parameter has it. */
  readonly mode: BindingMode
  readonly param: Param
  readonly numeric: Numeric | undefined
  readonly mapping: Mapping | undefined
  readonly grip: Grip
  /** The number it left its parameter at: when that has changed, someone else moved it. */
  wrote: number
  /** Where a smoothed value goes; NaN when it is there. */
  goal: number
  /** Name of the control that moves it there. */
  from: string
  /** Parts of a step that did not add up to one yet. */
  turned: number
  down: boolean
  /** What it was before a momentary press. */
  kept: ParamValue | undefined
  tappedAt: number
}

export const createPlayed = (decl: BindingDecl, param: Param): Played => {
  const numeric = numericOf(param.decl, decl.component)
  return {
    decl, param, numeric,
    mode: decl.mode ?? modeOf(param.decl),
    mapping: numeric && createMapping(numeric, decl.curve, decl.range),
    grip: { last: Number.NaN, held: false },
    wrote: Number.NaN, goal: Number.NaN, from: '', turned: 0, down: false, kept: undefined, tappedAt: Number.NaN,
  }
}

/** What is written in a binding or a message, as the parameter takes it: choices may be given by number, colours without alpha. */
export const meant = (param: Param, value: unknown): unknown => {
  const { decl } = param
  if (decl.type === 'choice' && typeof value === 'number') return decl.choices[Math.round(value)]
  if (decl.type === 'colour' && Array.isArray(value) && value.length === 3) return [...(value as unknown[]), 1]
  return value
}

const current = ({ numeric, param }: Played): number => numeric?.read(param.value) ?? Number.NaN

const write = (played: Played, number: number, from: string) => {
  const { param, numeric } = played
  if (!numeric) return
  param.set(numeric.write(number, param.value), from)
  played.wrote = current(played)
}

/** Sets a number, at once or smoothly. */
const aim = (played: Played, number: number, from: string) => {
  const { decl, numeric } = played
  if (!numeric || !(decl.smoothMs !== undefined && decl.smoothMs > 0) || numeric.whole || numeric.steps) {
    played.goal = Number.NaN
    write(played, number, from)
    return
  }
  if (Number.isNaN(played.goal)) played.wrote = current(played)
  played.goal = number
  played.from = from
}

/** What a press means: the velocity's value, the one that is told, or the top of the range. */
const pressed = ({ decl, mapping, numeric, param }: Played, velocity: number): unknown => {
  if (decl.value !== undefined && decl.velocity !== true) return meant(param, decl.value)
  if (!mapping || !numeric) return undefined
  return numeric.write(decl.velocity === true ? mapping.toNumber(velocity) : mapping.high, param.value)
}

/** The tempo a tap is counted in. */
export interface Tempo { readonly bpm: number }
/** Taps farther apart begin anew, ms. */
const TAP_MS = 8000

const tap = (played: Played, at: number, from: string, tempo: Tempo | undefined) => {
  const { param, mapping } = played
  const between = at - played.tappedAt
  played.tappedAt = at
  if (!mapping || !(between > 0 && between < TAP_MS)) return
  const lasted = param.decl.type === 'beats' ? (between / 60_000) * (tempo?.bpm ?? 120) : between / 1000
  const [low, high] = mapping.low < mapping.high ? [mapping.low, mapping.high] : [mapping.high, mapping.low]
  const fitted = Math.min(high, Math.max(low, lasted))
  write(played, mapping.count === undefined ? fitted : mapping.toNumber(mapping.toPosition(fitted)), from)
}

type Press = (played: Played, event: Readonly<ControlEvent>, tempo: Tempo | undefined) => void
const set: Press = (played, { value, control }) => {
  const asked = pressed(played, value)
  played.goal = Number.NaN
  if (asked !== undefined) played.param.set(asked, control)
}
const ON_PRESS: Readonly<Record<BindingMode, Press>> = {
  set,
  radio: set,
  toggle(played, event) {
    const { param, decl, mapping, numeric } = played
    if (decl.value !== undefined) {
      const [asked, kept] = [meant(param, decl.value), played.kept]
      const there = JSON.stringify(param.value) === JSON.stringify(asked)
      if (!there) played.kept = param.value
      param.set(there && kept !== undefined ? kept : asked, event.control)
    } else if (mapping && numeric) param.set(numeric.write(current(played) === mapping.high ? mapping.low : mapping.high, param.value), event.control)
  },
  momentary(played, event) {
    played.kept ??= played.param.value
    set(played, event, undefined)
  },
  trigger(played, event) {
    if (played.param.decl.type === 'trigger') fire(played.param, event.control)
    else set(played, event, undefined)
  },
  tap(played, event, tempo) {
    if (played.param.decl.type === 'trigger') fire(played.param, event.control)
    else tap(played, event.at, event.control, tempo)
  },
}

const press = (played: Played, event: Readonly<ControlEvent>, tempo: Tempo | undefined) => {
  played.down = true
  // A trigger has no value to set: whatever the mode, a press fires it.
  if (played.param.decl.type === 'trigger') fire(played.param, event.control)
  else ON_PRESS[played.mode](played, event, tempo)
}
const release = (played: Played, { control }: Readonly<ControlEvent>) => {
  played.down = false
  if (played.mode !== 'momentary' || played.kept === undefined) return
  const { kept } = played
  played.kept = undefined
  played.param.set(kept, control)
}

const turn = (played: Played, steps: number, from: string) => {
  const { mapping, param, decl } = played
  const { sensitivity = 1 } = decl
  played.turned += steps * sensitivity
  if (param.decl.type === 'trigger') {
    for (; played.turned >= 1; played.turned -= 1) fire(param, from)
    played.turned = Math.max(-1, played.turned)
    return
  }
  if (!mapping) return
  const { count } = mapping
  const now = mapping.toPosition(Number.isNaN(played.goal) ? current(played) : played.goal)
  if (count !== undefined && count <= 128) {
    const whole = Math.trunc(played.turned)
    if (whole === 0) return
    played.turned -= whole
    const { curve = 'linear' } = decl
    aim(played, mapping.toNumber(straighten(curve, bend(curve, now) + whole / count)), from)
    return
  }
  const moved = now + played.turned / 128
  played.turned = 0
  aim(played, mapping.toNumber(Math.min(1, Math.max(0, moved))), from)
}

const move = (played: Played, { value, control }: Readonly<ControlEvent>) => {
  const { mapping, decl, grip } = played
  if (!mapping) return
  const target = Number.isNaN(played.goal) ? current(played) : played.goal
  if (Number.isNaN(played.goal) && target !== played.wrote) grip.held = false
  // What gives the very value it has stands at that value's place, however wide that is.
  const at = mapping.toNumber(value) === target ? value : mapping.toPosition(target)
  const taken = takeOver(decl.takeover ?? 'jump', grip, value, at)
  if (!Number.isNaN(taken)) aim(played, mapping.toNumber(taken), control)
}

/** Plays one event. Programs are raw numbers: of a choice the index, of a number the number. */
export const playBinding = (played: Played, event: Readonly<ControlEvent>, isProgram: boolean, tempo: Tempo | undefined): void => {
  const { decl, mode, param, numeric } = played
  if (!Number.isFinite(event.value)) return
  if (isProgram) {
    if (decl.program !== undefined && decl.program !== event.value) return
    if (decl.program === undefined && mode === 'set' && numeric) param.set(numeric.write(event.value, param.value), event.control)
    else press(played, event, tempo)
  } else if (event.kind === 'press') press(played, event, tempo)
  else if (event.kind === 'release') release(played, event)
  else if (event.kind === 'steps') turn(played, event.value, event.control)
  else if (!isButtonMode(mode) && param.decl.type !== 'trigger') move(played, event)
  else if (event.value >= 0.5 !== played.down) (event.value >= 0.5 ? press : release)(played, event, tempo)
}

/** So little of a range is no way left. */
const THERE = 1e-4

/** Moves a smoothed value on by `dt` seconds; false once it is there, or someone else has moved it. */
export const smoothBinding = (played: Played, dt: number): boolean => {
  const { numeric, decl, goal } = played
  if (!numeric || Number.isNaN(goal)) return false
  const now = current(played)
  if (now !== played.wrote) {
    played.goal = Number.NaN
    return false
  }
  const next = now + (goal - now) * onePole(decl.smoothMs ?? 0, dt)
  const there = Math.abs(goal - next) <= THERE * (numeric.max - numeric.min)
  write(played, there ? goal : next, played.from)
  if (there) played.goal = Number.NaN
  return !there
}
