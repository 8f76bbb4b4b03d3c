import type { Token } from './shader-tokens.js'

/** The least and the greatest value something can have. */
export type Range = readonly [least: number, most: number]

/** Beyond this a whole number is near where it wraps round. */
const LARGEST = 1e9

/** What an expression can come to, by what is known of its names; undefined where that cannot be told. */
export const rangeOf = (tokens: readonly Token[], known: ReadonlyMap<string, Range>): Range | undefined => {
  let at = 0
  const is = (...words: readonly string[]) => words.includes(tokens[at]?.text ?? '')
  const among = (values: readonly number[]): Range | undefined => {
    const range = [Math.min(...values), Math.max(...values)] as const
    return range.every((value) => Math.abs(value) <= LARGEST) ? range : undefined
  }
  const both = (a: Range | undefined, b: Range | undefined, act: (x: number, y: number) => number) => a && b && among([act(a[0], b[0]), act(a[0], b[1]), act(a[1], b[0]), act(a[1], b[1])])
  const list = (): (Range | undefined)[] | undefined => {
    const values = [sum()]
    while (is(',')) {
      at += 1
      values.push(sum())
    }
    if (!is(')')) return undefined
    at += 1
    return values
  }
  const call = (name: string): Range | undefined => {
    at += 1
    const [a, b, c] = list() ?? []
    if (name === 'min') return both(a, b, Math.min)
    if (name === 'max') return both(a, b, Math.max)
    if (name === 'clamp') return both(both(a, b, Math.max), c, Math.min)
    if (name === 'int') return a && among([Math.trunc(a[0]), Math.trunc(a[1])])
    return name === 'float' ? a : undefined
  }
  const single = (): Range | undefined => {
    const word = tokens[at]?.text ?? ''
    at += 1
    if (word === '-') return both([0, 0], single(), (x, y) => x - y)
    if (word === '+') return single()
    if (word === '(') return list()?.[0]
    if (/^[\d.]/.test(word)) return among([Number(/^0x/i.test(word) ? word.replace(/u$/i, '') : word.replace(/[uf]$/i, ''))])
    return is('(') ? call(word) : known.get(word)
  }
  const product = (): Range | undefined => {
    let value = single()
    while (is('*', '/')) {
      const times = is('*')
      at += 1
      const by = single()
      // Whole numbers lose their fraction: a little more room to both sides.
      const parts = times ? both(value, by, (x, y) => x * y) : by && by[0] * by[1] > 0 ? both(value, by, (x, y) => x / y) : undefined
      value = parts && !times ? [parts[0] - 1, parts[1] + 1] : parts
    }
    return value
  }
  function sum(): Range | undefined {
    let value = product()
    while (is('+', '-')) {
      const plus = is('+')
      at += 1
      value = both(value, product(), (x, y) => (plus ? x + y : x - y))
    }
    return value
  }
  const value = sum()
  return at === tokens.length && value?.every(Number.isFinite) ? value : undefined
}
