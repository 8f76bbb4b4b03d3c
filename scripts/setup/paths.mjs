import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'

/** The checkout. */
export const root = resolve(import.meta.dirname, '../..')

/** What set-up keeps between runs: its state, its lock, its logs. Never part of the repository. */
export const setupFolder = join(root, '.setup')

export const modules = join(root, 'node_modules')

/** Built natives outlive the checkout here, so that the next clone need not build them. */
export const cacheFolder = join(
  process.env.XDG_CACHE_HOME ||
    { darwin: join(homedir(), 'Library/Caches'), win32: process.env.LOCALAPPDATA ?? join(homedir(), 'AppData/Local') }[process.platform] ||
    join(homedir(), '.cache'),
  'doppel',
)

/** Where a program lies, undefined when it is not on the search path. */
export const onPath = (program) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, process.platform === 'win32' ? `${program}.exe` : program))
    .find((file) => existsSync(file))

/** Node's own C headers where its distribution brings them; undefined when node-gyp has to fetch them. */
export const nodeHeaders = () => {
  const prefix = dirname(dirname(process.execPath))
  return existsSync(join(prefix, 'include/node/node_api.h')) ? prefix : undefined
}
