import { shaderError, withoutComments, type ShaderError } from './shader-error.js'

/** One word or sign of a shader, and the line of its author's file it stands on. */
export interface Token {
  readonly text: string
  readonly line: number
}

interface Macro {
  /** Undefined for one without brackets. */
  readonly takes: readonly string[] | undefined
  readonly body: readonly Token[]
}

/** Numbers before names, so that the letters in `1e5` are none; then the signs of two and three characters. */
const TOKEN = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\w*|[A-Za-z_]\w*|<<=|>>=|\+\+|--|&&|\|\||\^\^|<<|>>|[-+*/%&|^=!<>]=|[^\s\w]/g
const NAME = /^[A-Za-z_]/
/** Of a whole shader with its macros written out; the longest of Doppel's own has a third of that. */
const MOST_TOKENS = 4096
const tooLong = (file: string, line: number, most: number): ShaderError => shaderError(file, line, `with its macros written out the shader is too long: it takes at most ${most} words and signs`)

const wordsOf = (text: string, line: number): Token[] => (text.match(TOKEN) ?? []).map((word) => ({ text: word, line }))

/** The arguments of a macro from behind its opening bracket; undefined when it never closes. */
const readArguments = (tokens: readonly Token[], from: number): { list: Token[][]; end: number } | undefined => {
  const list: Token[][] = [[]]
  for (let at = from, depth = 0; at < tokens.length; at++) {
    const token = tokens[at]
    if (!token) break
    if (token.text === ')' && depth === 0) return { list, end: at + 1 }
    if (token.text === ',' && depth === 0) list.push([])
    else list.at(-1)?.push(token)
    depth += Number(token.text === '(') - Number(token.text === ')')
  }
  return undefined
}

const readMacro = (text: string, line: number, file: string): [string, Macro] => {
  const match = /^#\s*define\s+([A-Za-z_]\w*)(\(([^)]*)\))?(.*)$/.exec(text)
  if (!match) throw shaderError(file, line, 'this is no #define')
  const [, name = '', brackets, takes = '', body = ''] = match
  const own = wordsOf(body, line)
  if (own.some((word) => word.text === name)) throw shaderError(file, line, `the macro ${name} uses itself`)
  return [name, { takes: brackets === undefined ? undefined : takes.split(',').map((word) => word.trim()).filter(Boolean), body: own }]
}

/**
 * A shader body in words, its macros written out. Throws a {@link ShaderError} for what would make it another program than it
 * seems (`#if`), and for one that is too long.
 */
export const shaderTokens = (body: string, file: string, most = MOST_TOKENS): Token[] => {
  const macros = new Map<string, Macro>()
  const out: Token[] = []
  let waiting: Token[] = []
  const put = (token: Token) => {
    if (out.length >= most) throw tooLong(file, token.line, most)
    out.push(token)
  }
  const flush = () => {
    // What a macro gives is looked through again together with what follows, as the preprocessor does.
    for (let steps = 0; waiting.length > 0; steps++) {
      const [token] = waiting
      if (!token) return
      if (steps > most) throw shaderError(file, token.line, 'its macros write out too much')
      const macro = macros.get(token.text)
      if (!macro) {
        let plain = 1
        while (plain < waiting.length && !macros.has(waiting[plain]?.text ?? '')) plain += 1
        waiting.splice(0, plain).forEach(put)
        continue
      }
      const { takes, body: own } = macro
      const given = takes && (waiting[1]?.text === '(' ? readArguments(waiting, 2) : undefined)
      if (takes && !given) throw shaderError(file, token.line, `the macro ${token.text} stands here without its brackets`)
      const written = own.flatMap((word) => {
        const place = takes?.indexOf(word.text) ?? -1
        return place < 0 ? [{ text: word.text, line: token.line }] : given?.list[place] ?? []
      })
      if (written.length + waiting.length + out.length > most) throw tooLong(file, token.line, most)
      waiting.splice(0, given?.end ?? 1, ...written)
    }
  }
  withoutComments(body).split('\n').forEach((text, i) => {
    const line = i + 1
    const directive = /^\s*#\s*(\w*)/.exec(text)?.[1]
    if (directive === undefined) {
      waiting.push(...wordsOf(text, line))
      return
    }
    flush()
    if (directive === 'define') macros.set(...readMacro(text.trim(), line, file))
    else if (directive === 'undef') macros.delete(/undef\s+(\w+)/.exec(text)?.[1] ?? '')
    else throw shaderError(file, line, `#${directive} is not taken in a shader body: #define and #undef are`)
  })
  flush()
  waiting = []
  return out
}

export const isName = (word: string | undefined): boolean => word !== undefined && NAME.test(word)
