/** A command of OSCQuery and its data. */
export type PathNews = readonly ['PATH_ADDED' | 'PATH_REMOVED' | 'PATH_CHANGED', string]

/** Beyond so many, one PATH_CHANGED for all of them is said instead of each. */
const EACH = 64

/** The deepest container that holds all of them. */
const commonParent = (addresses: readonly string[]): string => {
  const [first = [], ...rest] = addresses.map((address) => address.split('/').slice(0, -1))
  const depth = first.findIndex((name, i) => rest.some((names) => names[i] !== name))
  return first.slice(0, depth < 0 ? first.length : depth).join('/') || '/'
}

/** What to tell clients after addresses came or went: each of them (when they are few), then what to load again. */
export const newsOf = (before: ReadonlySet<string>, after: ReadonlySet<string>): readonly PathNews[] => {
  const added = [...after].filter((address) => !before.has(address))
  const removed = [...before].filter((address) => !after.has(address))
  const changed = [...removed, ...added]
  if (changed.length === 0) return []
  const each: readonly PathNews[] = [...removed.map((path) => ['PATH_REMOVED', path] as const), ...added.map((path) => ['PATH_ADDED', path] as const)]
  return [...(changed.length <= EACH ? each : []), ['PATH_CHANGED', commonParent(changed)]]
}
