import type { BindingDecl } from '../control/binding.js'
import { createLearn, proposeMidiBinding } from '../control/learn.js'
import { createMidiLearn, type Proposal } from '../control/midi/learn.js'
import { controlLabel } from '../control/midi/profiles.js'
import type { MidiSurface } from '../control/midi/surface.js'
import type { Registry } from '../engine/registry.js'
import type { Playing } from './playing.js'

/** Told what is going on, in a sentence; `done` once it is over. */
export type Tell = (line: string, done: boolean) => void

/** Binding a control while the show plays: move it, for the parameter that was changed last or is changed meanwhile. */
export interface LiveLearn {
  readonly armed: boolean
  /** Waits for a control, or no longer does. */
  toggle(tell: Tell): void
  /** No longer waits; false when it did not. */
  cancel(): boolean
  /** Once per tick, after what arrived was played. */
  tick(): void
  close(): void
}

export interface LiveLearnOptions {
  readonly registry: Registry
  readonly playing: Pick<Playing, 'bindings' | 'undo' | 'grab'>
  readonly midi: Pick<MidiSurface, 'listen' | 'want' | 'encode'> | undefined
  /** Milliseconds on the clock of what is heard. */
  readonly now: () => number
}

/** Changes that no hand made. */
const NO_HAND = ['cues', 'undo']

export const createLiveLearn = ({ registry, playing, midi, now }: LiveLearnOptions): LiveLearn => {
  const [byMidi, others] = [createMidiLearn(), createLearn(registry)]
  let tell: Tell | undefined
  /** Of the parameter that was changed last. */
  let target: string | undefined
  /** Moved before there was a parameter. */
  let moved: Proposal | undefined
  let deaf = () => {}
  const ask = () => {
    if (moved) tell?.(`${controlLabel(moved.control)}: now change the parameter it is to play, by a key or OSC   (L or Esc: never mind)`, false)
    else if (target === undefined) tell?.('Move a control, and change the parameter it is to play by a key or OSC   (L or Esc: never mind)', false)
    else tell?.(`Move the control that is to play ${target}, or change another parameter   (L or Esc: never mind)`, false)
  }
  const end = (line: string) => {
    const told = tell
    tell = undefined
    moved = undefined
    deaf()
    byMidi.cancel()
    others.cancel()
    playing.grab = undefined
    told?.(line, true)
  }
  const bind = (binding: BindingDecl) => {
    const { bindings, undo } = playing
    const same = bindings.list.find(({ from, to, component, program }) => from === binding.from && to === binding.to && component === binding.component && program === binding.program)
    const put = (decl: BindingDecl) => {
      bindings.add(decl)
      midi?.want(decl.from)
      if (decl.encoding) midi?.encode(decl.from, decl.encoding)
    }
    try {
      put(binding)
    } catch (thrown) {
      end(thrown instanceof Error ? thrown.message : String(thrown))
      return
    }
    undo.did(`learned ${binding.to}`, {
      undo() {
        bindings.remove(binding)
        if (binding.encoding) midi?.encode(binding.from, same?.encoding)
        if (same) put(same)
      },
      redo: () => { put(binding) },
    })
    const besides = bindings.of(binding.from).filter(({ to }) => to !== binding.to).map(({ to }) => to)
    end(`${controlLabel(binding.from)} plays ${binding.to}${besides.length > 0 ? `, besides ${besides.join(', ')}` : ''}   (undo takes it back, S saves it)`)
  }
  const bindMidi = (found: Proposal) => {
    const param = target === undefined ? undefined : registry.get(target)
    if (!param) {
      moved = found
      ask()
      return
    }
    bind(proposeMidiBinding(found, param))
  }
  const watching = registry.change$.subscribe(({ param: { address }, from }) => {
    if (NO_HAND.includes(from)) return
    const before = target
    target = address
    if (!tell) return
    const heard = others.touch(address)
    if (moved) bindMidi(moved)
    else if (heard) bind(heard)
    else if (before !== address) ask()
  })
  return {
    get armed() { return tell !== undefined },
    toggle(next) {
      if (tell) {
        end('Nothing was bound')
        return
      }
      tell = next
      // Its address is filled in when something was moved: it may still change.
      byMidi.begin('')
      others.begin()
      if (target !== undefined) others.touch(target)
      deaf = midi?.listen(byMidi.hear) ?? (() => {})
      playing.grab = (event) => {
        const proposal = event.control.startsWith('midi/') ? undefined : others.hear(event)
        if (proposal) bind(proposal)
      }
      ask()
    },
    cancel() {
      if (!tell) return false
      end('Nothing was bound')
      return true
    },
    tick() {
      const found = tell && !moved ? byMidi.propose(now()) : undefined
      if (found) bindMidi(found)
    },
    close() {
      watching.unsubscribe()
      deaf()
    },
  }
}
