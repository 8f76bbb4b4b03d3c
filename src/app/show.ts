import { setImmediate as turn } from 'node:timers/promises'
import type { Observable, Subscription } from 'rxjs'
import type { Heard, Moment, SubjectFacts } from '../engine/effect.js'
import { DoppelError, messageOf } from '../engine/error.js'
import type { Faults } from '../engine/guard.js'
import { createRegistry, type Registry } from '../engine/registry.js'
import { createStageClock, type StageClock } from '../engine/stats.js'
import type { Output, Source, Tick } from '../engine/types.js'
import { createTransitionLook, type TransitionLook } from '../engine/look.js'
import { createMaster } from '../gl/master.js'
import { createOwned } from '../gl/owned.js'
import type { Gpu, Master, ShaderText } from '../gl/types.js'
import { addressKey, addressMaster, addressMasks, addressScene, addressSubjects } from './addresses.js'
import { createAiming, type Aiming } from './aiming.js'
import { createEnds } from './ends.js'
import { createShowMemory } from './memory.js'
import { createPictures, type SourceMasks } from './pictures.js'
import { packedSubjects, type ShowPlan } from './plan.js'
import { createProgramme, type SourceDoor } from './programme.js'
import { openScene } from './scene.js'
import { createTestCard } from './test-card.js'

export interface ShowOptions {
  readonly plan: ShowPlan
  readonly gpu: Gpu
  readonly size: readonly [number, number]
  readonly fps: number
  /** The open sources, by the ids the plan uses; `need` opens those of scenes to come. */
  readonly sources: ReadonlyMap<string, Source>
  readonly need?: SourceDoor['need']
  /** Of the sources whose masks are made live. */
  readonly masks?: ReadonlyMap<string, SourceMasks>
  readonly outputs: readonly Output[]
  /** Where the music is, as it is drawn; counts along with the ticks unless given. */
  readonly beat?: ShowBeat
  /** What is heard: bass, low mids, high mids, treble, each 0..1. */
  readonly audio?: ArrayLike<number>
  /** The same in full: its newest samples and its spectrum. */
  readonly sound?: Heard
  /** The clock on the wall, milliseconds since 1970, for effects that show the time of day; offline there is none. */
  readonly wall?: () => number
  readonly shaders: { readonly text: ShaderText; readonly changed$?: Observable<string> }
  readonly faults: Faults
  /** Most graphics memory, bytes; half the machine's memory unless told. */
  readonly memoryLimit?: number
}

export interface ShowBeat {
  bpm: number
  readonly beatsPerBar: number
  /** Beats since the first one, now. */
  now(): number
}

export interface Show {
  /** Every parameter by its address. */
  readonly registry: Registry
  readonly master: Master
  /** How scenes come in that do not say otherwise. */
  readonly transition: TransitionLook
  /** Index of the scene shown, or on its way. */
  readonly scene: number
  /** How many there are. */
  readonly scenes: number
  /** Goes to a scene, by `look` or else its own or the show's transition, once its sources are ready. Other numbers are ignored. */
  go(scene: number, look?: TransitionLook): void
  /** Clicking on things. */
  readonly aiming: Aiming
  readonly stages: StageClock
  /** How old the masks are that were shown last; undefined where none are made live. */
  readonly maskAge: { readonly frames: number; readonly ms: number } | undefined
  /** Beats per minute; the beat runs on from where it is when it changes. */
  bpm: number
  /** How much graphics memory it takes, in a sentence. */
  readonly memory: string
  /** Where a subject (from 1) of a source is in the scene that is seen; undefined while nothing looks. */
  facts(source: string, subject: number): SubjectFacts | undefined
  /** Draws one tick to every output. Never throws; what fails is reported and replaced by its last good picture. */
  tick(tick: Tick): void
  /** Waits until every source has exactly the picture of the last advance, then draws: for rendering offline. */
  tickExactly(tick: Tick): Promise<void>
  /** Hands over the pictures still on their way to pixel outputs, as these have room for them. */
  flush(): Promise<void>
  close(): void
}

/** Part of a tick that may be spent waiting for a mask. */
const SPARE = 0.5

