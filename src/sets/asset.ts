import { existsSync, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'

const PATTERN = /%0?\d*d/

const outside = (path: string, base: string) => relative(base, path).split(sep)[0] === '..' || isAbsolute(relative(base, path))
const codeOf = (thrown: unknown) => (thrown instanceof Error ? (thrown as NodeJS.ErrnoException).code : undefined)

/** One file at least must match a pattern such as `frames/%05d.png`; what lies in its folder is checked when it is opened. */
const matches = (path: string): boolean => {
  const [before = '', after = ''] = basename(path).split(PATTERN)
  try {
    return readdirSync(dirname(path)).some((name) => name.startsWith(before) && name.endsWith(after) && /^\d+$/.test(name.slice(before.length, name.length - after.length)))
  } catch {
    return false
  }
}

/** The first picture of a folder that is a link to somewhere outside the set's own; undefined when there is none. */
const strayIn = (inside: string, folder: string): string | undefined => {
  const strays = (path: string) => {
    try {
      return outside(realpathSync(path), folder)
    } catch {
      // It leads nowhere: that is told when it is opened.
      return false
    }
  }
  return readdirSync(inside, { withFileTypes: true }).find((entry) => entry.isSymbolicLink() && strays(join(inside, entry.name)))?.name
}

/** The first folder above a path that is there. */
const standing = (path: string): string => {
  try {
    return realpathSync(path)
  } catch {
    return dirname(path) === path ? path : standing(dirname(path))
  }
}

/** The absolute path of a file that is to be written, or the problem with it. It must lie inside the set's folder, links followed; it need not be there. */
export const writePath = (folder: string, file: string): string | { message: string } => {
  if (/^([/\\]|[a-z]+:)|\0/i.test(file)) return { message: `"${file}" must be a path relative to the set's folder` }
  const path = resolve(folder, file)
  // On every system, for a set written on one is played on another.
  if (outside(path, folder) || file.split(/[/\\]/).includes('..')) return { message: `"${file}" leads out of the set's folder` }
  const link = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
  // What a link leads to may be missing still, and would be made by writing to it.
  if (link && !existsSync(path)) return { message: `"${file}" is a link that leads nowhere` }
  return outside(standing(path), standing(folder)) ? { message: `"${file}" is a link that leads out of the set's folder` } : path
}

/** The absolute path of an asset named in a set, or the problem with it. It must exist inside the set's folder, links followed. */
export const assetPath = (folder: string, asset: string): string | { message: string } => {
  if (isAbsolute(asset) || asset.includes('\0') || /^[a-z]+:/i.test(asset)) return { message: `"${asset}" must be a path relative to the set's folder` }
  const path = resolve(folder, asset)
  if (outside(path, folder)) return { message: `"${asset}" leads out of the set's folder` }
  const pattern = PATTERN.test(basename(path))
  try {
    // Of a pattern the folder it lies in can be followed, and all that lies in there.
    const [real, home] = [realpathSync(pattern ? dirname(path) : path), realpathSync(folder)]
    if (outside(real, home)) return { message: `"${asset}" is a link that leads out of the set's folder` }
    const stray = pattern || statSync(real).isDirectory() ? strayIn(real, home) : undefined
    if (stray !== undefined) return { message: `in "${asset}", ${stray} is a link that leads out of the set's folder` }
  } catch (thrown) {
    if (codeOf(thrown) === 'ELOOP') return { message: `"${asset}" is a link that leads back to itself` }
    return { message: `there is no file "${asset}" in the set's folder` }
  }
  return pattern && !matches(path) ? { message: `no picture matches "${asset}" in the set's folder` } : path
}
