import { isObject, type Loose } from '../engine/loose.js'

/** A part of a set file of any shape; parts of the wrong shape are left to the schema. */
export type Part = Loose
export const part = (value: unknown): Part => (isObject(value) ? value : {})
export const parts = (value: unknown, most: number): Part[] => (Array.isArray(value) ? value.slice(0, most).map(part) : [])

/** One thing wrong with a set file: where in it, what it says, what belongs there. */
export interface Problem {
  readonly path: string
  readonly message: string
}
