import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe } from 'vitest'

const repository = resolve(import.meta.dirname, '../..')

/** The folder of test material (clips, annotated sequences, models), which is never part of the repository. */
export const testdataRoot = resolve(repository, process.env['DOPPEL_TESTDATA'] ?? '../shared')

/**
 * Path of a piece of test material, such as `testdata('testdata', 'camel.mp4')`; undefined when the whole folder is
 * absent. A folder that is there but lacks the piece is an error: a test must not vanish over a misspelt name.
 */
export const testdata = (...path: readonly string[]): string | undefined => {
  if (!existsSync(testdataRoot)) return undefined
  const file = join(testdataRoot, ...path)
  if (!existsSync(file)) throw new Error(`The test material has no ${path.join('/')} (looked in ${testdataRoot}).`)
  return file
}

/** Tests that need test material. `body` gets a function giving paths; without the folder the tests are skipped, and say so. */
export const describeWithTestdata = (name: string, body: (path: (...path: readonly string[]) => string) => void): void => {
  const present = existsSync(testdataRoot)
  if (!present) console.warn(`SKIPPED "${name}": no test material at ${testdataRoot} (set DOPPEL_TESTDATA).`)
  describe.skipIf(!present)(name, () => body((...path) => testdata(...path) ?? join(testdataRoot, ...path)))
}
