import { componentsOf, type Component } from '../engine/controls.js'
import { didYouMean, show } from '../engine/loose.js'
import { nearestAddress } from '../engine/nearest-address.js'
import { expectedOf, fitsParam, type ParamDecl } from '../engine/params.js'
import { slug, uniqueSlug } from '../engine/registry.js'
import { setAddresses, type SetAddresses } from './addresses.js'
import type { EffectBook } from './effect-book.js'
import { LIMITS } from './limits.js'
import { part, parts, type Part, type Problem } from './parts.js'

/** Each takes a look at every address: nobody reads more of them. */
const SUGGESTIONS = 50
/** What acts when it is set, and so must not be set in every tick. */
const ACTS = /^\/clock\/nudge$|^\/sources\/[^/]+\/(click|not)$/

interface Look extends SetAddresses { suggestions: number }

/** The parameter at an address; or the problem with it; or undefined where that cannot be told, or is told by the schema. */
const lookUp = (path: string, address: unknown, look: Look): ParamDecl | Problem | undefined => {
  if (typeof address !== 'string' || !address.startsWith('/')) return undefined
  const decl = look.known.get(address)
  if (decl || look.open.some((prefix) => address.startsWith(`${prefix}/`))) return decl
  const near = look.suggestions-- > 0 ? nearestAddress(address.slice(0, 400), look.known.keys()) : undefined
  return { path, message: `there is no parameter ${address.slice(0, 120)}${near === undefined ? '' : `; did you mean "${near}"?`}` }
}
const isProblem = (found: ParamDecl | Problem): found is Problem => 'message' in found

function* componentProblems(path: string, { component, to }: Part, decl: ParamDecl, needed: boolean): Generator<Problem> {
  const all = componentsOf(decl)
  if (component === undefined) {
    if (needed && all.length > 0) yield { path: `${path}.component`, message: `is missing: ${String(to)} is of type ${decl.type}, of which one of ${all.join(', ')} is played` }
  } else if (typeof component === 'string' && !all.includes(component as Component)) {
    yield { path: `${path}.component`, message: `is ${show(component)}: ${String(to)} is of type ${decl.type}, which has ${all.length > 0 ? `the components ${all.join(', ')}` : 'no components'}` }
  }
}

const boundsOf = (decl: ParamDecl): readonly [number, number] | undefined => {
  if (decl.type === 'float' || decl.type === 'int' || decl.type === 'beats') return [decl.min, decl.max]
  if (decl.type === 'choice') return [0, decl.choices.length - 1]
  return decl.type === 'colour' ? [0, 1] : undefined
}

function* bindingProblems(path: string, binding: Part, look: Look): Generator<Problem> {
  const { to, range, value } = binding
  const found = lookUp(`${path}.to`, to, look)
  if (!found) return
  if (isProblem(found)) {
    yield found
    return
  }
  yield* componentProblems(path, binding, found, value === undefined)
  const bounds = boundsOf(found)
  for (const [i, end] of (Array.isArray(range) && bounds ? range : []).entries()) {
    if (typeof end === 'number' && bounds && !(end >= bounds[0] && end <= bounds[1])) yield { path: `${path}.range[${i}]`, message: `is ${show(end)}: ${String(to)} goes from ${bounds[0]} to ${bounds[1]}` }
  }
  const index = found.type === 'choice' && typeof value === 'number' && found.choices[value] !== undefined
  const single = binding['component'] !== undefined && typeof value === 'number'
  if (value !== undefined && found.type !== 'trigger' && !index && !single && !fitsParam(found, value)) yield { path: `${path}.value`, message: `is ${show(value)}: ${String(to)} takes ${expectedOf(found)}` }
}

function* envelopeProblems(path: string, { trigger, control, address }: Part, look: Look): Generator<Problem> {
  if (trigger === 'control' && control === undefined) yield { path: `${path}.control`, message: 'is missing: name the note, button or key that begins it, e.g. midi/*/1/note/36 or key/k' }
  if (trigger !== 'address') return
  if (address === undefined) yield { path: `${path}.address`, message: 'is missing: give the address of the parameter that begins it' }
  const found = lookUp(`${path}.address`, address, look)
  if (found && isProblem(found)) yield found
}

