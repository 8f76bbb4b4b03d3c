import { arrayBounds, closingOf } from '../shader-arrays.js'
import { checkShape } from '../shader-bounds.js'
import { loopBounds } from '../shader-loops.js'
import type { Range } from '../shader-numbers.js'
import { isName, shaderTokens, type Token } from '../shader-tokens.js'
import { withoutConditionals } from './conditionals.js'
import { withFloats } from './floats.js'
import { cappedLoops } from './loops.js'
import { BUILT_IN, LOOKS, OLDER, QUALIFIERS, RESERVED } from './words.js'

/** Of a shader with its macros written out: filters for other hosts are longer than Doppel's own effects. */
const MOST_TOKENS = 16_384

export interface TranslateOptions {
  /** For messages. */
  readonly file: string
  readonly vertex: boolean
  /** Names the host declares as uniforms: inputs, images and targets. */
  readonly names: readonly string[]
  /** The pictures among them, in the order in which the host numbers its ways to look at them. */
  readonly pictures: readonly string[]
  /** Names of inputs that are floats or vectors of them. */
  readonly floats: readonly string[]
  /** The values of inputs, as loops may go by them. */
  readonly ranges: ReadonlyMap<string, Range>
}

export interface Translated {
  /** GLSL ES 3.00, its lines where they were; `main` is `hostMain`. */
  readonly text: string
  /** What the host has to call one of `names`, where it may not keep its own. */
  nameOf(name: string): string
  /** Pictures that are handed to functions, not looked at by name. */
  readonly handedOn: ReadonlySet<string>
  /** Whether it may leave pixels as they are. */
  readonly discards: boolean
}

const word = (text: string, line: number): Token => ({ text, line })

/** Functions and variables a shader declares outside of functions. */
const declared = (tokens: readonly Token[]): Set<string> => {
  const names = new Set<string>()
  for (let at = 1, depth = 0; at < tokens.length; at++) {
    const text = tokens[at]?.text ?? ''
    if ('([{'.includes(text)) depth += 1
    else if (')]}'.includes(text)) depth -= 1
    else if (depth === 0 && isName(text) && isName(tokens[at - 1]?.text) && '(=;,['.includes(tokens[at + 1]?.text ?? '')) names.add(text)
  }
  return names
}

/** What the host declares for every shader, which older ones declare themselves. */
const GIVEN = ['PASSINDEX', 'RENDERSIZE', 'TIME', 'TIMEDELTA', 'DATE', 'FRAMEINDEX', 'isf_FragNormCoord', 'vv_FragNormCoord']
const DECLARING: ReadonlySet<string> = new Set(['uniform', 'varying', 'in', 'out'])

/** Replaces what is called otherwise, and ways to look at pictures; brackets stay where they are, so that calls may lie within each other. */
const renamed = (tokens: readonly Token[], { vertex, names, pictures }: TranslateOptions, nameOf: (name: string) => string, handedOn: Set<string>): Token[] => {
  const out: Token[] = []
  const own = new Set([...names, ...GIVEN])
  for (let at = 0, depth = 0; at < tokens.length; at++) {
    depth += Number('([{'.includes(tokens[at]?.text ?? ' ')) - Number(')]}'.includes(tokens[at]?.text ?? ' '))
    const { text, line } = tokens[at] ?? word('', 0)
    const put = (...texts: readonly string[]) => { for (const one of texts) out.push(word(one, line)) }
    if (tokens[at - 1]?.text === '.' || !isName(text)) {
      put(text)
      continue
    }
    const older = Object.hasOwn(OLDER, text) ? OLDER[text] ?? text : text
    const look = Object.hasOwn(LOOKS, older) ? LOOKS[older] : undefined
    const [, size] = /^_(\w+)_img(?:Rect|Size)$/.exec(text) ?? []
    const picture = pictures.indexOf(tokens[at + 2]?.text ?? '')
    if (text === 'precision' || (DECLARING.has(text) && isName(tokens[at + 1]?.text) && own.has(tokens[at + 2]?.text ?? '') && depth === 0)) {
      // A precision of its own could not be handed from the corners to the pixels; and the host has declared its inputs.
      while (at < tokens.length && tokens[at]?.text !== ';') at += 1
    } else if (text === 'gl_FragData' && tokens[at + 2]?.text === '0' && tokens[at + 3]?.text === ']') {
      put('hostFragColor')
      at += 3
    } else if (text === 'varying' || (text === 'attribute' && !vertex)) put(vertex ? 'out' : 'in')
    else if (look && tokens[at + 1]?.text === '(') {
      if (picture >= 0 && [',', ')'].includes(tokens[at + 3]?.text ?? '')) {
        put(`${look[0]}${picture}`, '(')
        at += tokens[at + 3]?.text === ',' ? 3 : 2
        depth += 1
      } else put(look[1])
    } else if (size !== undefined && pictures.includes(size)) {
      put(...(text.endsWith('Rect') ? ['vec4', '(', '0.0', ',', '0.0', ','] : ['vec2', '(']), `hostSize${pictures.indexOf(size)}`, '(', ')', ')')
    } else {
      if (pictures.includes(text)) handedOn.add(text)
      put(QUALIFIERS.has(older) && depth > 0 ? `hostOwn${older}` : nameOf(older))
    }
  }
  return out
}

