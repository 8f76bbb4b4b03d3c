import type { BindingDecl } from '../control/binding.js'
import { createBindings, type Bindings } from '../control/bindings.js'
import { addressActions, addressCue } from '../control/actions.js'
import { createAllEffects } from '../control/bypass.js'
import { createCues, type Cues } from '../control/cues/cues.js'
import type { CueDecl } from '../control/cues/types.js'
import { createInbox } from '../control/inbox.js'
import { createKeys, keyControl, type Keys, type KeysOptions } from '../control/keys.js'
import { createLearn, type Learn } from '../control/learn.js'
import { createModulation, type Modulation } from '../control/modulators/modulation.js'
import type { ModulatorDecl } from '../control/modulators/types.js'
import { meant } from '../control/play-binding.js'
import type { BeatClock, ControlEvent, Inbox, ParamEvent, Signals } from '../control/types.js'
import { createUndo, UNDO, type Undo } from '../control/undo.js'
import type { Faults } from '../engine/guard.js'
import type { TransitionLook } from '../engine/look.js'
import { nearestAddress } from '../engine/nearest-address.js'
import { fire, slug, type Registry } from '../engine/registry.js'
import { bindingsOf, keysBound } from '../sets/controls.js'
import type { SetFile } from '../sets/schema.js'

/** What a set says about how it is played. */
export interface ControlPlan {
  readonly bindings: readonly BindingDecl[]
  readonly modulators: readonly ModulatorDecl[]
  /** Scenes by their slugs. */
  readonly cues: readonly CueDecl[]
  readonly wrapCues: boolean
  readonly keys: KeysOptions['keys']
  /** Keys that its bindings use. */
  readonly taken: readonly string[]
}

/** Of a show that is no set: the usual keys. */
export const NO_CONTROL: ControlPlan = { bindings: [], modulators: [], cues: [], wrapCues: false, keys: {}, taken: [] }

/** `scenes` are the plan's, in the order of the file's. */
export const planControl = (file: SetFile, scenes: readonly { readonly slug: string }[]): ControlPlan => ({
  bindings: bindingsOf(file),
  modulators: file.modulators.map((modulator) => (modulator.kind === 'envelope' ? { ...modulator, control: modulator.control?.replace(/^midi\/([^/]+)/, (_all, device: string) => `midi/${device === '*' ? device : slug(device)}`) } : modulator)),
  cues: file.cues.map(({ scene, ...cue }) => ({ ...cue, scene: scene === undefined ? undefined : scenes[file.scenes.findIndex(({ name }) => name === scene)]?.slug })),
  wrapCues: file.control.wrapCues,
  keys: file.keys,
  taken: keysBound(file),
})

export interface PlayingOptions {
  readonly plan: ControlPlan
  /** With everything of the show in it already. */
  readonly registry: Registry
  readonly show: { readonly scene: number; go(scene: number, look?: TransitionLook): void }
  /** Slugs of the scenes. */
  readonly scenes: readonly string[]
  readonly seed: number
  readonly beat: Pick<BeatClock, 'bpm' | 'beatsPerBar' | 'barsPerPhrase'>
  /** What the beat does when it is tapped (ms), told where the one is (ms), and pushed (beats). One that follows others halves and doubles itself. */
  readonly clock: { tap(at: number): void; resync(at: number): void; nudge(beats: number): void; half?(at: number): void; double?(at: number): void }
  readonly faults: Faults
  /** Milliseconds on `performance.now()`'s clock. */
  readonly now: () => number
  /** Sees everything that arrives, with what plays it. */
  readonly monitor?: { control(event: Readonly<ControlEvent>, played: readonly BindingDecl[]): void; param(event: Readonly<ParamEvent>, taken: boolean): void }
}

/** Everything between the hands and the parameters. */
export interface Playing {
  /** For MIDI, OSC, keys and windows to put in what they hear. */
  readonly inbox: Inbox
  readonly bindings: Bindings
  readonly cues: Cues
  readonly modulation: Modulation
  readonly undo: Undo
  readonly learn: Learn
  readonly keys: Keys
  /** Gets what controls do in place of what they play, while it is there; keys go on playing. */
  grab: ((event: Readonly<ControlEvent>) => void) | undefined
  /** Call at the beginning of each tick: what arrived, then cues and morphs, then modulators. Never throws. */
  tick(signals: Signals): void
  /** A key of a window, by its name; gives what the window itself has to do. */
  key(name: string, kind?: 'press' | 'release'): 'help' | 'quit' | undefined
  /** Stores a cue, and gives it an address. */
  store(cue: CueDecl): void
  close(): void
}

/** What is no edit, and so is not taken back. */
const NO_EDITS = ['/clock/', '/cues/', '/master/blackout', '/master/freeze', '/master/test-card', '/master/bypass']
/** Strangers told of; a flood of them is not worth more. */
const STRANGERS = 64
const CUES = 'cues'

