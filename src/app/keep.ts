import { copyFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ParamValue } from '../engine/params.js'
import { messageOf } from '../engine/error.js'
import { kebab, type Registry } from '../engine/registry.js'
import type { BindingDecl } from '../control/binding.js'
import { writeBindings } from '../sets/controls.js'
import { saveSet } from '../sets/save.js'
import type { SetFile, SetSource } from '../sets/schema.js'
import type { Seed } from '../masking/types.js'
import { openSet } from './isf.js'
import type { ScenePlan } from './plan.js'

export interface KeepOptions {
  readonly path: string
  readonly registry: Registry
  readonly scenes: readonly ScenePlan[]
  readonly bpm: number
  readonly bindings: readonly BindingDecl[]
  /** What was clicked, by source, with the upright picture's size in pixels. */
  readonly seeds: ReadonlyMap<string, { readonly seeds: readonly (Seed | undefined)[]; readonly width: number; readonly height: number }>
}

/** What was played, in the words of a set file: values that were set (not what modulators make of them), clicks, bindings. */
export const playedSet = (file: SetFile, { registry, scenes, bpm, bindings, seeds }: Omit<KeepOptions, 'path'>): SetFile => {
  const value = <T extends ParamValue>(address: string, otherwise: T): T => (registry.get(address)?.value ?? otherwise) as T
  return {
    ...file,
    bpm,
    scenes: file.scenes.map((scene, i) => ({
      ...scene,
      layers: scene.layers.map((layer, j) => {
        const plan = scenes[i]?.layers[j]
        if (!plan) return layer
        const at = `/${scenes[i]?.slug ?? ''}/${plan.slug}`
        return {
          ...layer,
          opacity: value(`${at}/opacity`, layer.opacity),
          blend: value(`${at}/blend`, layer.blend),
          bypass: value(`${at}/bypass`, layer.bypass),
          solo: value(`${at}/solo`, layer.solo),
          transform: Object.fromEntries(Object.entries(layer.transform).map(([name, was]) => [name, value(`${at}/transform/${kebab(name)}`, was as ParamValue)])) as typeof layer.transform,
          // Effects that the command line put on top are not the set's.
          effects: layer.effects.map((effect, k) => {
            const played = plan.effects[k]
            if (!played) return effect
            const own = `${at}/${played.slug}`
            const params = Object.fromEntries(Object.entries(played.decl.params).filter(([, { type }]) => type !== 'trigger').map(([name]) => [name, value(`${own}/${kebab(name)}`, played.values[name] ?? 0)])) as typeof effect.params
            return { ...effect, mix: value(`${own}/mix`, effect.mix), bypass: value(`${own}/bypass`, effect.bypass), mask: value(`${own}/mask-mode`, effect.mask), params }
          }),
        }
      }),
    })),
    control: { ...file.control, clock: { ...file.control.clock, source: sourceOf(value('/clock/source', file.control.clock.source)) } },
    sources: Object.fromEntries(Object.entries(file.sources).map(([id, source]): [string, SetSource] => [id, withSeeds(source, seeds.get(id), file.size)])),
    bindings: writeBindings(bindings.filter(({ from }) => !from.startsWith('key/'))).concat(file.bindings.filter(({ from }) => from.kind === 'key')),
  }
}

/** A tapped beat is one that goes on by itself: its tempo is saved, and there is nothing to follow. */
const sourceOf = (source: string) => (source === 'tap' ? 'internal' : source) as SetFile['control']['clock']['source']

const withSeeds = (source: SetSource, clicked: { readonly seeds: readonly (Seed | undefined)[]; readonly width: number; readonly height: number } | undefined, canvas: SetFile['size']): SetSource => {
  const { masking } = source
  if (!masking || !clicked || !clicked.seeds.some(Boolean)) return source
  const { seeds } = clicked
  // A generator is as large as the canvas, which a flag may have changed: the set's places are in pixels of the set's own size.
  const [width, height] = 'generator' in source && canvas ? canvas : [clicked.width, clicked.height]
  const pixel = (x: number, y: number): [number, number] => [Math.round(x * width - 0.5), Math.round(y * height - 0.5)]
  const last = seeds.findLastIndex(Boolean)
  const subjects = seeds.slice(0, last + 1).map((seed) => ({
    clicks: (seed?.clicks ?? []).filter(({ positive }) => positive).map(({ x, y }) => pixel(x, y)),
    not: (seed?.clicks ?? []).filter(({ positive }) => !positive).map(({ x, y }) => pixel(x, y)),
    ...(seed?.box && { box: seed.box.map((part, i) => Math.round(part * (i % 2 === 0 ? width : height))) as [number, number, number, number] }),
  }))
  return { ...source, masking: { ...masking, subjects } }
}

/** Saves a set as it is played; what was there before is kept beside it. Gives a sentence: what was done, or why not. */
export const keepSet = (options: KeepOptions): string => {
  try {
    const { file } = openSet(options.path)
    const played = playedSet(file, options)
    copyFileSync(options.path, join(dirname(options.path), 'set.before.json'))
    saveSet(options.path, played)
    return `saved ${options.path}; what it was before is in set.before.json beside it`
  } catch (thrown) {
    return `not saved: ${messageOf(thrown)}`
  }
}
