import type { IsfRange, IsfSize } from '../engine/isf.js'

/** Letters of an expression; nobody's size is longer. */
const MOST_LETTERS = 200
const MOST_DEPTH = 24

/** Functions a size may use, and how many arguments they take. */
const FUNCTIONS: Readonly<Record<string, readonly [takes: number, act: (...args: readonly number[]) => number]>> = {
  floor: [1, (x = 0) => Math.floor(x)], ceil: [1, (x = 0) => Math.ceil(x)], round: [1, (x = 0) => Math.round(x)], abs: [1, (x = 0) => Math.abs(x)],
  sqrt: [1, (x = 0) => Math.sqrt(x)], min: [2, (x = 0, y = 0) => Math.min(x, y)], max: [2, (x = 0, y = 0) => Math.max(x, y)],
  pow: [2, (x = 0, y = 0) => x ** y], mod: [2, (x = 0, y = 1) => x - y * Math.floor(x / y)], clamp: [3, (x = 0, a = 0, b = 0) => Math.min(Math.max(x, a), b)],
}

type Known = (name: string) => number
type Value = (known: Known) => number

/** Sums, products, brackets and calls over numbers and `$names`. Throws an Error that says what is in the way. */
const parse = (text: string, names: ReadonlySet<string>): { value: Value; uses: Set<string> } => {
  const words = text.match(/(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|\$?[A-Za-z_]\w*|[^\s]/g) ?? []
  const uses = new Set<string>()
  let at = 0
  let depth = 0
  const expect = (word: string) => {
    if (words[at] !== word) throw new Error(words[at] === undefined ? `it ends where "${word}" is missing` : `"${words[at] ?? ''}" stands where "${word}" belongs`)
    at += 1
  }
  const call = (name: string): Value => {
    const made = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined
    if (!made) throw new Error(`there is no function "${name}": there are ${Object.keys(FUNCTIONS).join(', ')}`)
    const [takes, act] = made
    expect('(')
    const args: Value[] = [sum()]
    while (words[at] === ',') {
      at += 1
      args.push(sum())
    }
    expect(')')
    if (args.length !== takes) throw new Error(`${name} takes ${takes} value${takes > 1 ? 's' : ''} and was given ${args.length}`)
    return (known) => act(...args.map((arg) => arg(known)))
  }
  const single = (): Value => {
    if (++depth > MOST_DEPTH) throw new Error(`brackets lie more than ${MOST_DEPTH} deep within each other`)
    try {
      const word = words[at] ?? ''
      at += 1
      if (/^[\d.]/.test(word) && word !== '.') return () => Number(word)
      if (word === '-') {
        const value = single()
        return (known) => -value(known)
      }
      if (word === '+') return single()
      if (word === '(') {
        const value = sum()
        expect(')')
        return value
      }
      if (/^[A-Za-z_]/.test(word) && words[at] === '(') return call(word)
      const name = word.replace(/^\$/, '')
      if (word !== name && names.has(name)) {
        uses.add(name)
        return (known) => known(name)
      }
      throw new Error(word === '' ? 'it ends too early' : word.startsWith('$') ? `there is no number "${word}": there are ${[...names].map((one) => `$${one}`).join(', ')}` : `"${word}" belongs to no sum`)
    } finally {
      depth -= 1
    }
  }
  const chain = (next: () => Value, acts: Readonly<Record<string, (x: number, y: number) => number>>) => (): Value => {
    let value = next()
    for (;;) {
      const act = acts[words[at] ?? '']
      if (!act) return value
      at += 1
      const [left, right] = [value, next()]
      value = (known) => act(left(known), right(known))
    }
  }
  const product = chain(single, { '*': (x, y) => x * y, '/': (x, y) => x / y, '%': (x, y) => x - y * Math.floor(x / y) })
  const sum = chain(product, { '+': (x, y) => x + y, '-': (x, y) => x - y })
  const value = sum()
  if (at < words.length) throw new Error(`"${words[at] ?? ''}" follows where it should have ended`)
  return { value, uses }
}

/** Whole pixels, at least one; what comes to no number at all is one, too. */
const pixels = (value: number) => (Number.isNaN(value) ? 1 : Math.max(1, Math.floor(Math.min(value, 1e6))))

const CANVAS = ['WIDTH', 'HEIGHT']
/** Places looked at between the ends of each input's range, for functions that go up and down between them. */
const STEPS = 4
/** Inputs one size may depend on: every combination of their places is looked at. */
const MOST_USES = 4

/**
 * Reads a WIDTH or HEIGHT: a number, or arithmetic over `$WIDTH`, `$HEIGHT` and inputs that are numbers (`$blur`). Nothing is
 * executed but what this file knows. Throws an Error whose message says what is wrong.
 */
export const parseSize = (written: unknown, inputs: Iterable<string>): IsfSize => {
  if (typeof written === 'number' && Number.isFinite(written) && written > 0) return { uses: [], at: () => pixels(written), most: () => pixels(written) }
  if (typeof written !== 'string' || written.trim() === '') throw new Error('it takes a number of pixels or an expression such as "$WIDTH/2.0"')
  if (written.length > MOST_LETTERS) throw new Error(`it has ${written.length} letters: an expression has at most ${MOST_LETTERS}`)
  const { value, uses } = parse(written, new Set([...CANVAS, ...inputs]))
  const own = [...uses].filter((name) => !CANVAS.includes(name))
  if (own.length > MOST_USES) throw new Error(`it depends on ${own.length} inputs: at most ${MOST_USES}`)
  return {
    uses: own,
    at: (known) => pixels(value(known)),
    most(between) {
      const found = new Map<string, number>()
      const look = (i: number): number => {
        const name = own[i]
        if (name === undefined) return pixels(value((one) => found.get(one) ?? between(one)[1]))
        const [least, greatest]: IsfRange = between(name)
        return Math.max(...Array.from({ length: STEPS + 1 }, (_, step) => {
          found.set(name, least + (greatest - least) * step / STEPS)
          return look(i + 1)
        }))
      }
      return look(0)
    },
  }
}
