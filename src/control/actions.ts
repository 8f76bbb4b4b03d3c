import { CLOCK_ACTIONS, CUE_ACTIONS, PANIC } from '../engine/controls.js'
import { trigger, type ParamDecl, type ParamValue } from '../engine/params.js'
import type { Registry } from '../engine/registry.js'

/** A trigger that does something when it fires, or a switch that is told when it turns. */
type Action = (value: ParamValue) => void

const addAction = (registry: Registry, address: string, decl: ParamDecl, act: Action) => {
  let value: ParamValue = decl.type === 'trigger' ? 0 : decl.default
  // A nudge is over as soon as it is given.
  const stays = decl.type === 'trigger' || decl.type === 'bool'
  registry.add(address, decl, {
    get: () => value,
    set(next) {
      if (stays) value = next
      act(next)
    },
  })
}

export type PanicActions = Readonly<Record<keyof typeof PANIC, Action>>
export type ClockActions = Readonly<Record<keyof typeof CLOCK_ACTIONS, Action>>
export type CueActions = Readonly<Record<keyof typeof CUE_ACTIONS, Action>>

export interface ActionsOptions {
  readonly registry: Registry
  readonly panic: PanicActions
  readonly clock: ClockActions
  readonly cues: CueActions
}

/** `/master/bypass`, `/clock/tap`, `/cues/go` and all else that does something and belongs to no layer. */
export const addressActions = ({ registry, panic, clock, cues }: ActionsOptions): void => {
  const all = (prefix: string, decls: Readonly<Record<string, ParamDecl>>, actions: Readonly<Record<string, Action>>) => {
    for (const [name, decl] of Object.entries(decls)) addAction(registry, `${prefix}/${name}`, decl, (value) => actions[name]?.(value))
  }
  all('/master', PANIC, panic)
  all('/clock', CLOCK_ACTIONS, clock)
  all('/cues', CUE_ACTIONS, cues)
}

/** `/cues/<slug>`: fired, it recalls. Nothing happens where that address is there already. */
export const addressCue = (registry: Registry, slug: string, recall: () => void): void => {
  if (!registry.get(`/cues/${slug}`)) addAction(registry, `/cues/${slug}`, trigger(), recall)
}
