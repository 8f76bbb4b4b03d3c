import { closingOf, isChanged } from './shader-arrays.js'
import { shaderError } from './shader-error.js'
import { rangeOf, type Range } from './shader-numbers.js'
import { isName, type Token } from './shader-tokens.js'

/** Rounds of all loops a pixel may go through, those within each other multiplied, and calls of the shader's own functions. */
const MOST_ROUNDS = 2048
const MOST_NESTED = 6
/** Words and signs with every call written out in its place, as drivers do: they take a second to compile for some thousands. */
const MOST_WORDS = 8192
const BUILT_IN_OUTS = ['modf', 'frexp', 'uaddCarry', 'usubBorrow', 'umulExtended', 'imulExtended']
const HOW = 'write it as for (int i = 0; i < 8; i++): its end must be a number, a const or a parameter'

interface Body { readonly from: number; readonly to: number }

/** Where the statement ends that begins here: just behind it. */
export const statementEnd = (tokens: readonly Token[], from: number): number => {
  const text = tokens[from]?.text
  if (text === '{') return closingOf(tokens, from) + 1
  if (text === 'for' || text === 'switch') return statementEnd(tokens, closingOf(tokens, from + 1) + 1)
  if (text === 'if') {
    const end = statementEnd(tokens, closingOf(tokens, from + 1) + 1)
    return tokens[end]?.text === 'else' ? statementEnd(tokens, end + 1) : end
  }
  let at = from
  while (at < tokens.length && tokens[at]?.text !== ';') at = ['(', '[', '{'].includes(tokens[at]?.text ?? '') ? closingOf(tokens, at) + 1 : at + 1
  return at + 1
}

/** Splits at a word that stands outside of brackets. */
export const split = (tokens: readonly Token[], word: string): Token[][] => {
  const parts: Token[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    depth += Number('([{'.includes(token.text)) - Number(')]}'.includes(token.text))
    if (token.text === word && depth === 0) parts.push([])
    else parts.at(-1)?.push(token)
  }
  return parts
}

const functionsOf = (tokens: readonly Token[]): { bodies: Map<string, Body[]>; outs: Set<string> } => {
  const bodies = new Map<string, Body[]>()
  const outs = new Set(BUILT_IN_OUTS)
  for (let at = 0; at < tokens.length; at++) {
    if (tokens[at]?.text === '{') {
      at = closingOf(tokens, at)
      continue
    }
    const name = tokens[at]?.text ?? ''
    if (!isName(name) || tokens[at + 1]?.text !== '(') continue
    const close = closingOf(tokens, at + 1)
    if (tokens.slice(at, close).some(({ text }) => text === 'out' || text === 'inout')) outs.add(name)
    if (tokens[close + 1]?.text === '{') bodies.set(name, [...bodies.get(name) ?? [], { from: close + 1, to: closingOf(tokens, close + 1) }])
  }
  return { bodies, outs }
}

interface Loops {
  readonly bodies: ReadonlyMap<string, readonly Body[]>
  /** How often the `for` at a place goes round at most, given its closing bracket and its body. Throws a {@link ShaderError} where that cannot be told. */
  roundsOf(at: number, close: number, body: Body): number
}

const readLoops = (tokens: readonly Token[], file: string, numbers: ReadonlyMap<string, Range>): Loops => {
  const { bodies, outs } = functionsOf(tokens)

  /** Whether a loop's own number may be changed elsewhere than in its head. */
  const meddled = (name: string, { from, to }: Body): Token | undefined => tokens.slice(from, to).find(({ text }, i) => {
    const at = from + i
    if (text !== name || tokens[at - 1]?.text === '.') return false
    if (isChanged(tokens, at)) return true
    const [before, after] = [tokens[at - 1]?.text ?? '', tokens[at + 1]?.text ?? '']
    if (!['(', ','].includes(before) || ![')', ','].includes(after)) return false
    let open = at - 1
    for (let depth = 0; open > from && !(tokens[open]?.text === '(' && depth === 0); open--) depth += Number(tokens[open]?.text === ')') - Number(tokens[open]?.text === '(')
    const call = tokens[open - 1]?.text ?? ''
    return !isName(call) || outs.has(call)
  })

  const endsOf = (condition: readonly Token[], name: string, up: boolean): { range: Range; closed: boolean }[] => {
    if (['||', '?', ',', '='].some((word) => split(condition, word).length > 1)) return []
    const forwards = up ? ['<', '<='] : ['>', '>=']
    const backwards = up ? ['>', '>='] : ['<', '<=']
    return split(condition, '&&').flatMap((part) => {
      const [left, right] = [part[0]?.text === name ? forwards : [], part.at(-1)?.text === name ? backwards : []]
      const range = left.includes(part[1]?.text ?? '') ? rangeOf(part.slice(2), numbers) : right.includes(part.at(-2)?.text ?? '') ? rangeOf(part.slice(0, -2), numbers) : undefined
      return range ? [{ range, closed: (left.length > 0 ? part[1]?.text ?? '' : part.at(-2)?.text ?? '').endsWith('=') }] : []
    })
  }

  const stepOf = (all: readonly Token[], name: string): Range | undefined => {
    // Several may step together, of which one counts.
    const [step = [], ...others] = split(all, ',').filter((part) => part.some(({ text }) => text === name))
    if (others.length > 0) return undefined
    const words = step.map(({ text }) => text)
    if (words.length === 2 && words.includes(name)) return words.includes('++') ? [1, 1] : words.includes('--') ? [-1, -1] : undefined
    if (words[0] !== name || !['+=', '-='].includes(words[1] ?? '')) return undefined
    const by = rangeOf(step.slice(2), numbers)
    return by && (words[1] === '+=' ? by : [-by[1], -by[0]])
  }

  const roundsOf = (at: number, close: number, body: Body): number => {
    const line = tokens[at]?.line ?? 0
    const [init = [], condition = [], step = []] = split(tokens.slice(at + 2, close), ';')
    const [type, name, equals] = init.map(({ text }) => text)
    const by = name !== undefined && step.length > 0 ? stepOf(step, name) : undefined
    const start = equals === '=' && (type === 'int' || type === 'float') ? rangeOf(init.slice(3), numbers) : undefined
    if (name === undefined || !start || !by || by[0] * by[1] <= 0) throw shaderError(file, line, `it cannot be told that this loop ends; ${HOW}`)
    const up = by[0] > 0
    const ends = endsOf(condition, name, up)
    if (ends.length === 0) throw shaderError(file, line, `it cannot be told that this loop ends; ${HOW}`)
    const [changed] = [meddled(name, body), meddled(name, { from: at + 2 + init.length + 1, to: at + 2 + init.length + 1 + condition.length })].filter((token) => token !== undefined)
    if (changed) throw shaderError(file, changed.line, `${name} counts the rounds of a loop and must not be changed inside it`)
    const least = Math.min(Math.abs(by[0]), Math.abs(by[1]))
    const rounds = ends.map(({ range, closed }) => Math.max(0, Math.ceil((up ? range[1] - start[0] : start[1] - range[0]) / least)) + Number(closed) + Number(type === 'float'))
    const largest = Math.max(...ends.flatMap(({ range }) => range.map(Math.abs)), ...start.map(Math.abs))
    // A float that is too large for its step stands still.
    if (type === 'float' && least < largest * 2 ** -20) throw shaderError(file, line, 'the step of this loop is too small for its numbers')
    return Math.min(...rounds)
  }
  return { bodies, roundsOf }
}

