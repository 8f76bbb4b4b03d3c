import { closeSync, fchmodSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DoppelError, messageOf } from '../engine/error.js'
import { setSchema, type SetFile } from './schema.js'

const WIDTH = 120

/** JSON as one writes it by hand: what fits on a line stays on it. */
const written = (value: unknown, indent: string): string => {
  const flat = oneLine(value)
  if (typeof value !== 'object' || value === null || indent.length + flat.length <= WIDTH) return flat
  const inner = `${indent}  `
  if (Array.isArray(value)) return `[\n${value.map((item) => inner + written(item, inner)).join(',\n')}\n${indent}]`
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return `{\n${entries.map(([key, item]) => `${inner}${JSON.stringify(key)}: ${written(item, inner)}`).join(',\n')}\n${indent}}`
}
const oneLine = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return entries.length === 0 ? '{}' : `{ ${entries.map(([key, item]) => `${JSON.stringify(key)}: ${oneLine(item)}`).join(', ')} }`
}

/** A set as it is saved: keys always in the order of the schema, so that versions of a file compare line by line. */
export const formatSet = (set: SetFile): string => {
  const result = setSchema.safeParse(set)
  if (!result.success) throw new DoppelError(`the set cannot be saved: ${result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).slice(0, 5).join('; ')}`)
  return `${written(result.data, '')}\n`
}

/** Links stay links: what they lead to is replaced. */
const target = (path: string): string => {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

const syncFolder = (folder: string) => {
  // Not every system can open a folder; there the rename is as safe as it gets.
  if (process.platform === 'win32') return
  const fd = openSync(folder, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/**
 * Saves a set so that at every moment, also when the power fails, the file is either the old one or the new one, whole.
 * Throws a {@link DoppelError} when it cannot be written; the old file is untouched then.
 */
export const saveSet = (path: string, set: SetFile): void => {
  const text = Buffer.from(formatSet(set))
  const to = target(path)
  const temp = join(dirname(to), `.${basename(to)}.${process.pid}.tmp`)
  try {
    const fd = openSync(temp, 'w')
    try {
      for (let done = 0; done < text.length; ) done += writeSync(fd, text, done)
      const before = statSync(to, { throwIfNoEntry: false })
      if (before) fchmodSync(fd, before.mode)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(temp, to)
    syncFolder(dirname(to))
  } catch (thrown) {
    rmSync(temp, { force: true })
    throw new DoppelError(`${path} cannot be saved: ${messageOf(thrown)}`, 'the file is as it was; check the disk and its permissions, or save under another name', { cause: thrown })
  }
}
