import { FAMILIES, type Family } from '../effects/index.js'
import type { EffectDecl } from '../engine/effect.js'
import { defaultOf, expectedOf } from '../engine/params.js'
import { effectNamed } from './isf.js'

/** How an effect draws: copies of the cut-out, each pixel by itself, or a picture from a picture. */
const kindOf = ({ clones, local, reads, isf }: EffectDecl) => (isf ? 'isf' : clones ? 'clones' : local && !reads.includes('previous') ? 'pixel' : 'picture')

/** What is listed: all there are, or ISF shaders by their paths and effects by their ids. Throws a DoppelError for what is neither. */
const families = (named: readonly string[]): readonly Family[] => {
  if (named.length === 0) return FAMILIES
  const effects = named.map(effectNamed)
  return FAMILIES.map((family) => ({ ...family, effects: effects.filter((effect) => family.effects.includes(effect)) }))
    .concat({ id: 'isf', label: 'ISF', about: 'Shaders in the Interactive Shader Format.', effects: effects.filter(({ isf }) => isf) })
    .filter((family) => family.effects.length > 0)
}

/** Every effect, or those that are named, with its parameters and ranges, as data. */
export const effectsAsJson = (named: readonly string[] = []) =>
  families(named).flatMap(({ label: family, effects }) => effects.map((effect) => ({
    id: effect.id, label: effect.label, about: effect.about, family, kind: kindOf(effect), shader: effect.shader, reads: effect.reads,
    params: Object.entries(effect.params).map(([name, decl]) => ({ name, ...decl, default: defaultOf(decl) })),
  })))

const shown = (value: unknown) => (Array.isArray(value) ? value.join(':') : String(value))

const block = ({ id, about, params }: EffectDecl): string => {
  const rows = Object.entries(params).map(([name, decl]) => `    ${name.padEnd(12)} ${shown(defaultOf(decl)).padEnd(10)} ${expectedOf(decl)}`)
  return [`${id} - ${about}`, ...rows].join('\n')
}

/** The same for people: one block per effect, one line per parameter with default and range. */
export const effectsAsText = (named: readonly string[] = []): string =>
  `${families(named).map(({ label, about, effects }) => `${label.toUpperCase()}: ${about}\n\n${effects.map(block).join('\n\n')}`).join('\n\n\n')}\n\n\nEvery effect also takes mix (0 to 1) and mask (all, inside or outside the subject).\nUse them like this: --effect echo:copies=8,decay=0.9 --effect kaleidoscope\n`
