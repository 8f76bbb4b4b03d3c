import { withoutComments } from './shader-error.js'

/** Numbers before names, so that the letters in `1e5` and `0x1F` are none. */
const TOKEN = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\w*|[A-Za-z_]\w*|[^\s\w]/g
const NAME = /^[A-Za-z_]/
/** After these comes a type, though it may look like a name with a size: `const int[2] A`. */
const QUALIFIERS: ReadonlySet<string> = new Set(['const', 'uniform', 'flat', 'in', 'out', 'highp', 'mediump', 'lowp'])
const OPENING = '([{'
const CLOSING = ')]}'

/**
 * The names a shader body declares outside of functions: functions, constants, variables, structures and macros. A name
 * declared there follows its type (a name, or an array's `]`), a comma, or a structure's `}`.
 */
export const ownNames = (body: string): Set<string> => {
  const names = new Set<string>()
  const text = withoutComments(body).replace(/^[ \t]*#[^\n]*/gm, (line) => {
    const macro = /#\s*define\s+(\w+)/.exec(line)
    if (macro?.[1]) names.add(macro[1])
    return ''
  })
  const tokens = text.match(TOKEN) ?? []
  let depth = 0
  let first = ''
  tokens.forEach((token, i) => {
    const before = tokens[i - 1] ?? ''
    const after = tokens[i + 1] ?? ''
    if (OPENING.includes(token)) depth += 1
    else if (CLOSING.includes(token)) depth -= 1
    if (depth > 0 || !NAME.test(token)) return
    if (before === '' || before === ';' || before === '}') first = token
    if (first === 'precision' || QUALIFIERS.has(before)) return
    if (before === 'struct' || ((NAME.test(before) || '],}'.includes(before)) && before !== '' && '(=;,['.includes(after) && after !== '')) names.add(token)
  })
  return names
}

/**
 * Puts `prefix` before every one of `names` wherever a shader body uses it, so that bodies of several authors fit into one
 * shader. What follows a dot (a field, a swizzle) and the fields a structure declares keep their names. Comments go; lines stay.
 */
export const renameApart = (body: string, names: ReadonlySet<string>, prefix: string): string => {
  let before = ''
  let depth = 0
  /** Inside the braces of a structure: the depth of its fields. */
  let fields = Number.NaN
  let structure = false
  return withoutComments(body).replace(TOKEN, (token) => {
    if (token === 'struct') structure = true
    if (token === '{') {
      depth += 1
      if (structure) fields = depth
      structure = false
    } else if (token === '}') {
      if (depth === fields) fields = Number.NaN
      depth -= 1
    }
    const field = depth === fields && (NAME.test(before) || before === ']' || before === ',')
    const kept = before === '.' || field || !names.has(token)
    before = token
    return kept ? token : `${prefix}${token}`
  })
}
