import { DoppelError } from '../engine/error.js'

type Json = Readonly<Record<string, unknown>>

/** The version written today. */
export const VERSION = 2

/** From each older version to the next. A step changes what it knows and leaves the rest, right or wrong, for the check after it. */
export const UPGRADES: Readonly<Record<number, (set: Json) => Json>> = {
  // Version 2 adds blends, transforms, masks, transitions, outputs, cues and bindings, and what they are by default is what version 1 did.
  1: (set) => ({ ...set, version: 2 }),
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Brings a parsed set file of any older version to today's. What is no set file at all is given back for the check to
 * report. Throws a {@link DoppelError} for a file of a newer Doppel.
 */
export const upgrade = (raw: unknown): unknown => {
  if (!isObject(raw) || !Number.isInteger(raw['version'])) return raw
  const written = raw['version'] as number
  if (written > VERSION) throw new DoppelError(`the set file is version ${written}: this Doppel reads up to version ${VERSION}`, 'open it with a newer Doppel')
  let set: Json = raw
  for (let step = UPGRADES[written]; step; step = UPGRADES[set['version'] as number]) set = step(set)
  return set
}
