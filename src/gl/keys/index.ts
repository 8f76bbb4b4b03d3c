import { DoppelError } from '../../engine/error.js'
import { defaultOf, type ParamValue } from '../../engine/params.js'
import { chroma } from './chroma.js'
import { difference } from './difference.js'
import { luma } from './luma.js'
import { motion } from './motion.js'
import type { KeyDecl } from './types.js'

/** Every key, in the order menus list them. */
export const KEYS: readonly KeyDecl[] = [chroma, luma, difference, motion]

/** A key by its name, or undefined. */
export const findKey = (id: string): KeyDecl | undefined => KEYS.find((key) => key.id === id)

/** A key by its name. Throws a {@link DoppelError} listing those there are. */
export const keyById = (id: string): KeyDecl => {
  const found = findKey(id)
  if (!found) throw new DoppelError(`there is no key "${id}"`, `the keys are ${KEYS.map((key) => key.id).join(', ')}`)
  return found
}

/** Every parameter of a key at its default, free to be played with. */
export const keyDefaults = ({ params }: KeyDecl): Record<string, ParamValue> =>
  Object.fromEntries(Object.entries(params).map(([name, decl]) => [name, defaultOf(decl)]))
