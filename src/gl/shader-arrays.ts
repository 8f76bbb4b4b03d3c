import { shaderError } from './shader-error.js'
import { rangeOf, type Range } from './shader-numbers.js'
import { isName, type Token } from './shader-tokens.js'

/** Elements of all a shader's arrays together, what its structures hold counted in. */
const MOST_ELEMENTS = 1024
/** And of one that is no constant: software drivers need a second to compile one of 32 that is written in a loop, six for 64. */
const MOST_WRITTEN = 32

const CHANGES = new Set(['=', '+=', '-=', '*=', '/=', '%=', '<<=', '>>=', '&=', '|=', '^=', '++', '--'])
const NO_TYPES = new Set(['return', 'else', 'case', 'do', 'in', 'out', 'inout', 'const', 'highp', 'mediump', 'lowp', 'uniform', 'flat'])

/** Whether a variable is declared or changed at this place, as far as its neighbours show it. */
export const isChanged = (tokens: readonly Token[], at: number): boolean =>
  CHANGES.has(tokens[at + 1]?.text ?? '') || ['++', '--'].includes(tokens[at - 1]?.text ?? '')
const isDeclared = (tokens: readonly Token[], at: number, depth: number): boolean => {
  const before = tokens[at - 1]?.text
  return (isName(before) && !['return', 'else', 'case'].includes(before ?? '')) || before === ']' || before === '}' || (before === ',' && depth === 0)
}

/** From behind an opening bracket to its closing one. */
export const closingOf = (tokens: readonly Token[], open: number): number => {
  let depth = 0
  for (let at = open; at < tokens.length; at++) {
    const { text = '' } = tokens[at] ?? {}
    if (text === '(' || text === '[' || text === '{') depth += 1
    else if ((text === ')' || text === ']' || text === '}') && --depth === 0) return at
  }
  return tokens.length
}

/**
 * Adds `const` numbers to what is known, and takes away what a shader declares or changes itself under a known name: a name that means
 * several things is not known.
 */
const withConstants = (tokens: readonly Token[], known: ReadonlyMap<string, Range>): Map<string, Range> => {
  const all = new Map(known)
  const own = new Set<number>()
  for (let at = 0; at < tokens.length; at++) {
    if (tokens[at]?.text !== 'const') continue
    const type = tokens.findIndex(({ text }, i) => i > at && !['highp', 'mediump', 'lowp'].includes(text))
    if (!['int', 'uint', 'float'].includes(tokens[type]?.text ?? '')) continue
    for (let name = type + 1; isName(tokens[name]?.text) && tokens[name + 1]?.text === '=';) {
      let end = name + 2
      for (let depth = 0; end < tokens.length && (depth > 0 || ![',', ';'].includes(tokens[end]?.text ?? ';')); end++) {
        depth += Number(tokens[end]?.text === '(') - Number(tokens[end]?.text === ')')
      }
      const text = tokens[name]?.text ?? ''
      const value = rangeOf(tokens.slice(name + 2, end), all)
      const before = all.get(text)
      if (!value) all.delete(text)
      else if (!known.has(text)) all.set(text, before ? [Math.min(before[0], value[0]), Math.max(before[1], value[1])] : value)
      if (value && !known.has(text)) own.add(name)
      name = tokens[end]?.text === ',' ? end + 1 : tokens.length
    }
  }
  let depth = 0
  tokens.forEach(({ text }, at) => {
    depth += Number(text === '(' || text === '[') - Number(text === ')' || text === ']')
    if (all.has(text) && !own.has(at) && tokens[at - 1]?.text !== '.' && (isChanged(tokens, at) || isDeclared(tokens, at, depth))) all.delete(text)
  })
  return all
}

/**
 * Refuses arrays that are too large, each or all together, and gives all the numbers whose values are known. Throws a
 * {@link ShaderError} with the line.
 */
export const arrayBounds = (tokens: readonly Token[], file: string, known: ReadonlyMap<string, Range>): Map<string, Range> => {
  const numbers = withConstants(tokens, known)
  const structures = new Map<string, number>()
  const sizeOfType = (type: string | undefined) => structures.get(type ?? '') ?? 1
  const constant = (at: number) => {
    for (let i = at; i >= 0 && !';{}'.includes(tokens[i]?.text ?? ';'); i--) if (tokens[i]?.text === 'const') return true
    return false
  }
  const refuse = (line: number) => shaderError(file, line, `its arrays hold too much: ${MOST_ELEMENTS} elements are the most, all of a shader's arrays together`)
  let total = 0
  let depth = 0
  /** The structure being declared: what it holds so far. */
  let inside: { name: string; end: number; size: number } | undefined
  let type: string | undefined
  let run = 0
  for (let at = 0; at < tokens.length; at++) {
    const { text, line } = tokens[at] ?? { text: '', line: 0 }
    depth += Number(text === '(') - Number(text === ')')
    const [before, after] = [tokens[at - 1]?.text, tokens[at + 1]?.text]
    if (text === 'struct' && tokens[at + 2]?.text === '{') inside = { name: after ?? '', end: closingOf(tokens, at + 2), size: 0 }
    if (inside && at === inside.end) {
      structures.set(inside.name, inside.size)
      type = inside.name
      inside = undefined
    }
    if (isName(text) && isName(after) && !NO_TYPES.has(text)) type = text
    if (isName(text) && isDeclared(tokens, at, depth) && inside && before !== 'struct') inside.size += sizeOfType(type)
    if (inside && inside.size > MOST_ELEMENTS) throw refuse(line)
    if (text !== '[') continue
    const end = closingOf(tokens, at)
    const size = rangeOf(tokens.slice(at + 1, end), numbers)
    const named = isName(before) && isDeclared(tokens, at - 1, depth)
    if (end > at + 1 && size === undefined && named) throw shaderError(file, line, 'the size of this array cannot be told: it takes a number, or a const with one')
    run = before === ']' ? run * (size?.[1] ?? 1) : (size?.[1] ?? 0) * (named ? sizeOfType(type) : sizeOfType(before))
    total += run
    if (inside) inside.size += run
    if (named && run > MOST_WRITTEN && !constant(at)) throw shaderError(file, line, `its arrays hold too much: ${MOST_WRITTEN} elements are the most of one that is not const`)
    // Every known number in square brackets counts, whether it makes an array or looks into one.
    if (run > MOST_ELEMENTS || (named && total > MOST_ELEMENTS)) throw refuse(line)
  }
  if (total > MOST_ELEMENTS) throw refuse(tokens.at(-1)?.line ?? 0)
  return numbers
}
