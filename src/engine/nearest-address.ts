import { nearest } from './nearest.js'

/** Addresses looked through at most. */
const LOOKED = 50_000

/**
 * The address the writer of this one most likely meant, part by part from its beginning; undefined when some part resembles none that
 * could stand there. Costs a look at every address and is for sentences, not for ticks.
 */
export const nearestAddress = (address: string, addresses: Iterable<string>): string | undefined => {
  const parts = address.split('/').slice(1)
  let known: string[][] = []
  for (const candidate of addresses) {
    if (known.length >= LOOKED) break
    const split = candidate.split('/').slice(1)
    if (split.length === parts.length) known.push(split)
  }
  const found: string[] = []
  for (const [depth, asked] of parts.entries()) {
    const here = new Set(known.map((split) => split[depth] ?? ''))
    const name = here.has(asked) ? asked : nearest(asked, here)
    if (name === undefined) return undefined
    found.push(name)
    known = known.filter((split) => split[depth] === name)
  }
  return known.length > 0 ? `/${found.join('/')}` : undefined
}
