import { closingOf } from '../shader-arrays.js'
import { shaderError } from '../shader-error.js'
import { split, statementEnd, untoldLoops } from '../shader-loops.js'
import type { Range } from '../shader-numbers.js'
import { isName, type Token } from '../shader-tokens.js'

/** Rounds of a loop whose end cannot be told from the text: more than any of them takes in practice. */
export const MOST_UNTOLD = 128

/**
 * Gives loops whose end cannot be told one that can, so that none can hang the driver: shaders that were written for other hosts loop up to
 * whatever they have worked out. Such a loop goes round as it always did, at most {@link MOST_UNTOLD} times. A loop that
 * asks for nothing is refused with a {@link ShaderError}.
 */
export const cappedLoops = (tokens: readonly Token[], file: string, numbers: ReadonlyMap<string, Range>): Token[] => {
  const untold = new Set(untoldLoops(tokens, file, numbers))
  if (untold.size === 0) return [...tokens]
  const out: Token[] = []
  /** Where a block ends that was opened here: a bracket closes there. */
  const ends = new Map<number, number>()
  let count = 0
  const put = (line: number, ...words: readonly string[]) => { for (const text of words) out.push({ text, line }) }
  for (let at = 0; at <= tokens.length; at++) {
    for (let left = ends.get(at) ?? 0; left > 0; left--) put(tokens[at - 1]?.line ?? 0, '}')
    const token = tokens[at]
    if (!token) break
    const { text, line } = token
    if (text === 'do') throw shaderError(file, line, 'it cannot be told that this loop ends: write it as for (int i = 0; i < 8; i++), with a break where it is done')
    if (!untold.has(at)) {
      out.push(token)
      continue
    }
    const close = closingOf(tokens, at + 1)
    const parts = split(tokens.slice(at + 2, close), ';')
    const [init = [], condition = [], step = []] = text === 'while' ? [[], parts[0] ?? []] : parts
    if (!condition.some((word) => isName(word.text) && word.text !== 'true' && word.text !== 'false')) {
      throw shaderError(file, line, 'this loop never ends: write it as for (int i = 0; i < 8; i++), with a break where it is done')
    }
    const counter = `hostLoop${count++}`
    if (init.length > 0) {
      put(line, '{')
      out.push(...init, { text: ';', line })
      const end = statementEnd(tokens, close + 1)
      ends.set(end, (ends.get(end) ?? 0) + 1)
    }
    put(line, 'for', '(', 'int', counter, '=', '0', ';', counter, '<', String(MOST_UNTOLD), '&&', '(')
    out.push(...condition)
    put(line, ')', ';', counter, '++')
    if (step.length > 0) out.push({ text: ',', line }, ...step)
    put(line, ')')
    at = close
  }
  return out
}
