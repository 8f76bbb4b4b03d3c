import { nearestAddress } from '../../engine/nearest-address.js'
import type { TransitionLook } from '../../engine/look.js'
import { clampParam, expectedOf, type ParamValue } from '../../engine/params.js'
import { fire, slug, uniqueSlug, type Registry } from '../../engine/registry.js'
import type { Fault } from '../../engine/types.js'
import type { Undo } from '../undo.js'
import { stepMorph, type Morph } from './morph.js'
import { nextBeat, type Metre } from './quantise.js'
import type { CueDecl } from './types.js'

export interface CuesOptions {
  readonly registry: Registry
  readonly cues: readonly CueDecl[]
  readonly metre: Metre
  /** After the last comes the first. */
  readonly wrap?: boolean
  /** Goes to a scene by its slug, in its own way unless one is told. */
  readonly go: (scene: string, transition: TransitionLook | undefined) => void
  /** Slug of the scene shown, for undo. */
  readonly scene: () => string
  readonly report: (fault: Omit<Fault, 'count'>) => void
  readonly undo?: Undo
}

/** The list of cues and where in it the show is. */
export interface Cues {
  /** Recalls by number, as it is quantised; other numbers are ignored. */
  recall(index: number): void
  next(): void
  previous(): void
  /** The one that waits for its beat, or else the next, this very tick. */
  go(): void
  /** Nothing waits, moves or follows by itself any more. */
  stop(): void
  /** Call once per tick, with the beat it is drawn at and seconds since the last. */
  tick(beat: number, dt: number): void
  /** Recalled last; -1 before any. */
  readonly current: number
  /** Waiting for its beat. */
  readonly waiting: number | undefined
  /** Parameters on their way. */
  readonly moving: number
  readonly list: readonly CueDecl[]
  /** Slug of each, as in its address. */
  readonly slugs: readonly string[]
  /** Adds a cue at the end, or puts it in place of the one of its name; gives its number. */
  store(cue: CueDecl): number
}

/** Names below `/cues` that are no cue's. */
const TAKEN = ['go', 'next', 'previous', 'stop']

/** The slugs of cues of these names, in order. */
export const cueSlugs = (names: readonly string[]): string[] => {
  const taken = new Set(TAKEN)
  return names.map((name) => uniqueSlug(slug(name), taken))
}

