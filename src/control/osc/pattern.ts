import type { Param, Registry } from '../../engine/registry.js'
import { MAX_ADDRESS } from './codec.js'

/** One piece of a name in a pattern: characters as they are, one of a set (`undefined` is any), any number of any, or one of several words. */
type Piece =
  | { readonly kind: 'set'; readonly has: ((character: string) => boolean) | undefined }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'any' }
/** `//` stands for any number of names, none too. */
type Level = readonly Piece[] | '//'

/** Whether an address asks for more than itself. */
export const isPattern = (address: string): boolean => /[?*[\]{}]|\/\//.test(address)

/** `[a-z]`, `[!0-9]`, `[abc]`: from the text between the brackets. */
const classOf = (body: string): Piece => {
  const not = body.startsWith('!')
  const rest = not ? body.slice(1) : body
  const ranges: [string, string][] = []
  for (let i = 0; i < rest.length; i++) {
    const [from, dash, to] = [rest.charAt(i), rest.charAt(i + 1), rest.charAt(i + 2)]
    if (dash !== '-' || to === '') ranges.push([from, from])
    else {
      ranges.push(from < to ? [from, to] : [to, from])
      i += 2
    }
  }
  return { kind: 'set', has: (c) => ranges.some(([from, to]) => c >= from && c <= to) !== not }
}

/** Pieces of one name; undefined when a bracket is left open. */
const piecesOf = (name: string): Piece[] | undefined => {
  const pieces: Piece[] = []
  for (let i = 0; i < name.length; i++) {
    const c = name.charAt(i)
    if (c === '[' || c === '{') {
      const close = name.indexOf(c === '[' ? ']' : '}', i)
      if (close < 0) return undefined
      const body = name.slice(i + 1, close)
      pieces.push(c === '[' ? classOf(body) : { kind: 'words', words: body.split(',') })
      i = close
    } else if (c === ']' || c === '}') return undefined
    else if (c === '*') {
      if (pieces.at(-1)?.kind !== 'any') pieces.push({ kind: 'any' })
    } else pieces.push(c === '?' ? { kind: 'set', has: undefined } : { kind: 'words', words: [c] })
  }
  return pieces
}

/** Places reached so far, one byte each, and where they begin. */
type Places = Uint8Array
const first = (size: number): Places => {
  const places = new Uint8Array(size + 1)
  places[0] = 1
  return places
}

/**
 * Whether the pieces cover the name. All places reached so far are kept at once instead of trying one way after the other, so the
 * work is at most pattern length x name length, whatever stars and braces it has.
 */
const covers = (pieces: readonly Piece[], name: string): boolean => {
  let places = first(name.length)
  for (const piece of pieces) {
    const next: Places = new Uint8Array(name.length + 1)
    const from = places.indexOf(1)
    if (from < 0) return false
    if (piece.kind === 'any') next.fill(1, from)
    for (let at = from; at <= name.length && piece.kind !== 'any'; at++) {
      if (places[at] === 0) continue
      if (piece.kind === 'words') {
        for (const word of piece.words) if (name.startsWith(word, at)) next[at + word.length] = 1
      } else if (at < name.length && (piece.has?.(name.charAt(at)) ?? true)) next[at + 1] = 1
    }
    places = next
  }
  return places[name.length] === 1
}

const reaches = (levels: readonly Level[], names: readonly string[]): boolean => {
  let places = first(names.length)
  for (const level of levels) {
    const next: Places = new Uint8Array(names.length + 1)
    const from = places.indexOf(1)
    if (from < 0) return false
    if (level === '//') next.fill(1, from)
    else for (let at = from; at < names.length; at++) if (places[at] === 1 && covers(level, names[at] ?? '')) next[at + 1] = 1
    places = next
  }
  return places[names.length] === 1
}

/**
 * Reads an address pattern of OSC 1.0 (`?`, `*`, `[a-z]`, `[!a-z]`, `{one,two}`) with the `//` of 1.1 ("at any depth"); undefined when
 * it is none. The test it gives takes an address.
 */
export const compilePattern = (pattern: string): ((address: string) => boolean) | undefined => {
  if (!pattern.startsWith('/') || pattern.length > MAX_ADDRESS || (pattern.match(/[?*[{]|\/\//g)?.length ?? 0) > WILDCARDS) return undefined
  const levels: Level[] = []
  for (const name of pattern.slice(1).split('/')) {
    const level = name === '' ? '//' : piecesOf(name)
    if (!level) return undefined
    if (level !== '//' || levels.at(-1) !== '//') levels.push(level)
  }
  // A single "/" names nothing, and "/a/" is not "/a//".
  if (pattern.endsWith('/')) return undefined
  return (address) => reaches(levels, address.slice(1).split('/'))
}

/** Patterns remembered with what they match. */
const REMEMBERED = 256
/** Wildcards in one pattern. */
const WILDCARDS = 16
/** Time in one second for looking through the addresses for new patterns, ms: a controller has a few, so more is an attack or a fault. */
const BUDGET_MS = 50

export interface Matcher {
  /** Every parameter a pattern names, in the registry's order; a sentence when it is no pattern or too many new ones came. */
  match(pattern: string): readonly Param[] | string
}

/** `revision` changes whenever the registry's addresses do: what was matched before is forgotten then. */
export const createMatcher = (registry: Registry, revision: () => number, now: () => number): Matcher => {
  const known = new Map<string, readonly Param[] | string>()
  let seen = revision()
  let second = 0
  let spentMs = 0
  const look = (pattern: string): readonly Param[] | string => {
    const test = compilePattern(pattern)
    if (!test) return `"${pattern}" is no address pattern: brackets and braces must close, a name must follow the last slash, and ${WILDCARDS} wildcards are the most`
    return [...registry.addresses].filter(test).flatMap((address) => registry.get(address) ?? [])
  }
  return {
    match(pattern) {
      if (revision() !== seen) {
        seen = revision()
        known.clear()
      }
      let found = known.get(pattern)
      if (found === undefined) {
        const at = now()
        if (Math.floor(at / 1000) !== second) [second, spentMs] = [Math.floor(at / 1000), 0]
        if (spentMs > BUDGET_MS) return `too many new patterns came within a second: "${pattern}" was not looked for`
        found = look(pattern)
        spentMs += now() - at
        if (known.size >= REMEMBERED) known.delete(known.keys().next().value ?? '')
        known.set(pattern, found)
      }
      return found
    },
  }
}