/** Places of the loops whose end cannot be told: every `while`, and each `for` that does not count by a number to a number. */
export const untoldLoops = (tokens: readonly Token[], file: string, numbers: ReadonlyMap<string, Range>): number[] => {
  const { roundsOf } = readLoops(tokens, file, numbers)
  return tokens.flatMap(({ text }, at) => {
    if (text !== 'for') return text === 'while' ? [at] : []
    const close = closingOf(tokens, at + 1)
    try {
      roundsOf(at, close, { from: close + 1, to: statementEnd(tokens, close + 1) })
      return []
    } catch {
      return [at]
    }
  })
}

/** Refuses loops that have no end, none that can be told, or one too far away. Throws a {@link ShaderError} with the line. */
export const loopBounds = (tokens: readonly Token[], file: string, numbers: ReadonlyMap<string, Range>): void => {
  const { bodies, roundsOf } = readLoops(tokens, file, numbers)

  const sizes = new Map<string, number>()
  /** See {@link MOST_WORDS}; asked for after `costOf` found that nothing calls itself. */
  const sizeOf = (name: string): number => {
    const known = sizes.get(name)
    if (known !== undefined) return known
    let size = 0
    for (const { from, to } of bodies.get(name) ?? []) {
      sizes.set(name, size)
      size += to - from
      for (let at = from; at < to; at++) if (tokens[at + 1]?.text === '(' && bodies.has(tokens[at]?.text ?? '')) size += sizeOf(tokens[at]?.text ?? '')
    }
    sizes.set(name, size)
    if (size > MOST_WORDS) throw shaderError(file, tokens[bodies.get(name)?.[0]?.from ?? 0]?.line ?? 0, `${name} is too long with what it calls: ${MOST_WORDS} words and signs are the most, each call counted anew`)
    return size
  }

  const costs = new Map<string, number>()
  const tooMuch = (line: number) => shaderError(file, line, `it takes too long: a pixel may go through ${MOST_ROUNDS} rounds of loops and calls, those within each other multiplied`)
  const costOf = (name: string, line: number): number => {
    const before = costs.get(name)
    if (before !== undefined && Number.isNaN(before)) throw shaderError(file, line, `${name} calls itself`)
    if (before !== undefined) return before
    // Of several functions of one name, a later one may call those before it; drivers refuse what then still calls itself.
    let cost = 0
    for (const [i, { from, to }] of (bodies.get(name) ?? []).entries()) {
      costs.set(name, i === 0 ? Number.NaN : cost)
      cost += weigh(from, to)
    }
    costs.set(name, cost)
    return cost
  }
  function weigh(from: number, to: number, nested = 0): number {
    let sum = 0
    for (let at = from; at < to; at++) {
      const { text, line } = tokens[at] ?? { text: '', line: 0 }
      if (text === 'while' || text === 'do') throw shaderError(file, line, `it cannot be told that this loop ends; ${HOW}`)
      if (text === 'for') {
        if (nested === MOST_NESTED) throw shaderError(file, line, `loops lie more than ${MOST_NESTED} deep within each other here`)
        const close = closingOf(tokens, at + 1)
        const body = { from: close + 1, to: statementEnd(tokens, close + 1) }
        sum += roundsOf(at, close, body) * (1 + weigh(at + 2, close) + weigh(body.from, body.to, nested + 1))
        at = body.to - 1
      } else if (tokens[at + 1]?.text === '(' && bodies.has(text)) sum += 1 + costOf(text, line)
      if (sum > MOST_ROUNDS) throw tooMuch(line)
    }
    return sum
  }
  for (const name of bodies.keys()) costOf(name, 0)
  for (const name of bodies.keys()) sizeOf(name)
}