/** Wires sources, scenes, the master and the outputs into one tick (docs/architecture.md walks through it). */
export const openShow = ({ plan, gpu, size: [width, height], fps, sources, need, masks, outputs, beat, audio, sound, wall, shaders, faults, memoryLimit }: ShowOptions): Show => {
  const { guard, report } = faults
  const stages = createStageClock()
  const master: Master = { opacity: 1, blackout: false, freeze: false, testCard: false }
  const transition = createTransitionLook(plan.transition)
  const shaderText = shaders.text
  const packed = new Map(plan.sources.map((source) => [source.id, packedSubjects(source)]))
  const labels = new Map([...packed].filter(([id, count]) => count > 0 && plan.sources.some((source) => source.id === id && source.kind === 'clip')))
  const pictures = createPictures(gpu, {
    width, height, shaderText, sources, labels, spareMs: SPARE / fps * 1000,
    ...(masks && { masks }),
    keys: new Map([...plan.masking].flatMap(([id, { key }]) => (key ? [[id, key] as const] : []))),
    masking: (begins) => { stages.mark(begins ? 'upload' : 'mask') },
  })
  const subjectsOf = (source: string) => (plan.masking.get(source)?.key ? 0 : masks?.get(source)?.most ?? packed.get(source) ?? 0)
  const watched = new Set(plan.control.modulators.flatMap((modulator) => (modulator.kind === 'follow' ? [modulator.source] : [])))
  for (const { name, source } of plan.scenes[0]?.layers ?? []) {
    if (!sources.has(source)) throw new RangeError(`layer ${name} uses the source ${source}, which was not opened`)
  }
  const { keep, all, close: closeScenes } = createOwned()
  const memory = keep(createShowMemory(gpu, { plan, width, height, tickSeconds: 1 / fps, limit: memoryLimit }))
  const scenes = all(() => plan.scenes.map((scene, i) => keep(openScene(gpu, { plan: scene, width, height, tickSeconds: 1 / fps, shaderText, pictures, subjectsOf, watched, memory: memory.scene(i), faults }))))
  const programme = createProgramme(gpu, {
    width, height, scenes,
    sources: { all: sources, ...(need && { need }) },
    refused: ({ plan: { name } }, thrown) => {
      report({ unit: name, message: `the scene cannot be opened: ${messageOf(thrown)}`, hint: thrown instanceof DoppelError ? thrown.hint : '' })
    },
  })
  const aiming = createAiming(gpu, { width, height, programme, sources, masks: masks ?? new Map() })
  const ender = createMaster(gpu, { width, height })
  const testCard = createTestCard(gpu, { width, height, seed: plan.seed, shaderText })
  const { screens, pixels, present, read, flush, close: closeOutputs } = createEnds(gpu, outputs, faults)

  const moment: { -readonly [K in keyof Moment]: Moment[K] } = { time: 0, dt: 0, frame: 0, bpm: plan.bpm, beat: 0, seed: plan.seed, ...(audio && { audio }), ...(sound && { sound }) }
  /** Of a show that nobody gave a beat: it goes by its ticks. */
  let counted = 0
  const music: ShowBeat = beat ?? { bpm: plan.bpm, beatsPerBar: 4, now: () => counted }
  moment.beatsPerBar = music.beatsPerBar
  const changed: string[] = []
  const watching: Subscription | undefined = shaders.changed$?.subscribe((file) => changed.push(file))

  /** Of a scene that waits to come in: its sources stand at their beginning. */
  const still: { -readonly [K in keyof Tick]: Tick[K] } = { n: 0, time: 0, dt: 0, skipped: 0 }
  const advance = (tick: Tick) => {
    still.n = tick.n
    still.time = tick.time
    for (const source of programme.playing) guard(source.id, undefined, () => { source.advance(tick) })
    for (const source of programme.waiting) guard(source.id, undefined, () => { source.advance(still) })
  }
  const draw = (tick: Tick, offline: boolean) => {
    gpu.makeCurrent()
    for (const file of changed.splice(0)) for (const scene of scenes) scene.reload(file)
    moment.time = tick.time
    moment.dt = tick.dt
    moment.frame = tick.n
    counted += (tick.dt * music.bpm) / 60
    moment.bpm = music.bpm
    moment.beat = music.now()
    if (wall) moment.wall = wall()
    pictures.sweep()
    programme.upload(moment)
    stages.mark('upload')
    const finished = ender.finish(master.testCard ? testCard.draw(tick, moment) : programme.draw(moment, offline), master)
    stages.mark('chain')
    const seen = guard('mask view', undefined, aiming.draw) ?? finished
    for (const screen of screens) guard(screen.output.id, undefined, () => present(screen, seen))
    stages.mark('present')
    for (const unit of pixels) guard(unit.output.id, undefined, () => read(unit, finished, tick.n, offline))
    stages.mark('readback')
    if (!offline) pictures.handOver()
  }

  const registry = createRegistry()
  const show: Show = {
    registry,
    master,
    aiming,
    stages,
    transition,
    get scene() { return programme.scene },
    scenes: scenes.length,
    get maskAge() { return pictures.maskAge },
    go(scene, look) { programme.go(scene, look ?? plan.scenes[scene]?.transition ?? transition) },
    get bpm() { return music.bpm },
    set bpm(value) { music.bpm = value },
    get memory() { return memory.says() },
    facts: (source, subject) => programme.seen?.facts(source, subject),
    tick(tick) {
      stages.begin()
      advance(tick)
      stages.mark('pull')
      guard('show', undefined, () => draw(tick, false))
    },
    async tickExactly(tick) {
      // Where nothing has to be waited for, Ctrl-C and what the workers say would never be heard.
      await turn()
      stages.begin()
      await programme.ready()
      advance(tick)
      for (const source of [...programme.playing, ...programme.waiting]) await source.settle()
      await pictures.settle([...programme.playing, ...programme.waiting], moment)
      for (const { output } of pixels) await output.ready()
      stages.mark('pull')
      draw(tick, true)
    },
    flush,
    close() {
      watching?.unsubscribe()
      gpu.makeCurrent()
      closeOutputs()
      closeScenes()
      for (const unit of [pictures, programme, aiming, ender, testCard]) unit.close()
    },
  }
  // What converts the pictures is compiled at the first of them: not in the show.
  const moments = { ...moment }
  for (const { plan: { layers } } of scenes) for (const { source, fit } of layers) guard(source, undefined, () => { pictures.warm(source, fit, moments) })
  addressMaster(registry, show, plan.scenes)
  for (const scene of plan.scenes) addressScene(registry, scene)
  for (const [id, { look, subjects }] of masks ?? []) {
    addressMasks(registry, id, look)
    addressSubjects(registry, id, subjects)
  }
  for (const [id, { key }] of plan.masking) if (key) addressKey(registry, id, key)
  return show
}
