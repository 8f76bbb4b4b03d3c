import { nearest } from './nearest.js'

/** Something of any shape, from a file nobody has checked yet. */
export type Loose = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is Loose => typeof value === 'object' && value !== null && !Array.isArray(value)

/** As JSON writes it; what lies too deep within lists is not looked at. */
const listed = (value: unknown): string => {
  try {
    return JSON.stringify(value)
  } catch {
    return 'a list of lists without end'
  }
}

/** A value in a sentence. */
export const show = (value: unknown): string => {
  // JSON has no word for numbers too large to be told.
  const text = value === undefined ? 'missing' : typeof value === 'number' ? String(value) : listed(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/** The end of a sentence about a word that is not known; empty when none that is comes near. */
export const didYouMean = (word: unknown, known: readonly string[]): string => {
  const near = typeof word === 'string' ? nearest(word, known) : undefined
  return near === undefined ? '' : `; did you mean "${near}"?`
}
