import { show } from '../engine/loose.js'

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
