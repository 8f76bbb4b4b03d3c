import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { instantiate, type EffectInstance } from '../engine/effect.js'
import { DoppelError } from '../engine/error.js'
import { createTransform, createTransitionLook, type LayerLook, type Transform, type TransitionLook } from '../engine/look.js'
import { slug, uniqueSlug } from '../engine/registry.js'
import type { Fit, LoopMode } from '../engine/types.js'
import { GENERATOR_SUBJECTS, GENERATORS, type GeneratorName } from '../inputs/generators.js'
import { assetPath, writePath } from '../sets/asset.js'
import type { EffectBook } from '../sets/effect-book.js'
import type { LoadedSet } from '../sets/load.js'
import type { SetEffect, SetFile, SetLayer, SetOutput, SetSource } from '../sets/schema.js'
import { LAYER_NAMES, TOP_NAMES } from '../sets/addresses.js'
import { parseEffect } from './effect-spec.js'
import { openSet } from './isf.js'
import { maskingFromSet, type MaskingPlan } from './masking-plan.js'
import { windowOut, type OutPlan } from './options.js'
import { NO_CONTROL, planControl, type ControlPlan } from './playing.js'

export interface ClipPlan {
  readonly kind: 'clip'
  readonly id: string
  readonly path: string
  /** Clip or pictures that are white where the subject is. */
  readonly mask: string | undefined
  /** 0: the mask shows one subject, soft. Else it holds labels, 1 to so many, each a subject. */
  readonly subjects: number
  readonly mode: LoopMode
  readonly speed: number
  readonly inPoint: number
  readonly outPoint: number | undefined
}
export type SourcePlan = ClipPlan | { readonly kind: 'generator'; readonly id: string; readonly generator: GeneratorName }

/** How many subjects a source packs into its mask; 0 when that is one subject's own. */
export const packedSubjects = (source: SourcePlan): number => {
  if (source.kind === 'clip') return source.subjects
  const count = GENERATOR_SUBJECTS[source.generator]
  return count > 1 ? count : 0
}

export interface LayerPlan {
  readonly slug: string
  readonly name: string
  readonly source: string
  readonly subject: 'all' | number
  readonly fit: Fit
  /** Played with: the registry and the scene share these very objects. */
  readonly look: LayerLook
  readonly transform: Transform
  /** What is kept for effects that look back. */
  readonly past: { readonly seconds: number; readonly stride: number; readonly loopBeats: number }
  readonly effects: readonly EffectInstance[]
}

export interface ScenePlan {
  /** First part of its parameters' addresses. */
  readonly slug: string
  readonly name: string
  readonly layers: readonly LayerPlan[]
  /** How it comes in, where that is its own. */
  readonly transition: TransitionLook | undefined
}

/** Everything needed to open a show, checked and complete but for what only opening its clips can tell (size, fps). */
export interface ShowPlan {
  readonly name: string
  /** Undefined follows the clip. */
  readonly size: readonly [number, number] | undefined
  readonly fps: number | undefined
  readonly bpm: number
  readonly seed: number
  readonly sources: readonly SourcePlan[]
  /** Of the sources whose masks are made live, by their ids. */
  readonly masking: ReadonlyMap<string, MaskingPlan>
  /** At least one; the first is shown first. */
  readonly scenes: readonly ScenePlan[]
  readonly transition: TransitionLook
  /** Where it goes when it is played and nobody says otherwise. */
  readonly outputs: readonly OutPlan[]
  /** How it is played by hand. */
  readonly control: ControlPlan
  /** What else a set says of its controllers; undefined for a single clip or generator. */
  readonly desk: SetFile['control'] | undefined
  /** The set file it was read from. */
  readonly path: string | undefined
}

const isGenerator = (name: string): name is GeneratorName => (GENERATORS as readonly string[]).includes(name)

/** Effects whose slugs are unique within their chain: `echo`, `echo-2`. */
const chain = (instances: (taken: Set<string>) => EffectInstance[]): EffectInstance[] => instances(new Set(LAYER_NAMES))

const fromSet = (effect: SetEffect, taken: Set<string>, effects: EffectBook): EffectInstance => {
  const decl = effects.find(effect.id)
  if (typeof decl === 'string') throw new DoppelError(decl)
  const instance = instantiate(decl, uniqueSlug(decl.id, taken))
  Object.assign(instance.values, effect.params)
  return Object.assign(instance, { mix: effect.mix, bypass: effect.bypass, maskMode: effect.mask })
}

const sourcePlan = (id: string, source: SetSource, folder: string): SourcePlan => {
  if ('generator' in source) return { kind: 'generator', id, generator: source.generator }
  const [path, mask] = [source.clip, source.mask].map((asset) => {
    const found = asset === undefined ? undefined : assetPath(folder, asset)
    if (typeof found === 'object') throw new DoppelError(found.message)
    return found
  })
  return { kind: 'clip', id, path: path ?? '', mask, subjects: source.subjects, mode: source.mode, speed: source.speed, inPoint: source.in, outPoint: source.out }
}

const layerPlan = (layer: SetLayer, taken: Set<string>, extra: readonly string[], book: EffectBook): LayerPlan => {
  const { name, source, subject, fit, opacity, blend, bypass, solo, past } = layer
  return {
    slug: uniqueSlug(slug(name), taken),
    name, source, subject, fit,
    look: { opacity, blend, bypass, solo },
    transform: { ...layer.transform },
    past,
    effects: chain((slugs) => [...layer.effects.map((effect) => fromSet(effect, slugs, book)), ...extra.map((spec) => parseEffect(spec, slugs))]),
  }
}

