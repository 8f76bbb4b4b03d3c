import { nearest } from '../engine/nearest.js'

/** A part of a set file of any shape; parts of the wrong shape are left to the schema. */
export type Part = Readonly<Record<string, unknown>>
export const part = (value: unknown): Part => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Part) : {})
export const parts = (value: unknown, most: number): Part[] => (Array.isArray(value) ? value.slice(0, most).map(part) : [])

/** A value in a sentence. */
export const show = (value: unknown): string => {
  const text = value === undefined ? 'missing' : typeof value === 'number' ? String(value) : JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
export const didYouMean = (word: string, known: readonly string[]): string => {
  const near = nearest(word, known)
  return near === undefined ? '' : `; did you mean "${near}"?`
}

/** One thing wrong with a set file: where in it, what it says, what belongs there. */
export interface Problem {
  readonly path: string
  readonly message: string
}
