import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { npm } from './npm.mjs'
import { modules, nodeHeaders, setupFolder } from './paths.mjs'
import { run, SetupError, survives } from './run.mjs'

const name = '@ktamas77/abletonlink'
const version = '1.2.3'
/** A place of its own: among Doppel's packages npm would take it out again, as the lock file does not name it. */
const home = join(setupFolder, 'link')
const folder = join(home, 'node_modules', name)
/** Written once the binding has loaded: the package brings one for macOS that was never asked for. */
const mark = join(folder, 'build/built-here')

const asked = () => process.argv.includes('--link')
const wanted = () => asked() || existsSync(home)
const hint = 'It needs the npm registry, a C++ compiler, make and python3 (Debian and Ubuntu: sudo apt install g++ make python3). All but Ableton Link works without; run again: npm run setup -- --link'

/** The package, without its install script: its recipe takes every system for a Mac, and is too old for the headers it asks for. */
const fetchPackage = async () => {
  rmSync(home, { recursive: true, force: true })
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, 'package.json'), '{ "private": true }\n')
  const [command, ...first] = npm()
  await run('Ableton Link, fetching it', command, [...first, 'install', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${version}`], { cwd: home, hint, shell: process.platform === 'win32' && command === 'npm' })
  const recipe = join(folder, 'binding.gyp')
  writeFileSync(recipe, readFileSync(recipe, 'utf8').replace(/^\s*"LINK_PLATFORM_MACOSX=1",\s*$/m, '').replaceAll('c++14', 'c++17'))
}

/** Ableton Link for those who ask for it (`--link`): its code is under the GPL, so Doppel neither contains nor needs it. */
export const abletonLink = {
  name: 'Ableton Link',
  optional: true,
  // Who asks by name has it tried again, whatever became of it before.
  key: () => (asked() && !existsSync(mark) ? `asked for ${performance.timeOrigin}` : wanted() ? `${name} ${version} ${process.platform}-${process.arch} ${process.versions.modules}` : 'none'),
  present: () => !wanted() || existsSync(mark),
  async run() {
    if (!wanted()) return undefined
    await fetchPackage()
    const headers = nodeHeaders()
    await run('Ableton Link, building its binding', process.execPath, [join(modules, 'node-gyp/bin/node-gyp.js'), 'rebuild', ...(headers ? [`--nodedir=${headers}`] : [])], { cwd: folder, timeoutMs: 5 * 60_000, hint })
    if (!(await survives(`require(${JSON.stringify(folder)})`))) throw new SetupError('the binding of Ableton Link was built but does not load', { hint })
    writeFileSync(mark, '')
    return undefined
  },
}
