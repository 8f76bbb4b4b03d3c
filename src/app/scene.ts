import type { Moment, SubjectFacts } from '../engine/effect.js'
import type { Faults } from '../engine/guard.js'
import { createChain } from '../gl/chain.js'
import type { Chain, Compositor, Drawn, Gpu, ShaderText, Target } from '../gl/types.js'
import type { Side } from '../gl/shared-rings.js'
import type { SceneMemory } from './memory.js'
import type { Pictures } from './pictures.js'
import type { LayerPlan, ScenePlan } from './plan.js'

export interface SceneOptions {
  readonly plan: ScenePlan
  readonly width: number
  readonly height: number
  readonly tickSeconds: number
  readonly shaderText: ShaderText
  readonly pictures: Pictures
  readonly memory: SceneMemory
  /** How many subjects a source packs into its mask; 0 when that is one subject's own. */
  readonly subjectsOf: (source: string) => number
  /** Sources whose subjects are followed by modulators. */
  readonly watched?: ReadonlySet<string>
  readonly faults: Faults
}

/** A scene with every layer's effects compiled, whether it is seen or not. */
export interface Scene {
  readonly plan: ScenePlan
  /** Ids of the sources it shows. */
  readonly sources: readonly string[]
  /** Brings its sources' newest pictures to the GPU. Never throws. */
  upload(moment: Moment): void
  /** Runs its effects and lays its layers over one another. Never throws. `alone`: nothing else draws before the picture is used. */
  draw(compositor: Compositor, moment: Moment, exact: boolean, alone: boolean): Target
  /** The mask of the topmost layer that has one, as last uploaded. */
  readonly subject: Target | undefined
  /** Its topmost layer whose source `wanted` takes, as it is seen now. */
  top(wanted: (source: string) => boolean): { readonly layer: LayerPlan; readonly drawn: Drawn } | undefined
  /** Where a subject (from 1) of a source is, as one of its layers saw it last; undefined while none looks. */
  facts(source: string, subject: number): SubjectFacts | undefined
  /** It comes in, on one of two sides that scenes which are drawn at once have, as new: its effects forget what they remember. */
  enter(side: Side): void
  reload(file: string): void
  close(): void
}

interface Layer {
  readonly plan: LayerPlan
  readonly chain: Chain
  drawn: Drawn | undefined
}

/** Opens a scene: compiles all its effects. Throws a {@link DoppelError} for a shader that does not compile. */
export const openScene = (gpu: Gpu, { plan, width, height, tickSeconds, shaderText, pictures, subjectsOf, watched, memory, faults }: SceneOptions): Scene => {
  const { guard, report } = faults
  const layers: Layer[] = []
  const close = () => {
    for (const { chain } of layers.splice(0)) chain.close()
  }
  try {
    for (const [i, layer] of plan.layers.entries()) {
      const chain = createChain(gpu, {
        width, height, instances: layer.effects, shaderText, report, tickSeconds, historySeconds: layer.past.seconds, historyStride: layer.past.stride, historySeat: memory.seat(i), loopBeats: layer.past.loopBeats,
        subjects: subjectsOf(layer.source), subject: layer.subject === 'all' ? undefined : layer.subject - 1, watched: watched?.has(layer.source) ?? false,
      })
      layers.push({ plan: layer, chain, drawn: undefined })
      memory.took(i)
    }
  } catch (thrown) {
    close()
    throw thrown
  }

  const shown: Layer[] = []
  /** What is not seen is not drawn either. */
  const choose = () => {
    shown.length = 0
    const solo = layers.some(({ plan: { look } }) => look.solo && !look.bypass)
    for (const layer of layers) {
      const { look } = layer.plan
      if (!look.bypass && look.opacity > 0 && (look.solo || !solo)) shown.push(layer)
    }
  }
  let now: Moment
  let exactly = false
  // One closure per layer and task, made once: guarding costs no allocation in a tick.
  const uploads = new Map(layers.map((layer) => [layer, () => { layer.drawn = pictures.draw(layer.plan.source, layer.plan.fit, now) }]))
  const runs = new Map(layers.map((layer) => [layer, () => layer.drawn && layer.chain.run(layer.drawn, now, exactly)]))
  const nothing = () => undefined

  return {
    plan,
    sources: [...new Set(plan.layers.map(({ source }) => source))],
    upload(moment) {
      now = moment
      choose()
      for (const layer of shown) guard(layer.plan.slug, undefined, uploads.get(layer) ?? nothing)
    },
    draw(compositor, moment, exact, alone) {
      now = moment
      exactly = exact
      compositor.begin(alone && shown.length === 1)
      for (const layer of shown) {
        const picture = guard<Target | undefined>(layer.plan.slug, undefined, runs.get(layer) ?? nothing)
        const { look, transform } = layer.plan
        if (picture) compositor.add(picture, look.opacity, look.blend, transform)
      }
      return compositor.finish()
    },
    get subject() {
      return shown.findLast(({ drawn }) => drawn?.mask)?.drawn?.mask
    },
    top(wanted) {
      const found = shown.findLast(({ plan: { source }, drawn }) => drawn && wanted(source))
      return found?.drawn && { layer: found.plan, drawn: found.drawn }
    },
    facts: (source, subject) => layers.find(({ plan, chain }) => plan.source === source && chain.facts)?.chain.facts?.[subject],
    enter(side) {
      memory.sit(side)
      for (const { plan: { effects } } of layers) for (const effect of effects) effect.reset += 1
    },
    reload(file) {
      for (const { chain } of layers) guard('shaders', undefined, () => { chain.reload(file) })
    },
    close,
  }
}
