import { LAYER, MASK_LOOK, TRANSFORM, TRANSITION, type MaskLook, type TransitionLook } from '../engine/look.js'
import { bool, choice, int, point, trigger, type ParamDecl, type ParamValue } from '../engine/params.js'
import { kebab, type Cell, type Registry } from '../engine/registry.js'
import { keyById } from '../gl/keys/index.js'
import type { Master } from '../gl/types.js'
import type { KeyPlan } from './masking-plan.js'
import { CLOCK, EFFECT, MASTER } from '../sets/addresses.js'
import type { ScenePlan } from './plan.js'
import type { Subjects } from './subjects.js'

/** A cell over a property: the registry plays the very object that is drawn. */
const property = <K extends string>(owner: Record<K, ParamValue>, key: K): Cell => ({
  get: () => owner[key],
  set: (value) => { owner[key] = value },
})

type Owner = Record<string, ParamValue>
const addAll = (registry: Registry, prefix: string, owner: object, decls: Readonly<Record<string, ParamDecl>>): void => {
  for (const [name, decl] of Object.entries(decls)) registry.add(`${prefix}/${kebab(name)}`, decl, property(owner as Owner, name))
}
/** What the addresses under `/master` and `/clock` play. */
export interface MasterOwner {
  readonly master: Master
  readonly transition: TransitionLook
  bpm: number
  readonly scene: number
  go(scene: number): void
}

/** `/master/...`, with `/master/scene` (by slug) and `/master/transition/...`, and `/clock/bpm`. */
export const addressMaster = (registry: Registry, show: MasterOwner, scenes: readonly ScenePlan[]): void => {
  const slugs = scenes.map((scene) => scene.slug)
  addAll(registry, '/master', show.master, MASTER)
  registry.add('/master/scene', choice(slugs, slugs[0] ?? ''), { get: () => slugs[show.scene] ?? '', set: (value) => { show.go(slugs.indexOf(String(value))) } })
  addAll(registry, '/master/transition', show.transition, TRANSITION)
  addAll(registry, '/clock', show, CLOCK)
}

/** `/scene/layer/opacity`, `/scene/layer/transform/scale` and `/scene/layer/effect/param`, for every layer of a scene. */
export const addressScene = (registry: Registry, scene: ScenePlan): void => {
  for (const layer of scene.layers) {
    const prefix = `/${scene.slug}/${layer.slug}`
    addAll(registry, prefix, layer.look, LAYER)
    addAll(registry, `${prefix}/transform`, layer.transform, TRANSFORM)
    for (const effect of layer.effects) {
      addAll(registry, `${prefix}/${effect.slug}`, effect, EFFECT)
      addAll(registry, `${prefix}/${effect.slug}`, effect.values, effect.decl.params)
    }
  }
}

/** `/sources/<id>/align` and all else its live masks are played with. */
export const addressMasks = (registry: Registry, source: string, look: MaskLook): void => { addAll(registry, `/sources/${source}`, look, MASK_LOOK) }

/** No place of any picture: what a click address shows when nothing was clicked. */
const NOWHERE = [-1, -1] as const
/** A trigger that does something: how often it fired is all it keeps. */
const doing = (act: () => void): Cell => {
  let fired = 0
  return {
    get: () => fired,
    set(value) {
      fired = Number(value)
      act()
    },
  }
}

/** `/sources/<id>/subject` (1 up: which one clicks are about), `click`, `not`, `add`, `again`, `remove`, and `frozen/<n>`. Places count from the bottom left. */
export const addressSubjects = (registry: Registry, source: string, subjects: Subjects): void => {
  const prefix = `/sources/${source}`
  registry.add(`${prefix}/subject`, int(1, subjects.most, 1), { get: () => subjects.chosen + 1, set: (value) => { subjects.chosen = Number(value) - 1 } })
  for (const [name, positive] of [['click', true], ['not', false]] as const) {
    registry.add(`${prefix}/${name}`, point(...NOWHERE), { get: () => NOWHERE, set: (value) => { if (Array.isArray(value)) subjects.click(Number(value[0]), 1 - Number(value[1]), positive) } })
  }
  registry.add(`${prefix}/add`, trigger(), doing(subjects.add))
  registry.add(`${prefix}/again`, trigger(), doing(subjects.again))
  registry.add(`${prefix}/remove`, trigger(), doing(() => { subjects.remove(subjects.chosen) }))
  for (let i = 0; i < subjects.most; i++) registry.add(`${prefix}/frozen/${i + 1}`, bool(false), { get: () => subjects.isFrozen(i), set: (on) => { subjects.freeze(i, on === true) } })
}

/** `/sources/<id>/softness` and all else its key is played with. */
export const addressKey = (registry: Registry, source: string, { id, values }: KeyPlan): void => { addAll(registry, `/sources/${source}`, values, keyById(id).params) }
