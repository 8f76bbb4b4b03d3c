import { shaderError, withoutComments, type ShaderError } from '../shader-error.js'

/** What a shader may ask for: it is told that it is GLSL ES 3.00, which is what it becomes. */
const GIVEN: readonly (readonly [name: string, value: string])[] = [['__VERSION__', '300'], ['GL_ES', '1'], ['GL_FRAGMENT_PRECISION_HIGH', '1']]
const MOST_DEPTH = 32
/** Said to a compiler of another GLSL, and of no use here. */
const DROPPED: ReadonlySet<string> = new Set(['version', 'extension', 'pragma', 'line', ''])

const truth = (value: boolean) => Number(value)
/** By how tightly they bind, loosest first. */
const OPERATORS: readonly Readonly<Record<string, (x: number, y: number) => number>>[] = [
  { '||': (x, y) => truth(x !== 0 || y !== 0) },
  { '&&': (x, y) => truth(x !== 0 && y !== 0) },
  { '==': (x, y) => truth(x === y), '!=': (x, y) => truth(x !== y) },
  { '<': (x, y) => truth(x < y), '>': (x, y) => truth(x > y), '<=': (x, y) => truth(x <= y), '>=': (x, y) => truth(x >= y) },
  { '+': (x, y) => x + y, '-': (x, y) => x - y },
  { '*': (x, y) => x * y, '/': (x, y) => (y === 0 ? 0 : Math.trunc(x / y)), '%': (x, y) => (y === 0 ? 0 : x % y) },
]

/** Words and signs of one `#if`, those of the macros it asks for counted each time. */
const MOST_WORDS = 256

/** What the expression of an `#if` comes to; a name that is not defined is 0. Undefined when it is none, or too long to look at. */
const evaluate = (text: string, macros: ReadonlyMap<string, string>, room = { words: MOST_WORDS }): number | undefined => {
  const words = text.replace(/\s+/g, ' ').replace(/\bdefined ?\(? ?(\w+) ?\)?/g, (_, name: string) => ` ${truth(macros.has(name))} `).match(/\d[\w.]*|\w+|&&|\|\||[<>=!]=|[^\s\w]/g) ?? []
  // An empty macro counts, too: it may be asked for without end.
  room.words -= words.length + 1
  if (room.words < 0) return undefined
  let at = 0
  const single = (): number => {
    const word = words[at++] ?? ''
    if (word === '!') return truth(single() === 0)
    if (word === '-') return -single()
    if (word === '(') {
      const value = level(0)
      at += truth(words[at] === ')')
      return value
    }
    if (/^\d/.test(word)) return Number.parseInt(word, /^0x/i.test(word) ? 16 : 10)
    if (!/^\w/.test(word)) return Number.NaN
    const body = macros.get(word)
    return body === undefined ? 0 : evaluate(body, macros, room) ?? Number.NaN
  }
  const level = (i: number): number => {
    const operators = OPERATORS[i]
    if (!operators) return single()
    let value = level(i + 1)
    for (;;) {
      const act = operators[words[at] ?? '']
      if (!act) return value
      at += 1
      value = act(value, level(i + 1))
    }
  }
  const value = level(0)
  return at === words.length && !Number.isNaN(value) ? value : undefined
}

/** Lines that end in a backslash go on: they become one, and as many empty ones follow. */
const joined = (text: string): string[] => {
  const lines: string[] = []
  let empty = 0
  let open = false
  for (const line of text.split('\n')) {
    const goesOn = line.trimEnd().endsWith('\\')
    const words = goesOn ? line.trimEnd().slice(0, -1) : line
    if (open) {
      lines[lines.length - 1] += ` ${words}`
      empty += 1
    } else lines.push(words)
    open = goesOn
    if (!open) for (; empty > 0; empty--) lines.push('')
  }
  return lines
}

/**
 * Decides every `#if` of a shader and blanks out what it does not take, so that what remains is one program, whose lines keep their numbers:
 * `#define` and `#undef` stay, comments and what is said to other compilers go. Throws a {@link ShaderError} with the line.
 */
export const withoutConditionals = (source: string, file: string): string => {
  const macros = new Map(GIVEN)
  /** One for each open `#if`: whether its lines are taken now, and whether some of it were already. */
  const open: { taken: boolean; done: boolean; line: number }[] = []
  const taking = () => open.every(({ taken }) => taken)
  const fail = (line: number, why: string): ShaderError => shaderError(file, line, why)
  const lines = joined(withoutComments(source)).map((text, i) => {
    const line = i + 1
    const [, word, rest = ''] = /^\s*#\s*(\w*)(.*)$/.exec(text) ?? []
    if (word === undefined) return taking() ? text : ''
    const asked = (value: number | undefined): boolean => {
      if (value === undefined) throw fail(line, `what this #${word} asks for cannot be told`)
      return value !== 0
    }
    const last = open.at(-1)
    if (word === 'if' || word === 'ifdef' || word === 'ifndef') {
      if (open.length === MOST_DEPTH) throw fail(line, `conditions lie more than ${MOST_DEPTH} deep within each other here`)
      const taken = taking() && (word === 'if' ? asked(evaluate(rest, macros)) : macros.has(/\w+/.exec(rest)?.[0] ?? '') === (word === 'ifdef'))
      open.push({ taken, done: taken || !taking(), line })
    } else if (word === 'elif' || word === 'else') {
      if (!last) throw fail(line, `this #${word} has no #if`)
      last.taken = !last.done && (word === 'else' || asked(evaluate(rest, macros)))
      last.done ||= last.taken
    } else if (word === 'endif') {
      if (!open.pop()) throw fail(line, 'this #endif has no #if')
    } else if (!taking() || DROPPED.has(word)) return ''
    else if (word === 'error') throw fail(line, rest.trim() || 'the shader refuses itself here (#error)')
    else {
      const [, name, value = ''] = /^\s+(\w+)(.*)$/.exec(rest) ?? []
      if (name !== undefined && word === 'define') macros.set(name, value)
      if (name !== undefined && word === 'undef') macros.delete(name)
      return text
    }
    return ''
  })
  const [left] = open
  if (left) throw fail(left.line, 'this #if has no #endif')
  return lines.join('\n')
}
