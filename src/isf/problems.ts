import { nearest } from '../engine/nearest.js'

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
  const text = value === undefined ? 'missing' : listed(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

export const didYouMean = (word: unknown, known: readonly string[]): string => {
  const near = typeof word === 'string' ? nearest(word, known) : undefined
  return near === undefined ? '' : `; did you mean "${near}"?`
}

/** Collects what is wrong with a header: a place in it and a sentence for each. */
export type Complain = (path: string, message: string) => void

/** A truth value, also as older files write it. */
export const readFlag = (value: unknown, path: string, complain: Complain): boolean => {
  if (value === undefined || value === false || value === 0) return false
  if (value === true || value === 1) return true
  complain(path, `is ${show(value)}: it takes true or false`)
  return false
}

/** A short text, or what stands in for it. */
export const readText = (value: unknown, otherwise: string): string => (typeof value === 'string' && value.trim() !== '' ? value.replace(/\s+/g, ' ').trim().slice(0, 200) : otherwise)
