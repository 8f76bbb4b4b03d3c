import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { modules, root } from './paths.mjs'
import { run } from './run.mjs'

const folders = ['src', 'bench']
const listing = (folder, ending) => (existsSync(join(root, folder)) ? readdirSync(join(root, folder), { recursive: true }) : []).filter((file) => file.endsWith(ending)).map((file) => join(folder, file))

const sources = () => folders.flatMap((folder) => listing(folder, '.ts')).sort()
const stamp = (file) => {
  const { mtimeMs, size } = statSync(join(root, file))
  return `${file} ${mtimeMs} ${size}`
}

/** What was compiled from a source that is gone would still be found by an import. */
const removeOrphans = () => {
  const expected = new Set(sources().map((file) => join('dist', file.replace(/\.ts$/, '.js'))))
  for (const file of folders.flatMap((folder) => listing(join('dist', folder), '.js'))) {
    if (!expected.has(file)) for (const suffix of ['', '.map']) rmSync(join(root, `${file}${suffix}`), { force: true })
  }
}

/** TypeScript to dist/, when a source, its name or a setting is newer than the last time. */
export const build = {
  name: 'build',
  key: () => createHash('sha256').update([...sources(), 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'].map(stamp).join('\n')).digest('hex'),
  present: () => existsSync(join(root, 'dist/.tsbuildinfo')),
  async run() {
    removeOrphans()
    await run('build', process.execPath, [join(modules, 'typescript/bin/tsc'), '-p', 'tsconfig.build.json'], { hint: 'The sources do not compile; the lines above say where.' })
  },
}

const linkFile = join(modules, '.bin', process.platform === 'win32' ? 'doppel.cmd' : 'doppel')

/** `npx doppel` in the checkout, without npm having to install the checkout into itself. */
export const link = {
  name: 'npx doppel',
  key: () => '1',
  present: () => existsSync(linkFile),
  run() {
    mkdirSync(join(modules, '.bin'), { recursive: true })
    rmSync(linkFile, { force: true })
    chmodSync(join(root, 'bin/doppel.mjs'), 0o755)
    if (process.platform === 'win32') writeFileSync(linkFile, '@node "%~dp0\\..\\..\\bin\\doppel.mjs" %*\r\n')
    else symlinkSync('../../bin/doppel.mjs', linkFile)
  },
}