export const createCues = ({ registry, cues, metre, wrap = false, go, scene, report, undo }: CuesOptions): Cues => {
  const list = [...cues]
  let slugs = cueSlugs(list.map(({ name }) => name))
  const morphs: Morph[] = []
  /** How many parameters of each recall still move. */
  const counts = new Map<string, number>()
  const told = new Set<string>()
  let current = -1
  /** `due` is NaN until a tick has told where the music is. */
  let pending: { readonly index: number; due: number } | undefined
  /** Towards the next, since the current was recalled; NaN until the first tick. */
  let [seconds, beats, held] = [0, 0, true]
  let [lastBeat, recalls] = [Number.NaN, 0]

  const tell = (key: string, message: string, hint: string) => {
    if (told.has(key)) return
    told.add(key)
    report({ unit: 'cues', message, hint })
  }
  const leave = (by: string) => {
    const left = (counts.get(by) ?? 1) - 1
    if (left > 0) counts.set(by, left)
    else {
      counts.delete(by)
      undo?.close(by)
    }
  }
  const letGo = (address: string) => {
    const at = morphs.findIndex(({ param }) => param.address === address)
    const [morph] = at < 0 ? [] : morphs.splice(at, 1)
    if (morph) leave(morph.by)
  }
  const abandon = (by: string) => {
    counts.delete(by)
    for (let i = morphs.length - 1; i >= 0; i--) if (morphs[i]?.by === by) morphs.splice(i, 1)
  }
  const bring = (cue: CueDecl, address: string, value: ParamValue, by: string, passed: number) => {
    // A cue that recalled itself would never end.
    if (address.startsWith('/cues/')) {
      tell(`${cue.name}\n${address}`, `the cue "${cue.name}" stores ${address}: a cue cannot recall another`, 'give it "advance" to let the next one follow')
      return
    }
    const param = registry.get(address)
    if (!param) {
      const key = `${cue.name}\n${address}`
      if (told.has(key)) return
      const near = nearestAddress(address, registry.addresses)
      tell(key, `the cue "${cue.name}" stores ${address}, which is not there`, near === undefined ? 'the rest of it is recalled; store the cue anew' : `did you mean ${near}? The rest of it is recalled`)
      return
    }
    letGo(address)
    if (param.decl.type === 'trigger') {
      fire(param, by)
      return
    }
    const to = clampParam(param.decl, value)
    if (to === undefined) {
      tell(`${cue.name}\n${address}`, `the cue "${cue.name}" stores ${JSON.stringify(value)} for ${address}, which takes ${expectedOf(param.decl)}`, 'the rest of it is recalled; store the cue anew')
      return
    }
    const morph: Morph = { param, from: param.value, to, beats: cue.morph, passed, wrote: param.value, by }
    if (stepMorph(morph)) return
    morphs.push(morph)
    counts.set(by, (counts.get(by) ?? 0) + 1)
  }
  /** It was due so many beats and seconds ago; NaN lets it begin with the next tick. */
  const fireCue = (index: number, lateBeats: number, lateSeconds: number) => {
    const cue = list[index]
    if (!cue) return
    current = index
    pending = undefined
    ;[seconds, beats, held] = [lateSeconds, lateBeats, false]
    const by = `cue/${++recalls}`
    undo?.open(by, `cue "${cue.name}"`, () => { abandon(by) })
    if (cue.scene !== undefined) {
      undo?.note(by, '/master/scene', scene(), cue.scene)
      go(cue.scene, cue.transition)
    }
    for (const [address, value] of Object.entries(cue.values)) bring(cue, address, value, by, lateBeats)
    if (!counts.has(by)) undo?.close(by)
  }
  const ask = (index: number, [lateBeats, lateSeconds] = [Number.NaN, Number.NaN]) => {
    const cue = list[index]
    if (!cue) return
    // At once is at once: what else was done in this tick keeps its order.
    if (cue.quantise === 'none') fireCue(index, lateBeats, lateSeconds)
    else pending = { index, due: Number.NaN }
  }
  const after = (index: number, by: number): number => {
    const to = index + by
    return wrap && list.length > 0 ? (to + list.length) % list.length : to
  }
  /** Where the list will be once what waits has come. */
  const place = () => pending?.index ?? current
  const follow = (dBeat: number, dt: number) => {
    seconds = Number.isNaN(seconds) ? 0 : seconds + dt
    beats = Number.isNaN(beats) ? 0 : beats + dBeat
    const advance = list[current]?.advance
    if (held || pending || !advance || advance.kind === 'manual') return
    const over = advance.kind === 'timed' ? seconds - advance.seconds : beats - advance.beats
    if (over < -1e-6) return
    held = true
    // What came late must not make the next one later.
    const late = Math.max(0, over)
    const perSecond = dt > 0 ? dBeat / dt : 0
    ask(after(current, 1), advance.kind === 'timed' ? [late * perSecond, late] : [late, perSecond > 0 ? late / perSecond : 0])
  }

  return {
    recall: (index) => { ask(index) },
    next: () => { ask(after(place(), 1)) },
    previous: () => { ask(after(Math.max(0, place()), -1)) },
    go: () => {
      const index = pending?.index ?? after(current, 1)
      if (list[index]) fireCue(index, Number.NaN, Number.NaN)
    },
    stop() {
      pending = undefined
      held = true
      for (const { by } of morphs.splice(0)) leave(by)
    },
    tick(beat, dt) {
      // Where the beat was set back nothing goes backwards: it goes on from there.
      const back = beat < lastBeat
      const dBeat = Number.isNaN(lastBeat) || back ? 0 : beat - lastBeat
      lastBeat = beat
      let kept = 0
      for (const morph of morphs) {
        morph.passed = Number.isNaN(morph.passed) ? 0 : morph.passed + dBeat
        if (stepMorph(morph)) leave(morph.by)
        else morphs[kept++] = morph
      }
      morphs.length = kept
      follow(dBeat, dt)
      if (!pending) return
      if (Number.isNaN(pending.due) || back) pending.due = nextBeat(list[pending.index]?.quantise ?? 'none', beat, metre)
      if (beat >= pending.due) fireCue(pending.index, beat - pending.due, 0)
    },
    get current() { return current },
    get waiting() { return pending?.index },
    get moving() { return morphs.length },
    list,
    get slugs() { return slugs },
    store(cue) {
      const same = list.findIndex(({ name }) => name === cue.name)
      const index = same < 0 ? list.length : same
      list[index] = cue
      slugs = cueSlugs(list.map(({ name }) => name))
      return index
    },
  }
}
