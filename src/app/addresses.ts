import { MASK_MODES } from '../engine/effect.js'
import { LAYER, MASK_LOOK, TRANSFORM, TRANSITION, type MaskLook, type TransitionLook } from '../engine/look.js'
import { bool, choice, float, trigger, type ParamDecl, type ParamValue } from '../engine/params.js'
import { slug, type Cell, type Registry } from '../engine/registry.js'
import { keyById } from '../gl/keys/index.js'
import type { Master } from '../gl/types.js'
import type { KeyPlan } from './masking-plan.js'
import type { ScenePlan } from './plan.js'

/** A cell over a property: the registry plays the very object that is drawn. */
const property = <K extends string>(owner: Record<K, ParamValue>, key: K): Cell => ({
  get: () => owner[key],
  set: (value) => { owner[key] = value },
})

type Owner = Record<string, ParamValue>
const addAll = (registry: Registry, prefix: string, owner: object, decls: Readonly<Record<string, ParamDecl>>): void => {
  for (const [name, decl] of Object.entries(decls)) registry.add(`${prefix}/${kebab(name)}`, decl, property(owner as Owner, name))
}
const kebab = (name: string) => slug(name.replace(/([a-z0-9])([A-Z])/g, '$1-$2'))

const MASTER = { opacity: float(0, 1, 1), blackout: bool(false), freeze: bool(false), testCard: bool(false) }
const EFFECT = { mix: float(0, 1, 1), bypass: bool(false), maskMode: choice(MASK_MODES, 'all'), reset: trigger() }

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
  addAll(registry, '/clock', show, { bpm: float(20, 400, 120) })
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

/** `/sources/<id>/softness` and all else its key is played with. */
export const addressKey = (registry: Registry, source: string, { id, values }: KeyPlan): void => { addAll(registry, `/sources/${source}`, values, keyById(id).params) }
