import type { Subscription } from 'rxjs'
import type { ParamValue } from '../engine/params.js'
import type { Registry } from '../engine/registry.js'

export interface UndoOptions {
  readonly registry: Registry
  /** Milliseconds. */
  readonly now: () => number
  /** Steps remembered. */
  readonly room?: number
  /** Changes of one parameter no farther apart than this, in ms, are one step: a drag, a turn. */
  readonly mergeMs?: number
  /** Changes that are no edits, such as a blackout. */
  readonly leaves?: (address: string, from: string) => boolean
}

/** Steps back through what was set, and forward again. Modulation is nothing that was set. */
export interface Undo {
  /** Takes back the newest step and says what it was; undefined when there is none. */
  undo(): string | undefined
  redo(): string | undefined
  /** What would be taken back, and what done again. */
  readonly next: string | undefined
  readonly again: string | undefined
  readonly steps: number
  /** All changes by `from` are one step under this name, until `close`: a cue and its morph. `taken` is called when it is taken back before. */
  open(from: string, label: string, taken?: () => void): void
  close(from: string): void
  /** A change that the registry did not announce, as part of the step `from` has open. */
  note(from: string, address: string, before: ParamValue, after: ParamValue): void
  /** Something that was done at once and is no parameter's value. */
  did(label: string, act: Act): void
  forget(): void
  stop(): void
}

/** Who sets what is undone and done again. */
export const UNDO = 'undo'

/** How it is taken back and done again. */
export interface Act { undo(): void; redo(): void }
interface Edit { before: ParamValue; after: ParamValue }
interface Step { readonly label: string; readonly from: string | undefined; readonly taken?: (() => void) | undefined; readonly act?: Act; at: number; readonly edits: Map<string, Edit> }

/** Two faders moved at once make two steps: so many back may still be the one a change belongs to. */
const BACK = 8

const sameValue = (a: ParamValue, b: ParamValue) => a === b || JSON.stringify(a) === JSON.stringify(b)

export const createUndo = ({ registry, now, room = 200, mergeMs = 600, leaves }: UndoOptions): Undo => {
  const done: Step[] = []
  const undone: Step[] = []
  const open = new Map<string, Step>()
  /** It led nowhere, and will not any more. */
  const idle = (step: Step) => !step.act && !(step.from !== undefined && open.get(step.from) === step) && [...step.edits.values()].every(({ before, after }) => sameValue(before, after))
  const push = (step: Step) => {
    done.push(step)
    undone.length = 0
    if (done.length > room) done.shift()
  }
  const record = (step: Step, address: string, before: ParamValue, after: ParamValue) => {
    const edit = step.edits.get(address)
    if (edit) edit.after = after
    else step.edits.set(address, { before, after })
    // Nothing can be done again once something else was done.
    undone.length = 0
  }
  /** The step of this parameter's that goes on. */
  const going = (address: string, at: number): Step | undefined => {
    for (let i = done.length - 1; i >= 0 && i >= done.length - BACK; i--) {
      const step = done[i]
      if (step?.edits.has(address)) return step.from === undefined && at - step.at <= mergeMs ? step : undefined
    }
    return undefined
  }
  const watching: Subscription = registry.change$.subscribe(({ param: { address, decl, value }, before, from }) => {
    if (from === UNDO || decl.type === 'trigger' || leaves?.(address, from)) return
    const opened = open.get(from)
    if (opened) {
      record(opened, address, before, value)
      return
    }
    const at = now()
    const step = going(address, at) ?? { label: address, from: undefined, at, edits: new Map<string, Edit>() }
    if (step.edits.size === 0) push(step)
    step.at = at
    record(step, address, before, value)
  })
  const play = (step: Step, side: keyof Edit): string => {
    // What is still on its way must not be written into a step that was taken back.
    if (step.from !== undefined && open.get(step.from) === step) {
      open.delete(step.from)
      step.taken?.()
    }
    if (step.act) (side === 'before' ? step.act.undo : step.act.redo)()
    for (const [address, edit] of step.edits) registry.get(address)?.set(edit[side], UNDO)
    step.at = Number.NEGATIVE_INFINITY
    return step.label
  }
  const prune = () => { while (done.length > 0 && idle(done[done.length - 1] as Step)) done.pop() }
  return {
    undo() {
      prune()
      const step = done.pop()
      if (!step) return undefined
      undone.push(step)
      return play(step, 'before')
    },
    redo() {
      const step = undone.pop()
      if (!step) return undefined
      done.push(step)
      return play(step, 'after')
    },
    get next() { return done.findLast((step) => !idle(step))?.label },
    get again() { return undone[undone.length - 1]?.label },
    get steps() { return done.length },
    open(from, label, taken) {
      const step: Step = { label, from, taken, at: now(), edits: new Map() }
      open.set(from, step)
      push(step)
    },
    close: (from) => { open.delete(from) },
    note(from, address, before, after) {
      const step = open.get(from)
      if (step) record(step, address, before, after)
    },
    did(label, act) { push({ label, from: undefined, act, at: Number.NEGATIVE_INFINITY, edits: new Map() }) },
    forget() {
      done.length = 0
      undone.length = 0
      open.clear()
    },
    stop: () => { watching.unsubscribe() },
  }
}
