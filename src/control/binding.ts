import type { BindingMode, Component, Curve, ENCODINGS, Takeover } from '../engine/controls.js'
import type { ParamDecl, ParamValue } from '../engine/params.js'

/** A control and what it plays. */
export interface BindingDecl {
  /** A control's name as in {@link ControlEvent}; a part that is `*` stands for any: `midi/<any>/1/cc/7` is written with it. */
  readonly from: string
  /** Address of the parameter. */
  readonly to: string
  readonly component?: Component | undefined
  /** Unless told: triggers are fired, bools toggled, everything else set. */
  readonly mode?: BindingMode | undefined
  readonly curve?: Curve | undefined
  /** What the lowest and the highest position mean, in the parameter's own unit; the whole of its range unless told. */
  readonly range?: readonly [number, number] | undefined
  /** `jump` unless told. */
  readonly takeover?: Takeover | undefined
  /** Time constant in ms; 0 unless told. */
  readonly smoothMs?: number | undefined
  /** Of an endless encoder: 1 turns through a range in 128 steps, or one value a step where there are fewer. */
  readonly sensitivity?: number | undefined
  /** Of a CC that is an endless encoder: how it says its steps. */
  readonly encoding?: (typeof ENCODINGS)[number] | undefined
  /** How hard it is pressed is the value. */
  readonly velocity?: boolean | undefined
  /** What a press sets. Of a choice its name or number. */
  readonly value?: ParamValue | undefined
  /** Of a program change: only this number, 0..127, and it is a press. */
  readonly program?: number | undefined
}

const MODES: Partial<Record<ParamDecl['type'], BindingMode>> = { trigger: 'trigger', bool: 'toggle' }

/** How a parameter is played unless told otherwise. */
export const modeOf = (decl: ParamDecl): BindingMode => MODES[decl.type] ?? 'set'

/** Whether a mode knows only pressed and released. */
export const isButtonMode = (mode: BindingMode): boolean => mode !== 'set'

/** Whether a control's name fits a binding's, whose `*` stand for any one part. */
export const fitsControl = (pattern: readonly string[], control: string): boolean => {
  let start = 0
  for (let i = 0; i < pattern.length; i++) {
    const part = pattern[i] ?? ''
    const slash = control.indexOf('/', start)
    const end = slash < 0 ? control.length : slash
    const last = i === pattern.length - 1
    if (last !== slash < 0) return false
    if (part !== '*' && (end - start !== part.length || !control.startsWith(part, start))) return false
    start = end + 1
  }
  return true
}
