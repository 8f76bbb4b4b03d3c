import { FAMILIES } from '../effects/index.js'
import type { EffectDecl } from '../engine/effect.js'
import { defaultOf, expectedOf } from '../engine/params.js'

/** How an effect draws: copies of the cut-out, each pixel by itself, or a picture from a picture. */
const kindOf = ({ clones, local }: EffectDecl) => (clones ? 'clones' : local ? 'pixel' : 'picture')

/** Every effect with its parameters and ranges, as data. */
export const effectsAsJson = () =>
  FAMILIES.flatMap(({ label: family, effects }) => effects.map((effect) => ({
    id: effect.id, label: effect.label, about: effect.about, family, kind: kindOf(effect), shader: effect.shader, reads: effect.reads,
    params: Object.entries(effect.params).map(([name, decl]) => ({ name, ...decl, default: defaultOf(decl) })),
  })))

const shown = (value: unknown) => (Array.isArray(value) ? value.join(':') : String(value))

const block = ({ id, about, params }: EffectDecl): string => {
  const rows = Object.entries(params).map(([name, decl]) => `    ${name.padEnd(12)} ${shown(defaultOf(decl)).padEnd(10)} ${expectedOf(decl)}`)
  return [`${id} - ${about}`, ...rows].join('\n')
}

/** The same for people: one block per effect, one line per parameter with default and range. */
export const effectsAsText = (): string =>
  `${FAMILIES.map(({ label, about, effects }) => `${label.toUpperCase()}: ${about}\n\n${effects.map(block).join('\n\n')}`).join('\n\n\n')}\n\n\nEvery effect also takes mix (0 to 1) and mask (all, inside or outside the subject).\nUse them like this: --effect echo:copies=8,decay=0.9 --effect kaleidoscope\n`
