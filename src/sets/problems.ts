import type { z } from 'zod'
import { paramOf, type EffectDecl } from '../engine/effect.js'
import { nearest } from '../engine/nearest.js'
import { expectedOf, fitsParam } from '../engine/params.js'
import { assetPath } from './asset.js'
import { knownKeys } from './json-schema.js'
import { LIMITS } from './limits.js'
import { setSchema, type SetEffect, type SetFile, type SetLayer, type SetSource } from './schema.js'

/** One thing wrong with a set file: where in it, what it says, what belongs there. */
export interface Problem {
  readonly path: string
  readonly message: string
}

type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

const show = (value: unknown): string => {
  const text = value === undefined ? 'missing' : JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
const at = (root: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<PropertyKey, unknown>)[key] : undefined), root)
const dotted = (path: Path): string => path.map((key, i) => (typeof key === 'number' ? `[${key}]` : i ? `.${String(key)}` : String(key))).join('') || 'the file'
const didYouMean = (word: string, known: readonly string[]): string => {
  const near = nearest(word, known)
  return near === undefined ? '' : `; did you mean "${near}"?`
}

/** Of several shapes something could have, the one it comes nearest to: whose problems are fewest, not counting keys it should not have. */
const nearestShape = (shapes: readonly (readonly Issue[])[]): readonly Issue[] => {
  const far = (issues: readonly Issue[]) => issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 2), 0)
  return [...shapes].sort((a, b) => far(a) - far(b))[0] ?? []
}

const suggestion = (issue: Issue, value: unknown): string =>
  issue.code === 'invalid_value' && typeof value === 'string' ? didYouMean(value, issue.values.filter((known) => typeof known === 'string')) : ''

const fromIssue = (raw: unknown, issue: Issue, base: Path): Problem[] => {
  const path = [...base, ...issue.path]
  const value = at(raw, path)
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(path)
    return issue.keys.map((key) => ({ path: dotted([...path, key]), message: `is not a known key here${didYouMean(key, known)}` }))
  }
  // Only of objects is it worth telling what is wrong inside them.
  if (issue.code === 'invalid_union' && issue.errors.length > 0 && typeof value === 'object' && value !== null) return nearestShape(issue.errors).flatMap((inner) => fromIssue(raw, inner, path))
  if (issue.code === 'invalid_key') return [{ path: dotted(path), message: issue.issues.map(({ message }) => message).join('; ') }]
  return [{ path: dotted(path), message: `is ${show(value)}: ${issue.message.replace(/^Invalid input: /, '')}${suggestion(issue, value)}` }]
}

const effectProblems = (path: string, effect: SetEffect, effects: readonly EffectDecl[]): Problem[] => {
  const decl = effects.find(({ id }) => id === effect.id)
  if (!decl) return [{ path: `${path}.id`, message: `there is no effect "${effect.id}"${didYouMean(effect.id, effects.map(({ id }) => id))}` }]
  return Object.entries(effect.params).flatMap(([key, value]) => {
    const param = paramOf(decl, key)
    if (!param) return [{ path: `${path}.params.${key}`, message: `${decl.id} has no parameter "${key}"${didYouMean(key, Object.keys(decl.params))}` }]
    return fitsParam(param, value) ? [] : [{ path: `${path}.params.${key}`, message: `is ${show(value)}: it takes ${expectedOf(param)}` }]
  })
}

const sourceProblems = (path: string, source: SetSource, folder: string): Problem[] => {
  if (!('clip' in source)) return []
  const problems = ([['clip', source.clip], ['mask', source.mask]] as const).flatMap(([key, asset]): Problem[] => {
    const found = asset === undefined ? '' : assetPath(folder, asset)
    return typeof found === 'string' ? [] : [{ path: `${path}.${key}`, message: found.message }]
  })
  if (source.out !== undefined && source.out <= source.in) problems.push({ path: `${path}.out`, message: `is ${source.out}: it must lie after in (${source.in})` })
  return problems
}

const layerProblems = (path: string, layer: SetLayer, { sources }: SetFile, effects: readonly EffectDecl[]): Problem[] => {
  const problems = layer.effects.flatMap((effect, e) => effectProblems(`${path}.effects[${e}]`, effect, effects))
  if (Object.hasOwn(sources, layer.source)) return problems
  return [{ path: `${path}.source`, message: `there is no source "${layer.source}"${didYouMean(layer.source, Object.keys(sources))}` }, ...problems]
}

const crossProblems = (set: SetFile, folder: string, effects: readonly EffectDecl[]): Problem[] => {
  const count = Object.keys(set.sources).length
  const scenes = set.scenes.map(({ name }) => name)
  return [
    ...(count > LIMITS.sources ? [{ path: 'sources', message: `holds ${count} sources: at most ${LIMITS.sources}` }] : []),
    ...Object.entries(set.sources).flatMap(([name, source]) => sourceProblems(`sources.${name}`, source, folder)),
    ...set.scenes.flatMap(({ layers }, s) => layers.flatMap((layer, l) => layerProblems(`scenes[${s}].layers[${l}]`, layer, set, effects))),
    ...set.cues.flatMap(({ scene }, c): Problem[] =>
      scene === undefined || scenes.includes(scene) ? [] : [{ path: `cues[${c}].scene`, message: `there is no scene "${scene}"${didYouMean(scene, scenes)}` }]),
    ...set.outputs.flatMap((output, o): Problem[] => {
      // Not there yet, but it must not lie anywhere else.
      const leaves = output.kind === 'record' && /^([/\\]|[a-z]+:)|(^|[/\\])\.\.([/\\]|$)|\0/i.test(output.file)
      return leaves ? [{ path: `outputs[${o}].file`, message: `"${output.file}" must be a path relative to the set's folder, inside it` }] : []
    }),
  ]
}

/** Every problem of a parsed set file of today's version, none when it is right. */
export const setProblems = (raw: unknown, folder: string, effects: readonly EffectDecl[]): Problem[] => {
  const result = setSchema.safeParse(raw)
  return result.success ? crossProblems(result.data, folder, effects) : result.error.issues.flatMap((issue) => fromIssue(raw, issue, []))
}