const outPlan = (output: SetOutput, folder: string): OutPlan => {
  if (output.kind === 'window') return windowOut(output.display, output.fit, output.fullscreen)
  if (output.kind !== 'record') return output
  const path = writePath(folder, output.file)
  if (typeof path === 'object') throw new DoppelError(path.message)
  return { kind: 'file', path }
}

const planSet = ({ file, folder, path, effects }: LoadedSet, extra: readonly string[]): ShowPlan => {
  const used = new Set(file.scenes.flatMap(({ layers }) => layers.map(({ source }) => source)))
  const sceneSlugs = new Set(TOP_NAMES)
  const scenes = file.scenes.map(({ name, layers, transition }): ScenePlan => {
    const layerSlugs = new Set<string>()
    return {
      slug: uniqueSlug(slug(name), sceneSlugs),
      name,
      // Effects from the command line go on top of everything: onto each scene's topmost layer.
      layers: layers.map((layer, i) => layerPlan(layer, layerSlugs, i === layers.length - 1 ? extra : [], effects)),
      transition: transition && { ...transition },
    }
  })
  const canvas = file.size && { width: file.size[0], height: file.size[1] }
  return {
    name: file.name, size: file.size, fps: file.fps, bpm: file.bpm, seed: file.seed,
    sources: Object.entries(file.sources).filter(([id]) => used.has(id)).map(([id, source]) => sourcePlan(id, source, folder)),
    masking: new Map(Object.entries(file.sources).flatMap(([id, source]) => (source.masking && used.has(id) ? [[id, maskingFromSet(source.masking, 'generator' in source ? canvas : undefined)] as const] : []))),
    scenes,
    transition: { ...file.transition },
    outputs: file.outputs.map((output) => outPlan(output, folder)),
    control: planControl(file, scenes),
    desk: file.control,
    path,
  }
}

const isSet = (target: string): boolean => {
  const stat = statSync(target, { throwIfNoEntry: false })
  return stat?.isDirectory() ? existsSync(join(target, 'set.json')) : target.endsWith('.json')
}

const single = (name: string, source: SourcePlan, extra: readonly string[], masking?: MaskingPlan): ShowPlan => ({
  name,
  size: source.kind === 'generator' ? [1280, 720] : undefined,
  fps: undefined,
  bpm: 120,
  seed: 1,
  sources: [source],
  masking: new Map(masking && [[source.id, masking]]),
  scenes: [{
    slug: 'scene',
    name: 'Scene',
    transition: undefined,
    layers: [{
      slug: 'layer', name: 'Layer', source: source.id, subject: 'all', fit: 'letterbox',
      look: { opacity: 1, blend: 'normal', bypass: false, solo: false },
      transform: createTransform(),
      past: { seconds: 2, stride: 1, loopBeats: 4 },
      effects: chain((taken) => extra.map((spec) => parseEffect(spec, taken))),
    }],
  }],
  transition: createTransitionLook(),
  outputs: [],
  control: NO_CONTROL,
  desk: undefined,
  path: undefined,
})

const isThere = (path: string) => /%0?\d*d/.test(path) || existsSync(path)

/**
 * Plans a show from what a command was given: a set folder or file, `generator:dancer`, or a clip (with the mask beside it,
 * if any, and how many subjects it labels), with the effects of the command line. Throws a {@link DoppelError} saying everything that is wrong.
 */
export const planShow = (target: string, extra: readonly string[], mask?: string, subjects = 0, masking?: MaskingPlan): ShowPlan => {
  if (masking && mask !== undefined) throw new DoppelError('--mask brings masks that were made before, and --segmenter, --click, --box and --first-mask ask for live ones', 'give one or the other')
  if (masking && !target.startsWith('generator:') && isSet(target)) throw new DoppelError('the masks of a set\'s sources are described in it', 'write "masking" beside "clip" or "generator" in the set file')
  if (mask !== undefined && (target.startsWith('generator:') || isSet(target))) {
    throw new DoppelError(`--mask lies beside a clip, and ${target} is none`, isSet(target) ? 'write "mask" beside "clip" in the set file' : 'generators bring their own masks')
  }
  if (subjects > 0 && mask === undefined) throw new DoppelError('--subjects counts the labels of a --mask, and there is none', 'give the label pictures too: --mask masks/%05d.png')
  if (target.startsWith('generator:')) {
    const name = target.slice('generator:'.length)
    if (!isGenerator(name)) throw new DoppelError(`there is no generator "${name}"`, `there are: ${GENERATORS.map((g) => `generator:${g}`).join(', ')}`)
    return single(name, { kind: 'generator', id: name, generator: name }, extra, masking)
  }
  if (isSet(target)) return planSet(openSet(target), extra)
  if (!isThere(target)) throw new DoppelError(`there is no file "${target}"`, 'give a clip, a set folder, generator:dancer, generator:duet or generator:testcard')
  if (mask !== undefined && !isThere(mask)) throw new DoppelError(`there is no mask "${mask}"`, 'give a clip, a folder of numbered pictures, or a pattern such as masks/%05d.png')
  return single(target, { kind: 'clip', id: 'clip', path: target, mask, subjects, mode: 'loop', speed: 1, inPoint: 0, outPoint: undefined }, extra, masking)
}
