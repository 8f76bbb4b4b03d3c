import { closingOf } from '../shader-arrays.js'
import { isName, type Token } from '../shader-tokens.js'

/** What ISF shaders know without declaring it. */
const KNOWN = ['TIME', 'TIMEDELTA', 'DATE', 'RENDERSIZE', 'isf_FragNormCoord', 'gl_FragCoord', 'hostFragColor', 'gl_Position']
const FLOATS: ReadonlySet<string> = new Set(['float', 'vec2', 'vec3', 'vec4', 'mat2', 'mat3', 'mat4'])
const OTHERS: ReadonlySet<string> = new Set(['int', 'uint', 'bool', 'ivec2', 'ivec3', 'ivec4', 'uvec2', 'uvec3', 'uvec4', 'bvec2', 'bvec3', 'bvec4'])
const OPERATORS: ReadonlySet<string> = new Set(['+', '-', '*', '/', '<', '>', '<=', '>=', '==', '!=', '=', '+=', '-=', '*=', '/='])
/** Functions that take floats and nothing else, and those that take whole numbers as well. */
const FLOAT_ONLY: ReadonlySet<string> = new Set('radians degrees sin cos tan asin acos atan pow exp log exp2 log2 sqrt inversesqrt floor fract ceil mod mix step smoothstep length distance dot normalize'.split(' '))
const EITHER: ReadonlySet<string> = new Set(['min', 'max', 'clamp'])

const isWhole = (text: string) => /^\d+$/.test(text)
const isFloat = (text: string) => /^(\d+\.\d*|\.\d+|\d+(?=[eE]))([eE][+-]?\d+)?[fF]?$/.test(text)

/** Names that are declared as floats or vectors of them, and nowhere as anything else. */
const floatNames = (tokens: readonly Token[], given: readonly string[]): Set<string> => {
  const names = new Set([...KNOWN, ...given])
  const others = new Set<string>()
  let kind: Set<string> | undefined
  tokens.forEach(({ text }, at) => {
    const [before, after] = [tokens[at - 1]?.text ?? '', tokens[at + 1]?.text ?? '']
    // `float(` is a conversion, `float x` declares; a list goes on after commas outside of brackets.
    if ((FLOATS.has(text) || OTHERS.has(text)) && after !== '(') kind = FLOATS.has(text) ? names : others
    else if (kind && isName(text) && (FLOATS.has(before) || OTHERS.has(before) || (before === ',' && '=,;'.includes(after))) && after !== '(' && after !== '[') kind.add(text)
    else if (text === ';' || text === ')' || text === '{') kind = undefined
  })
  for (const name of others) names.delete(name)
  return names
}

/**
 * Writes `2.0` for `2` where a float is meant: the GLSL of other hosts converts whole numbers by itself, GLSL ES refuses them. Only numbers
 * that stand beside a float, where ES would take no whole number in any case, so that nothing that compiled means something else.
 */
export const withFloats = (tokens: readonly Token[], given: readonly string[]): Token[] => {
  const floats = floatNames(tokens, given)
  const wanted = new Set<number>()
  /** Whether a float stands at a place, or ends there: a name, a number, or one component of a vector. */
  const floatAt = (at: number): boolean => {
    const text = tokens[at]?.text ?? ''
    if (isFloat(text)) return true
    return isName(text) && tokens[at - 1]?.text === '.' ? floats.has(tokens[at - 2]?.text ?? '') : floats.has(text) && tokens[at + 1]?.text !== '('
  }
  const beginsFloat = (at: number) => isFloat(tokens[at]?.text ?? '') || (floats.has(tokens[at]?.text ?? '') && tokens[at + 1]?.text !== '[')
  /** A sign that belongs to the number alone. */
  const isSign = (at: number) => ['-', '+'].includes(tokens[at]?.text ?? '') && (OPERATORS.has(tokens[at - 1]?.text ?? '') || '(,'.includes(tokens[at - 1]?.text ?? ' '))
  /** Where the function ends that returns a float: no whole number is returned there. */
  let returns = -1
  tokens.forEach(({ text }, at) => {
    if (text === '{' && at > returns && isFloatFunction(tokens, at)) returns = closingOf(tokens, at)
    if (isWhole(text)) {
      const first = isSign(at - 1) ? at - 1 : at
      const [before, after] = [tokens[first - 1]?.text ?? '', tokens[at + 1]?.text ?? '']
      if (at < returns && before === 'return' && after === ';') wanted.add(at)
      if ((OPERATORS.has(before) && floatAt(first - 2)) || (OPERATORS.has(after) && beginsFloat(at + 2))) wanted.add(at)
    }
    if (tokens[at + 1]?.text !== '(' || !(FLOAT_ONLY.has(text) || EITHER.has(text))) return
    const close = closingOf(tokens, at + 1)
    if (EITHER.has(text) && !tokens.slice(at + 2, close).some((_, i) => floatAt(at + 2 + i))) return
    for (let i = at + 2, depth = 0; i < close; i++) {
      const one = tokens[i]?.text ?? ''
      depth += Number('([{'.includes(one)) - Number(')]}'.includes(one))
      const first = isSign(i - 1) ? i - 1 : i
      if (depth === 0 && isWhole(one) && '(,'.includes(tokens[first - 1]?.text ?? ' ') && ',)'.includes(tokens[i + 1]?.text ?? ' ')) wanted.add(i)
    }
  })
  return tokens.map((token, at) => (wanted.has(at) ? { ...token, text: `${token.text}.0` } : token))
}

/** Whether the block that opens here is the body of a function that gives a float: `float name(...) {`. */
const isFloatFunction = (tokens: readonly Token[], open: number): boolean => {
  let at = open - 1
  if (tokens[at]?.text !== ')') return false
  for (let depth = 0; at >= 0; at--) {
    depth += Number(tokens[at]?.text === ')') - Number(tokens[at]?.text === '(')
    if (depth === 0) break
  }
  return isName(tokens[at - 1]?.text) && tokens[at - 2]?.text === 'float'
}
