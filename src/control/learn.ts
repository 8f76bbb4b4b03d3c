import type { BindingMode } from '../engine/controls.js'
import { componentsOf } from '../engine/controls.js'
import type { Param, Registry } from '../engine/registry.js'
import { modeOf, type BindingDecl } from './binding.js'
import type { Proposal } from './midi/learn.js'
import type { ControlEvent } from './types.js'

/** A press on what is set rather than fired: choices get the value they have now, numbers are held. */
const ON_PRESS: Partial<Record<Param['decl']['type'], BindingMode>> = { choice: 'radio', trigger: 'trigger', bool: 'toggle' }

/** How a set file is to read an encoder that was found by its gesture: what is not beyond doubt is found out as it is turned. */
const encodingOf = ({ encoding, sure }: Pick<Proposal, 'encoding' | 'sure'>): BindingDecl['encoding'] => (encoding === undefined || sure ? encoding : 'auto')

/** The binding someone most likely means who moved this control and touched this parameter. Some buttons send positions: then `isButton` tells. */
export const proposeBinding = ({ control, kind, value }: Readonly<ControlEvent>, param: Param, isButton = false): BindingDecl => {
  const { decl, address } = param
  const pressed = isButton || kind === 'press' || kind === 'release'
  const mode = pressed ? ON_PRESS[decl.type] ?? 'momentary' : modeOf(decl)
  const component = componentsOf(decl)[0]
  return {
    from: control,
    to: address,
    mode,
    ...(component && { component }),
    ...(mode === 'radio' && { value: param.value }),
    // A fader that jumps spoils a show; an encoder has nowhere to jump from.
    ...(kind === 'position' && !pressed && mode === 'set' && { takeover: 'pickup' as const }),
    ...(control.endsWith('/program') && { program: value, mode: decl.type === 'trigger' ? 'trigger' as const : mode }),
  }
}

/** The same of a MIDI control that was known by its gesture. */
export const proposeMidiBinding = (found: Proposal, param: Param): BindingDecl => {
  const encoding = encodingOf(found)
  return { ...proposeBinding(found.event, param, found.gesture === 'button'), ...(encoding && { encoding }) }
}

/** Move a control, touch a parameter, in whichever order. */
export interface Learn {
  readonly learning: boolean
  begin(): void
  cancel(): void
  /** Hears what the controls do; gives the proposal once both are known, and ends. */
  hear(event: Readonly<ControlEvent>): BindingDecl | undefined
  touch(address: string): BindingDecl | undefined
}

/** A fader must be moved by this part of its way to be meant: the ones beside it tremble. */
const MEANT = 0.04
/** Controls watched at once. */
const WATCHED = 256

export const createLearn = (registry: Registry): Learn => {
  const began = new Map<string, number>()
  let learning = false
  let heard: ControlEvent | undefined
  let touched: Param | undefined
  const cancel = () => {
    learning = false
    heard = undefined
    touched = undefined
    began.clear()
  }
  const settle = (): BindingDecl | undefined => {
    if (!heard || !touched) return undefined
    const proposal = proposeBinding(heard, touched)
    cancel()
    return proposal
  }
  return {
    get learning() { return learning },
    begin() {
      cancel()
      learning = true
    },
    cancel,
    hear(event) {
      if (!learning || event.kind === 'release' || !Number.isFinite(event.value)) return undefined
      if (event.kind === 'position') {
        const first = began.get(event.control)
        if (first === undefined && began.size < WATCHED) began.set(event.control, event.value)
        if (first === undefined || Math.abs(event.value - first) < MEANT) return undefined
      }
      heard = { ...event }
      return settle()
    },
    touch(address) {
      if (!learning) return undefined
      touched = registry.get(address) ?? touched
      return settle()
    },
  }
}
