import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import ts from 'typescript'

export const repository = resolve(import.meta.dirname, '../..')

/** One `import` (static, dynamic, type-only or re-export) in a source file. `to` is a repository path, or a package's name. */
export interface Import {
  readonly from: string
  readonly to: string
}

/** TypeScript files below a folder, as repository paths with forward slashes. */
export const sourcesIn = (folder: string): readonly string[] =>
  readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file).split(sep).join('/'))

const packageName = (specifier: string) => specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/')

/** Everything a text imports, as written. */
export const specifiersIn = (text: string): readonly string[] => ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName)

/** Everything a file imports; Node's own modules are left out. */
export const importsOf = (file: string): readonly Import[] =>
  specifiersIn(readFileSync(join(repository, file), 'utf8'))
    .filter((specifier) => !specifier.startsWith('node:'))
    .map((specifier) => ({
      from: file,
      to: specifier.startsWith('.')
        ? relative(repository, resolve(repository, file, '..', specifier)).split(sep).join('/').replace(/\.js$/, '.ts')
        : packageName(specifier),
    }))
