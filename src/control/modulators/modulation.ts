import { MODULATOR, MODULATOR_RATES, type ModulatorKind, type Polarity } from '../../engine/controls.js'
import { slug, uniqueSlug, type Param, type Registry } from '../../engine/registry.js'
import { fitsControl } from '../binding.js'
import { onePole } from '../curve.js'
import { numericOf, type Numeric } from '../numeric.js'
import type { ControlEvent, Signals } from '../types.js'
import { createEnvelope } from './envelope.js'
import { createLfo } from './lfo.js'
import { seedOf } from './noise.js'
import { createAudio, createFollow, createRandom, createSteps } from './others.js'
import type { Generator, ModulatorDecl, ModulatorPlay } from './types.js'

export interface ModulationOptions {
  readonly registry: Registry
  readonly modulators: readonly ModulatorDecl[]
  readonly seed: number
}

/** All modulators of a show. What they do follows from the signals and the seed alone. */
export interface Modulation {
  /** Moves what is drawn of every modulated parameter. Call once per tick, after all that sets values. */
  tick(signals: Signals): void
  /** Lets notes and buttons open envelopes. */
  hear(event: Readonly<ControlEvent>): void
  /** Slug and declaration of each, in order. */
  readonly list: readonly { readonly slug: string; readonly decl: ModulatorDecl }[]
  /** Everything is drawn as it was set again. */
  release(): void
}

const make = (decl: ModulatorDecl, play: ModulatorPlay, seed: number, registry: Registry): Generator => {
  switch (decl.kind) {
    case 'lfo': return createLfo(decl, play, seed)
    case 'envelope': return createEnvelope(decl, play, registry)
    case 'audio': return createAudio(decl)
    case 'random': return createRandom(decl, play, seed)
    case 'steps': return createSteps(decl, play)
    case 'follow': return createFollow(decl)
  }
}

const POLARITY: Readonly<Record<ModulatorKind, Polarity>> = { lfo: 'bipolar', random: 'bipolar', steps: 'bipolar', envelope: 'unipolar', audio: 'unipolar', follow: 'unipolar' }

interface Voice {
  readonly decl: ModulatorDecl
  readonly slug: string
  readonly play: ModulatorPlay
  readonly generator: Generator
  readonly gate: readonly string[] | undefined
  readonly bipolar: boolean
  smoothed: number
}
/** All voices of one component of a parameter. */
interface Lane { readonly decl: ModulatorDecl; readonly voices: Voice[]; numeric: Numeric | undefined }
interface Target {
  readonly address: string
  readonly lanes: Lane[]
  /** Of which the numbers are known. */
  param: Param | undefined
  moved: boolean
  /** What is drawn, of lists: two in turn, so that a change is one of identity too. */
  readonly lists: [number[], number[]]
  turn: 0 | 1
}

const addressVoice = (registry: Registry, { slug: name, play, decl }: Voice) => {
  const owner = play as unknown as Record<string, number | boolean>
  const rate = decl.kind === 'lfo' && decl.hz !== undefined ? 'hz' : 'every' in decl ? 'every' : undefined
  const decls = { ...MODULATOR, ...(rate && { [rate]: MODULATOR_RATES[rate] }) }
  for (const [key, param] of Object.entries(decls)) registry.add(`/modulators/${name}/${key}`, param, { get: () => owner[key] ?? 0, set: (value) => { owner[key] = value as number | boolean } })
}

/** Also registers each modulator's own parameters, under `/modulators/<name>`. */
export const createModulation = ({ registry, modulators, seed }: ModulationOptions): Modulation => {
  const taken = new Set<string>()
  const targets = new Map<string, Target>()
  const voices = modulators.map((decl, index): Voice => {
    const play: ModulatorPlay = { depth: decl.depth, offset: decl.offset, bypass: decl.bypass ?? false, every: 'every' in decl ? decl.every : 1, hz: decl.kind === 'lfo' ? decl.hz ?? 1 : 1 }
    const voice: Voice = {
      decl, play,
      slug: uniqueSlug(slug(decl.name ?? decl.kind), taken),
      generator: make(decl, play, seedOf(seed, index), registry),
      gate: decl.kind === 'envelope' && decl.trigger === 'control' ? decl.control?.split('/') : undefined,
      bipolar: (decl.polarity ?? POLARITY[decl.kind]) === 'bipolar',
      smoothed: Number.NaN,
    }
    // What would move itself is left out.
    if (decl.to.startsWith(`/modulators/${voice.slug}/`)) return voice
    const target = targets.get(decl.to) ?? { address: decl.to, lanes: [], param: undefined, moved: false, lists: [[], []], turn: 0 }
    targets.set(decl.to, target)
    const lane = target.lanes.find((other) => other.decl.component === decl.component)
    if (lane) lane.voices.push(voice)
    else target.lanes.push({ decl, voices: [voice], numeric: undefined })
    return voice
  })
  for (const voice of voices) addressVoice(registry, voice)
  // Modulators of modulators come first, so that they are felt in the same tick.
  const inOrder = [...targets.values()].sort((a, b) => Number(b.address.startsWith('/modulators/')) - Number(a.address.startsWith('/modulators/')))
  const gated = voices.filter(({ gate }) => gate)

  /** How far a voice moves its parameter, in parts of the range. */
  const hearVoice = (voice: Voice, signals: Signals): number => {
    const raw = voice.generator.tick(signals)
    const finite = Number.isFinite(raw) ? raw : 0
    voice.smoothed = Number.isNaN(voice.smoothed) ? finite : voice.smoothed + (finite - voice.smoothed) * onePole(voice.decl.smoothMs, signals.dt)
    return voice.play.offset + voice.play.depth * (voice.bipolar ? voice.smoothed - 0.5 : voice.smoothed)
  }
  const moveTarget = (target: Target, signals: Signals) => {
    const param = registry.get(target.address)
    if (param !== target.param) {
      target.param = param
      target.moved = false
      for (const lane of target.lanes) lane.numeric = param && numericOf(param.decl, lane.decl.component)
    }
    if (!param) return
    let value = param.value
    let any = false
    target.turn = target.turn === 0 ? 1 : 0
    const out = target.lists[target.turn]
    for (const { numeric, voices: here } of target.lanes) {
      let sum = 0
      let on = false
      for (const voice of here) {
        // One that is bypassed keeps its time.
        const moved = hearVoice(voice, signals)
        if (voice.play.bypass) continue
        sum += moved
        on = true
      }
      if (!numeric || !on) continue
      const base = numeric.read(param.value)
      const least = Math.min(numeric.min, base)
      const most = Math.max(numeric.max, base)
      value = numeric.write(Math.min(most, Math.max(least, base + sum * (numeric.max - numeric.min))), value, out)
      any = true
    }
    if (any) param.modulate(value)
    else if (target.moved) param.release()
    target.moved = any
  }

  return {
    list: voices.map(({ slug: name, decl }) => ({ slug: name, decl })),
    tick(signals) {
      for (const target of inOrder) moveTarget(target, signals)
    },
    hear({ control, kind, value }) {
      if (kind !== 'press' && kind !== 'release') return
      for (const { gate, generator } of gated) if (gate && fitsControl(gate, control)) generator.gate?.(kind === 'press' ? value : 0)
    },
    release() {
      for (const target of inOrder) {
        if (target.moved) target.param?.release()
        target.moved = false
      }
    },
  }
}
