import { CLOCK_ACTIONS, CLOCK_SOURCE, CUE_ACTIONS, MODULATOR, MODULATOR_RATES, PANIC } from '../engine/controls.js'
import { MASK_MODES } from '../engine/effect.js'
import { LAYER, MASK_LOOK, TRANSFORM, TRANSITION } from '../engine/look.js'
import { bool, choice, float, int, point, trigger, type ParamDecl } from '../engine/params.js'
import { kebab, slug, uniqueSlug } from '../engine/registry.js'
import type { EffectBook } from './effect-book.js'
import { LIMITS } from './limits.js'
import { part, parts } from './parts.js'

/** Names at the first place of an address that no scene has, and at the third that no effect has. */
export const TOP_NAMES: readonly string[] = ['master', 'clock', 'sources', 'cues', 'modulators']
export const LAYER_NAMES: readonly string[] = [...Object.keys(LAYER), 'transform']

export const MASTER = { opacity: float(0, 1, 1), blackout: bool(false), freeze: bool(false), testCard: bool(false) } as const satisfies Record<string, ParamDecl>
export const EFFECT = { mix: float(0, 1, 1), bypass: bool(false), maskMode: choice(MASK_MODES, 'all'), reset: trigger() } as const satisfies Record<string, ParamDecl>
export const CLOCK = { bpm: float(20, 400, 120) } as const satisfies Record<string, ParamDecl>

/** What a source whose masks are made live is clicked with, below `/sources/<id>`; how many subjects it can have is known once it is open. */
export const CLICKS: Readonly<Record<string, ParamDecl>> = {
  subject: int(1, LIMITS.subjects, 1), click: point(-1, -1), not: point(-1, -1), add: trigger(), again: trigger(), remove: trigger(),
  ...Object.fromEntries(Array.from({ length: LIMITS.subjects }, (_, i) => [`frozen/${i + 1}`, bool(false)])),
}

/** Every parameter a set will have, and beginnings of addresses below which that cannot be told from the file alone. */
export interface SetAddresses {
  readonly known: ReadonlyMap<string, ParamDecl>
  readonly open: readonly string[]
}

/** Reads files that the schema refuses as well; what is wrong in them is told elsewhere. */
export const setAddresses = (raw: unknown, effects: EffectBook): SetAddresses => {
  const set = part(raw)
  const known = new Map<string, ParamDecl>()
  const open: string[] = []
  const addAll = (prefix: string, decls: Readonly<Record<string, ParamDecl>>) => { for (const [name, decl] of Object.entries(decls)) known.set(`${prefix}/${kebab(name)}`, decl) }
  const text = (value: unknown, otherwise: string) => (typeof value === 'string' ? value.slice(0, 200) : otherwise)

  /** Beyond the bounds of a set, which are told elsewhere, nothing is listed. */
  let [layersLeft, effectsLeft]: [number, number] = [LIMITS.allLayers, LIMITS.allEffects]
  const sceneSlugs = new Set(TOP_NAMES)
  const used = new Set<string>()
  const scenes = parts(set['scenes'], LIMITS.scenes).map(({ name, layers }) => {
    const scene = uniqueSlug(slug(text(name, 'Scene')), sceneSlugs)
    const layerSlugs = new Set<string>()
    for (const layer of parts(layers, LIMITS.layers)) {
      if (--layersLeft < 0) break
      const prefix = `/${scene}/${uniqueSlug(slug(text(layer['name'], 'Layer')), layerSlugs)}`
      used.add(text(layer['source'], ''))
      addAll(prefix, LAYER)
      addAll(`${prefix}/transform`, TRANSFORM)
      const chain = new Set(LAYER_NAMES)
      for (const { id } of parts(layer['effects'], LIMITS.effects)) {
        if (--effectsLeft < 0) break
        const decl = typeof id === 'string' ? effects.find(id) : ''
        const effect = `${prefix}/${uniqueSlug(typeof decl === 'string' ? text(id, 'effect') : decl.id, chain)}`
        if (typeof decl !== 'string') {
          addAll(effect, EFFECT)
          addAll(effect, decl.params)
        } else open.push(effect)
      }
    }
    return scene
  })
  if (layersLeft < 0 || effectsLeft < 0) open.push('')
  for (const [id, source] of Object.entries(part(set['sources'])).slice(0, LIMITS.sources)) {
    const { masking } = part(source)
    if (masking === undefined || !used.has(id)) continue
    addAll(`/sources/${id}`, MASK_LOOK)
    for (const [name, decl] of Object.entries(CLICKS)) known.set(`/sources/${id}/${name}`, decl)
    // What a key is played with, only the key knows.
    if (part(masking)['segmenter'] !== undefined) open.push(`/sources/${id}`)
  }
  addAll('/master', { ...MASTER, ...PANIC, scene: choice(scenes, scenes[0] ?? '') })
  addAll('/master/transition', TRANSITION)
  addAll('/clock', { ...CLOCK, source: CLOCK_SOURCE, ...CLOCK_ACTIONS })
  addAll('/cues', CUE_ACTIONS)
  const cueNames = new Set(Object.keys(CUE_ACTIONS))
  for (const { name } of parts(set['cues'], LIMITS.cues)) known.set(`/cues/${uniqueSlug(slug(text(name, 'cue')), cueNames)}`, trigger())
  const modulatorNames = new Set<string>()
  for (const { name, kind, hz } of parts(set['modulators'], LIMITS.modulators)) {
    const prefix = `/modulators/${uniqueSlug(slug(text(name, text(kind, 'modulator'))), modulatorNames)}`
    addAll(prefix, MODULATOR)
    if (kind === 'lfo' && hz !== undefined) addAll(prefix, { hz: MODULATOR_RATES.hz })
    else if (kind !== 'audio' && kind !== 'follow') addAll(prefix, { every: MODULATOR_RATES.every })
  }
  return { known, open }
}
