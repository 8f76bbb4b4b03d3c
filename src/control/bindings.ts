import { DoppelError } from '../engine/error.js'
import type { Registry } from '../engine/registry.js'
import { fitsControl, isButtonMode, modeOf, type BindingDecl } from './binding.js'
import { createPlayed, playBinding, smoothBinding, type Played, type Tempo } from './play-binding.js'
import type { ControlEvent } from './types.js'

export interface BindingsOptions {
  readonly registry: Registry
  readonly bindings?: readonly BindingDecl[]
  /** Tempo that taps on lengths are counted in. */
  readonly beat?: Tempo
}

/** One control that plays several parameters: welcome when meant, worth telling when not. */
export interface Conflict {
  readonly from: string
  readonly to: readonly string[]
}

/** The table of what plays what. Nothing here throws while it plays. */
export interface Bindings {
  /** Plays one control's event; false when nothing is bound to it. */
  apply(event: Readonly<ControlEvent>): boolean
  /** Moves smoothed values on, by seconds. */
  tick(dt: number): void
  readonly list: readonly BindingDecl[]
  /** Adds one, in place of one of the same control and parameter. Throws a {@link DoppelError} when the table is full. */
  add(binding: BindingDecl): void
  /** Takes out a binding of the list; false when it is not there. */
  remove(binding: BindingDecl): boolean
  /** What bindings play a control, in order. */
  of(control: string): readonly BindingDecl[]
  /** Whether any of them plays the control as a button: see `isButton` of the inbox. */
  isButton(control: string): boolean
  readonly conflicts: readonly Conflict[]
}

/** As many as a set file may have, and the keys' own. */
export const MOST_BINDINGS = 2048 + 128
/** Names of controls whose bindings are remembered; a flood of strangers starts it anew. */
const REMEMBERED = 4096

interface Entry {
  readonly decl: BindingDecl
  readonly pattern: readonly string[] | undefined
  /** Made when its parameter is there, and anew when that is another. */
  played: Played | undefined
}
interface Found { readonly isProgram: boolean; readonly entries: readonly Entry[]; readonly decls: readonly BindingDecl[] }
const NOTHING: Found = { isProgram: false, entries: [], decls: [] }
const sameTarget = (a: BindingDecl, b: BindingDecl) => a.from === b.from && a.to === b.to && a.component === b.component && a.program === b.program

export const createBindings = ({ registry, bindings = [], beat }: BindingsOptions): Bindings => {
  const entries: Entry[] = []
  const exact = new Map<string, Entry[]>()
  const wild: Entry[] = []
  const found = new Map<string, Found>()
  const moving: Played[] = []
  let list: readonly BindingDecl[] = []

  const find = (control: string): Found => {
    const known = found.get(control)
    if (known) return known
    const here = exact.get(control) ?? []
    const all = wild.some(({ pattern }) => pattern && fitsControl(pattern, control)) ? entries.filter((entry) => here.includes(entry) || (entry.pattern && fitsControl(entry.pattern, control))) : here
    const result = all.length === 0 ? NOTHING : { isProgram: control.endsWith('/program'), entries: [...all], decls: all.map(({ decl }) => decl) }
    if (found.size >= REMEMBERED) found.clear()
    found.set(control, result)
    return result
  }
  const playedOf = (entry: Entry): Played | undefined => {
    const param = registry.get(entry.decl.to)
    if (!param) return undefined
    if (entry.played?.param !== param) entry.played = createPlayed(entry.decl, param)
    return entry.played
  }
  const changed = () => {
    found.clear()
    list = entries.map(({ decl }) => decl)
  }
  const drop = (at: number) => {
    const [entry] = entries.splice(at, 1)
    if (!entry) return
    const group = entry.pattern ? wild : exact.get(entry.decl.from) ?? []
    group.splice(group.indexOf(entry), 1)
    const still = entry.played ? moving.indexOf(entry.played) : -1
    if (still >= 0) moving.splice(still, 1)
  }
  const put = (decl: BindingDecl) => {
    const pattern = decl.from.includes('*') ? decl.from.split('/') : undefined
    const entry: Entry = { decl, pattern, played: undefined }
    const at = entries.findIndex((other) => sameTarget(other.decl, decl))
    if (at >= 0) drop(at)
    else if (entries.length >= MOST_BINDINGS) throw new DoppelError(`there are ${entries.length} bindings: at most ${MOST_BINDINGS}`, 'remove some that are not played')
    entries.push(entry)
    if (pattern) wild.push(entry)
    else {
      const here = exact.get(decl.from)
      if (here) here.push(entry)
      else exact.set(decl.from, [entry])
    }
  }
  for (const decl of bindings) put(decl)
  changed()

  return {
    apply(event) {
      const { entries: here, isProgram } = find(event.control)
      for (const entry of here) {
        const played = playedOf(entry)
        if (!played) continue
        playBinding(played, event, isProgram, beat)
        if (!Number.isNaN(played.goal) && !moving.includes(played)) moving.push(played)
      }
      return here.length > 0
    },
    tick(dt) {
      let kept = 0
      for (const played of moving) if (smoothBinding(played, dt)) moving[kept++] = played
      moving.length = kept
    },
    get list() { return list },
    add(decl) {
      put(decl)
      changed()
    },
    remove(decl) {
      const at = entries.findIndex((entry) => entry.decl === decl)
      if (at < 0) return false
      drop(at)
      changed()
      return true
    },
    of: (control) => find(control).decls,
    isButton(control) {
      for (const entry of find(control).entries) {
        const decl = registry.get(entry.decl.to)?.decl
        if (decl && (decl.type === 'trigger' || isButtonMode(entry.decl.mode ?? modeOf(decl)))) return true
      }
      return false
    },
    get conflicts() {
      const targets = new Map<string, string[]>()
      for (const { from, program, to } of list) {
        const name = program === undefined ? from : `${from} ${program}`
        targets.set(name, [...(targets.get(name) ?? []), to])
      }
      return [...targets].flatMap(([from, to]) => (to.length > 1 ? [{ from, to }] : []))
    },
  }
}