/** Wires inbox, bindings, undo, keys, cues and modulators to a registry, and registers what acts: `/master/bypass`, `/clock/tap`, `/cues/go` ... */
export const createPlaying = ({ plan, registry, show, scenes, seed, beat, clock, faults, now, monitor }: PlayingOptions): Playing => {
  const { guard, report } = faults
  const effects = createAllEffects(registry)
  const keys = createKeys({ keys: plan.keys, scenes, taken: plan.taken })
  const undo = createUndo({ registry, now, leaves: (address, from) => from === CUES || NO_EDITS.some((prefix) => address.startsWith(prefix)) })
  const cues = createCues({
    registry, cues: plan.cues, metre: beat, wrap: plan.wrapCues, report, undo,
    scene: () => scenes[show.scene] ?? '',
    go(scene, transition) {
      // Announced like any change; a way of its own takes the place of the one that this begins.
      registry.get('/master/scene')?.set(scene, CUES)
      if (transition) show.go(scenes.indexOf(scene), transition)
    },
  })
  /** When what is being played happened. */
  let at = 0
  const turn = (by: number) => registry.get('/master/scene')?.set(scenes[(show.scene + by + scenes.length) % scenes.length])
  const tempo = (factor: number) => {
    const bpm = beat.bpm * factor
    if (bpm >= 20 && bpm <= 400) registry.get('/clock/bpm')?.set(bpm)
  }
  addressActions({
    registry,
    panic: {
      bypass: (on) => { effects.bypass(on === true) },
      reset: () => { effects.reset() },
      'previous-scene': () => { turn(-1) },
      'next-scene': () => { turn(1) },
      undo: () => { undo.undo() },
      redo: () => { undo.redo() },
    },
    clock: {
      tap: () => { clock.tap(at) },
      resync: () => { clock.resync(at) },
      half: () => { if (clock.half) clock.half(at); else tempo(0.5) },
      double: () => { if (clock.double) clock.double(at); else tempo(2) },
      nudge: (by) => { clock.nudge(Number(by)) },
    },
    cues: { go: cues.go, next: cues.next, previous: cues.previous, stop: cues.stop },
  })
  cues.slugs.forEach((name, index) => { addressCue(registry, name, () => { cues.recall(index) }) })
  const modulation = createModulation({ registry, modulators: plan.modulators, seed })
  const learn = createLearn(registry)
  const bindings = createBindings({ registry, beat, bindings: [...keys.bindings, ...plan.bindings] })
  const inbox = createInbox({ isButton: bindings.isButton, isTrigger: (address) => registry.get(address)?.decl.type === 'trigger' })
  for (const message of keys.conflicts) report({ unit: 'keys', message, hint: '' })

  const strangers = new Set<string>()
  const stranger = (address: string) => {
    if (strangers.size >= STRANGERS || strangers.has(address)) return
    strangers.add(address)
    const near = nearestAddress(address.slice(0, 400), registry.addresses)
    report({ unit: 'control', message: `there is no parameter ${address.slice(0, 120)}`, hint: near === undefined ? '' : `did you mean ${near}?` })
  }
  let grab: Playing['grab']
  const sink = {
    control(event: Readonly<ControlEvent>) {
      at = event.at
      if (grab && !event.control.startsWith('key/')) {
        grab(event)
        monitor?.control(event, [])
        return
      }
      const proposal = learn.learning ? learn.hear(event) : undefined
      if (proposal) bindings.add(proposal)
      // A control that is being learned is not played yet.
      if (!learn.learning && !proposal) {
        modulation.hear(event)
        bindings.apply(event)
      }
      monitor?.control(event, bindings.of(event.control))
    },
    param(event: Readonly<ParamEvent>) {
      at = event.at
      const param = registry.get(event.address)
      if (!param) stranger(event.address)
      // What a switch sends when it is let go fires nothing.
      else if (param.decl.type === 'trigger') { if (event.value !== false && event.value !== 0) fire(param, event.from) }
      else param.set(meant(param, event.value), event.from)
      monitor?.param(event, param !== undefined)
    },
  }
  // Each by itself: what fails in one leaves the others to play.
  const stages: readonly (readonly [unit: string, run: (signals: Signals) => void])[] = [
    ['control', () => { inbox.drain(sink) }],
    ['control', ({ dt }) => { bindings.tick(dt) }],
    ['cues', ({ beat: now, dt }) => { cues.tick(now, dt) }],
    ['modulators', (signals) => { modulation.tick(signals) }],
    ['control', effects.tick],
  ]

  return {
    inbox, bindings, cues, modulation, undo, learn, keys,
    get grab() { return grab },
    set grab(next) { grab = next },
    tick(signals) {
      for (const [unit, run] of stages) guard(unit, undefined, () => { run(signals) })
    },
    key(name, kind = 'press') {
      inbox.control(keyControl(name), kind, kind === 'press' ? 1 : 0, now())
      return kind === 'press' ? keys.local(name) : undefined
    },
    store(cue) {
      const index = cues.store(cue)
      addressCue(registry, cues.slugs[index] ?? '', () => { cues.recall(index) })
    },
    close() { undo.stop() },
  }
}

/** Who sets what an undo sets: for surfaces that tell everyone of changes. */
export { UNDO }
