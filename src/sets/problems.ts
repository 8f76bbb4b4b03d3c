import type { z } from 'zod'
import { paramOf } from '../engine/effect.js'
import { didYouMean, show } from '../engine/loose.js'
import { expectedOf, fitsParam } from '../engine/params.js'
import { assetPath, writePath } from './asset.js'
import { controlProblems } from './control-problems.js'
import type { EffectBook } from './effect-book.js'
import { knownKeys } from './json-schema.js'
import { LIMITS } from './limits.js'
import { part, parts, type Part, type Problem } from './parts.js'
import { setSchema } from './schema.js'

export type { Problem } from './parts.js'

type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

const at = (root: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<PropertyKey, unknown>)[key] : undefined), root)
const dotted = (path: Path): string => path.map((key, i) => (typeof key === 'number' ? `[${key}]` : i ? `.${String(key)}` : String(key))).join('') || 'the file'

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

const effectProblems = (path: string, { id, params }: Part, effects: EffectBook): Problem[] => {
  if (typeof id !== 'string') return []
  const decl = effects.find(id)
  if (typeof decl === 'string') return [{ path: `${path}.id`, message: decl }]
  return Object.entries(part(params)).flatMap(([key, value]) => {
    const param = paramOf(decl, key)
    if (!param) return [{ path: `${path}.params.${key}`, message: `${id} has no parameter "${key}"${didYouMean(key, Object.keys(decl.params))}` }]
    return fitsParam(param, value) ? [] : [{ path: `${path}.params.${key}`, message: `is ${show(value)}: it takes ${expectedOf(param)}` }]
  })
}

const sourceProblems = (path: string, { clip, mask, in: from = 0, out }: Part, folder: string): Problem[] => {
  const problems = ([['clip', clip], ['mask', mask]] as const).flatMap(([key, asset]): Problem[] => {
    const found = typeof asset === 'string' && asset !== '' ? assetPath(folder, asset) : ''
    return typeof found === 'string' ? [] : [{ path: `${path}.${key}`, message: found.message }]
  })
  if (typeof out === 'number' && typeof from === 'number' && out > 0 && out <= from) problems.push({ path: `${path}.out`, message: `is ${out}: it must lie after in (${from})` })
  return problems
}

const layerProblems = (path: string, { source, effects: chain }: Part, sources: unknown, effects: EffectBook): Problem[] => {
  const problems = parts(chain, LIMITS.effects).flatMap((effect, e) => effectProblems(`${path}.effects[${e}]`, effect, effects))
  const names = Object.keys(part(sources))
  if (typeof source !== 'string' || names.length === 0 || names.includes(source)) return problems
  return [{ path: `${path}.source`, message: `there is no source "${source}"${didYouMean(source, names)}` }, ...problems]
}

/** Not there yet, but it must not lie anywhere else, and no other may record to it. */
const outputProblems = (outputs: readonly Part[], folder: string): Problem[] => {
  const files = new Map<string, number>()
  return outputs.flatMap(({ file }, o): Problem[] => {
    if (typeof file !== 'string' || file === '') return []
    const path = `outputs[${o}].file`
    const found = writePath(folder, file)
    if (typeof found !== 'string') return [{ path, message: found.message }]
    const other = files.get(found)
    if (other !== undefined) return [{ path, message: `is ${show(file)}, which outputs[${other}] records to` }]
    files.set(found, o)
    return []
  })
}

/** Each list alone has its bound; so have all of them together, for everything is opened before the show. */
const sumProblems = (scenes: readonly Part[]): Problem[] => {
  const layers = scenes.flatMap((scene) => parts(scene['layers'], LIMITS.layers))
  const effects = layers.reduce((sum, layer) => sum + (Array.isArray(layer['effects']) ? layer['effects'].length : 0), 0)
  return [
    ...(layers.length > LIMITS.allLayers ? [{ path: 'scenes', message: `hold ${layers.length} layers in all: at most ${LIMITS.allLayers}` }] : []),
    ...(effects > LIMITS.allEffects ? [{ path: 'scenes', message: `hold ${effects} effects in all: at most ${LIMITS.allEffects}` }] : []),
  ]
}

/** What a schema cannot say: names that must be somewhere, files, and what effects take. Also of files that the schema refuses. */
function* crossProblems(raw: unknown, folder: string, effects: EffectBook): Generator<Problem> {
  const set = part(raw)
  const sources = Object.entries(part(set['sources']))
  const scenes = parts(set['scenes'], LIMITS.scenes)
  const names = scenes.map(({ name = 'Scene' }) => String(name))
  if (sources.length > LIMITS.sources) yield { path: 'sources', message: `holds ${sources.length} sources: at most ${LIMITS.sources}` }
  yield* sumProblems(scenes)
  for (const [name, source] of sources.slice(0, LIMITS.sources)) yield* sourceProblems(`sources.${name}`, part(source), folder)
  for (const [s, { layers }] of scenes.entries()) {
    for (const [l, layer] of parts(layers, LIMITS.layers).entries()) yield* layerProblems(`scenes[${s}].layers[${l}]`, layer, set['sources'], effects)
  }
  for (const [c, { scene }] of parts(set['cues'], LIMITS.cues).entries()) {
    if (typeof scene === 'string' && scenes.length > 0 && !names.includes(scene)) yield { path: `cues[${c}].scene`, message: `there is no scene "${scene}"${didYouMean(scene, names)}` }
  }
  yield* outputProblems(parts(set['outputs'], LIMITS.outputs), folder)
  yield* controlProblems(raw, effects)
}

/** More are looked for by nobody, and a stranger's file may have any number. */
const MOST = 1000

/** Every problem of a parsed set file of today's version, none when it is right. */
export const setProblems = (raw: unknown, folder: string, effects: EffectBook): Problem[] => {
  const result = setSchema.safeParse(raw)
  const cross: Problem[] = []
  for (const problem of crossProblems(raw, folder, effects)) if (cross.push(problem) >= MOST) break
  const told = new Set(cross.map(({ path }) => path))
  const shape = result.success ? [] : result.error.issues.slice(0, MOST).flatMap((issue) => fromIssue(raw, issue, []))
  // Of two that lie at the same place, the one that knows what belongs there.
  return [...shape.filter(({ path }) => !told.has(path)), ...cross]
}