const NO_TYPES: ReadonlySet<string> = new Set(['const', 'uniform', 'in', 'out', 'flat', 'smooth', 'struct', 'layout', 'centroid', 'invariant'])

/**
 * GLSL ES takes only constants as first values of global variables: these get theirs at the beginning of `hostMain` instead, which nothing
 * comes before.
 */
const withLateValues = (tokens: readonly Token[]): Token[] => {
  const out: Token[] = []
  const late: Token[] = []
  for (let at = 0; at < tokens.length;) {
    let end = at
    let value = false
    while (end < tokens.length && tokens[end]?.text !== ';' && !(tokens[end]?.text === '{' && !value)) {
      const text = tokens[end]?.text ?? ''
      value ||= text === '='
      end = '([{'.includes(text) ? closingOf(tokens, end) + 1 : end + 1
    }
    if (tokens[end]?.text === '{') end = closingOf(tokens, end)
    const statement = tokens.slice(at, end + 1)
    at = end + 1
    const [first, name, equals] = statement
    const main = statement.findIndex(({ text }, i) => text === 'hostMain' && statement[i + 1]?.text === '(')
    const body = statement.findIndex(({ text }) => text === '{')
    if (main >= 0 && body >= 0) {
      const line = statement[body]?.line ?? 0
      out.push(...statement.slice(0, body + 1), ...late.map(({ text }) => word(text, line)), ...statement.slice(body + 1))
    } else if (!first || NO_TYPES.has(first.text) || !isName(name?.text) || equals?.text !== '=') out.push(...statement)
    else {
      // `vec2 a = x, b = y;`: all of them, one after another.
      let depth = 0
      let inside = false
      out.push(first)
      for (const token of statement.slice(1)) {
        depth += Number('([{'.includes(token.text)) - Number(')]}'.includes(token.text))
        if (depth === 0 && token.text === '=') {
          inside = true
          late.push(out.at(-1) ?? token, token)
        } else if (depth === 0 && (token.text === ',' || token.text === ';')) {
          if (inside) late.push(word(';', token.line))
          inside = false
          out.push(token)
        } else (inside ? late : out).push(token)
      }
    }
  }
  return out
}

/** Words on the lines they stand on. */
const written = (tokens: readonly Token[]): string => {
  let text = ''
  let line = 1
  for (const token of tokens) {
    if (token.line > line) {
      text += '\n'.repeat(token.line - line)
      line = token.line
    }
    text += `${token.text} `
  }
  return text
}

/**
 * Translates a shader of an ISF file into GLSL ES 3.00, word by word, its macros written out; and refuses what a driver could hang or die on,
 * as for Doppel's own effects. Throws a {@link ShaderError} with the line.
 */
export const translateIsf = (source: string, options: TranslateOptions): Translated => {
  const { file, names, floats, ranges } = options
  const read = shaderTokens(withoutConditionals(source, file), file, MOST_TOKENS)
  const own = new Set([...declared(read), ...names])
  const nameOf = (name: string) => (RESERVED.has(name) || ((BUILT_IN.has(name) || QUALIFIERS.has(name)) && own.has(name)) ? `hostOwn${name}` : name)
  const handedOn = new Set<string>()
  const renamedTokens = renamed(read, options, nameOf, handedOn)
  // Where a bracket is missing, the driver says so best.
  if (!checkShape(renamedTokens, file)) return { text: written(renamedTokens), nameOf, handedOn, discards: false }
  const tokens = withFloats(renamedTokens, floats.map(nameOf))
  const known = new Map([...ranges].map(([name, range]) => [nameOf(name), range] as const))
  const whole = withLateValues(cappedLoops(tokens, file, arrayBounds(tokens, file, known)))
  loopBounds(whole, file, arrayBounds(whole, file, known))
  return { text: written(whole), nameOf, handedOn, discards: whole.some(({ text }) => text === 'discard') }
}