function* modulatorProblems(path: string, modulator: Part, own: string, sources: readonly string[], look: Look): Generator<Problem> {
  const { to, kind, source, range } = modulator
  const found = lookUp(`${path}.to`, to, look)
  if (found && isProblem(found)) yield found
  else if (typeof to === 'string' && to.startsWith(`/modulators/${own}/`)) yield { path: `${path}.to`, message: `is ${to}: a modulator cannot move itself` }
  else if (typeof to === 'string' && (found?.type === 'trigger' || ACTS.test(to))) yield { path: `${path}.to`, message: `is ${to}, which acts when it is set and has no value to move; an envelope is begun by it with "trigger": "address"` }
  else if (found) yield* componentProblems(path, modulator, found, true)
  if (kind === 'envelope') yield* envelopeProblems(path, modulator, look)
  if (kind !== 'follow') return
  if (typeof source === 'string' && sources.length > 0 && !sources.includes(source)) yield { path: `${path}.source`, message: `there is no source "${source}"${didYouMean(source, sources)}` }
  if (Array.isArray(range) && range[0] === range[1]) yield { path: `${path}.range`, message: `is ${show(range)}: its ends must differ` }
}

function* keyProblems(keys: unknown): Generator<Problem> {
  const owners = new Map<string, string>()
  for (const [action, asked] of Object.entries(part(keys)).slice(0, 100)) {
    for (const key of [asked].flat().slice(0, LIMITS.keys)) {
      if (typeof key !== 'string') continue
      const other = owners.get(key.toLowerCase())
      if (other !== undefined && other !== action) yield { path: `keys.${action}`, message: `is ${show(asked)}: the key ${key} is ${other}'s already` }
      owners.set(key.toLowerCase(), action)
    }
  }
}

/** One encoder says its steps in one way, whatever it plays. */
function* encoderProblems(bindings: readonly Part[]): Generator<Problem> {
  const known = new Map<string, { readonly b: number; readonly relative: unknown }>()
  for (const [b, { from }] of bindings.entries()) {
    const { kind, device, channel, number, relative } = part(from)
    if (kind !== 'midi-cc') continue
    const name = JSON.stringify([typeof device === 'string' ? slug(device.slice(0, 80)) : '*', channel ?? 1, number])
    const other = known.get(name)
    if (!other) known.set(name, { b, relative })
    else if (other.relative !== relative) yield { path: `bindings[${b}].from.relative`, message: `is ${relative === undefined ? 'missing' : show(relative)}: bindings[${other.b}] reads the same control ${other.relative === undefined ? 'as a fader' : `as ${show(other.relative)}`}` }
  }
}

/** What is wrong with how a set is played: targets that are not there, of the wrong type or out of range. */
export function* controlProblems(raw: unknown, effects: EffectBook): Generator<Problem> {
  const set = part(raw)
  const look: Look = { ...setAddresses(raw, effects), suggestions: SUGGESTIONS }
  const sources = Object.keys(part(set['sources']))
  let values = 0
  for (const [c, cue] of parts(set['cues'], LIMITS.cues).entries()) {
    for (const [address, value] of Object.entries(part(cue['values']))) {
      if (++values > LIMITS.allCueValues) {
        yield { path: 'cues', message: `store more than ${LIMITS.allCueValues} values in all: at most so many` }
        return
      }
      const path = `cues[${c}].values.${address}`
      const found = lookUp(path, address, look)
      if (!found) continue
      if (isProblem(found)) yield found
      else if (address.startsWith('/cues/')) yield { path, message: 'a cue cannot recall another: "advance" lets the next one follow' }
      else if (!fitsParam(found, value)) yield { path, message: `is ${show(value)}: it takes ${expectedOf(found)}` }
    }
  }
  const bindings = parts(set['bindings'], LIMITS.bindings)
  for (const [b, binding] of bindings.entries()) yield* bindingProblems(`bindings[${b}]`, binding, look)
  yield* encoderProblems(bindings)
  const names = new Set<string>()
  for (const [m, modulator] of parts(set['modulators'], LIMITS.modulators).entries()) {
    const { name, kind } = modulator
    const own = uniqueSlug(slug(String(typeof name === 'string' ? name : typeof kind === 'string' ? kind : 'modulator').slice(0, 200)), names)
    yield* modulatorProblems(`modulators[${m}]`, modulator, own, sources, look)
  }
  yield* keyProblems(set['keys'])
}
