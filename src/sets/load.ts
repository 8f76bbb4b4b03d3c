import { readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { EffectDecl } from '../engine/effect.js'
import { DoppelError, messageOf } from '../engine/error.js'
import { createEffectBook, type EffectBook, type EffectFiles } from './effect-book.js'
import { LIMITS } from './limits.js'
import { setProblems } from './problems.js'
import { setSchema, type SetFile } from './schema.js'
import { upgrade } from './upgrade.js'

export interface LoadedSet {
  readonly file: SetFile
  readonly path: string
  readonly folder: string
  readonly effects: EffectBook
}

/** Problems shown at most; a file with more is no set file. */
const SHOWN = 50

/** Reads a set file of any version, or the `set.json` of a folder. Throws a {@link DoppelError} that lists all its problems. */
export const loadSet = (target: string, own: readonly EffectDecl[], files?: EffectFiles): LoadedSet => {
  const path = resolve(statSync(target, { throwIfNoEntry: false })?.isDirectory() ? join(target, 'set.json') : target)
  const raw = upgrade(readJson(path))
  const folder = dirname(path)
  const effects = createEffectBook(own, folder, files)
  const problems = setProblems(raw, folder, effects)
  if (problems.length > 0) {
    const shown = problems.slice(0, SHOWN).map(({ path: where, message }) => `  ${where}: ${message.replaceAll('\n', '\n  ')}`)
    if (problems.length > shown.length) shown.push(`  ... and ${problems.length - shown.length} more`)
    throw new DoppelError(`${path} has ${problems.length} problem${problems.length > 1 ? 's' : ''}:\n${shown.join('\n')}`, 'mend these places in the file and start again')
  }
  return { file: setSchema.parse(raw), path, folder, effects }
}

const readJson = (path: string): unknown => {
  let text: string
  try {
    const stat = statSync(path)
    if (!stat.isFile()) throw new DoppelError(`${path} is not a file`, 'a set is a folder that holds set.json')
    if (stat.size > LIMITS.fileBytes) throw new DoppelError(`${path} holds ${stat.size} bytes: a set file has at most ${LIMITS.fileBytes}`, 'is this really a set file?')
    text = readFileSync(path, 'utf8')
  } catch (thrown) {
    if (thrown instanceof DoppelError) throw thrown
    throw new DoppelError(`the set file ${path} cannot be read: ${messageOf(thrown)}`, 'check the path; a set is a folder that holds set.json')
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (thrown) {
    throw new DoppelError(`${path} is not JSON: ${messageOf(thrown)}`, 'mend the file at that place, or restore it from a backup')
  }
}
