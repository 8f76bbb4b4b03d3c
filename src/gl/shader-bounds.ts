import type { EffectDecl } from '../engine/effect.js'
import type { ParamDecl } from '../engine/params.js'
import { arrayBounds } from './shader-arrays.js'
import { shaderError } from './shader-error.js'
import { loopBounds } from './shader-loops.js'
import type { Range } from './shader-numbers.js'
import { shaderTokens, type Token } from './shader-tokens.js'
import { MOST_SUBJECTS } from './subject/masks.js'
import type { ShaderText } from './types.js'

/** Letters; a shader body is a page of text. */
const MOST_LETTERS = 65_536
/** Brackets within brackets, and words up to the next semicolon: drivers read both by recursion. */
const MOST_DEPTH = 48
const MOST_STATEMENT = 1500

const OPENING = new Map([['(', ')'], ['[', ']'], ['{', '}']])

/** Whether every bracket closes: where one does not, the driver says so better. */
export const checkShape = (tokens: readonly Token[], file: string): boolean => {
  const open: string[] = []
  let words = 0
  for (const { text, line } of tokens) {
    words = text === ';' || text === '{' || text === '}' ? 0 : words + 1
    if (words > MOST_STATEMENT) throw shaderError(file, line, `this statement is too long: it takes at most ${MOST_STATEMENT} words and signs`)
    const closing = OPENING.get(text)
    if (closing) open.push(closing)
    else if (')]}'.includes(text) && open.pop() !== text) return false
    if (open.length > MOST_DEPTH) throw shaderError(file, line, `brackets lie more than ${MOST_DEPTH} deep within each other here`)
  }
  return open.length === 0
}

const paramRange = (decl: ParamDecl): Range | undefined => {
  switch (decl.type) {
    case 'float': case 'beats': case 'int': return [decl.min, decl.max]
    case 'choice': return [0, decl.choices.length - 1]
    default: return undefined
  }
}

/**
 * Refuses what a driver could hang or die on, before it sees it: a driver that hangs takes the show with it, and nobody
 * can stop it from this thread. Loops must have an end that can be told from the text and the parameters' ranges, and arrays a size. Throws
 * a {@link ShaderError} with the line.
 */
export const checkBounds = (body: string, file: string, params: EffectDecl['params']): void => {
  if (body.length > MOST_LETTERS) throw shaderError(file, 0, `the shader holds ${body.length} letters: it takes at most ${MOST_LETTERS}`)
  const tokens = shaderTokens(body, file)
  if (!checkShape(tokens, file)) return
  const known = new Map<string, Range>([['subjects', [0, MOST_SUBJECTS]]])
  for (const [name, decl] of Object.entries(params)) {
    const range = paramRange(decl)
    if (range) known.set(name, range)
  }
  const numbers = arrayBounds(tokens, file, known)
  loopBounds(tokens, file, numbers)
}

/** Gives the text of an effect's shader that is known to come to an end. */
export const boundedText = (shaderText: ShaderText, { shader, params }: EffectDecl): string => {
  const text = shaderText(shader)
  checkBounds(text, shader, params)
  return text
}
