import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { modules, root } from './paths.mjs'
import { run } from './run.mjs'

const read = (file) => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** Whether what lies in node_modules is what the lock file names (npm's own record of it), so that an `npm install` by hand counts. */
const installedAsLocked = () => {
  try {
    const locked = JSON.parse(read(join(root, 'package-lock.json'))).packages
    const installed = JSON.parse(read(join(modules, '.package-lock.json'))).packages
    const same = Object.entries(installed).every(([path, { version }]) => locked[path]?.version === version)
    return same && Object.entries(locked).every(([path, { optional }]) => path === '' || optional || installed[path] !== undefined)
  } catch {
    return false
  }
}

/** The npm that started us, else the one on the search path. */
export const npm = () => {
  const started = process.env.npm_execpath
  return started && basename(started) === 'npm-cli.js' ? [process.execPath, started] : ['npm']
}

/** npm packages exactly as locked. Their install scripts stay off (.npmrc); the few that are needed are steps of their own. */
export const npmPackages = {
  name: 'npm packages',
  key: () =>
    createHash('sha256')
      .update(read(join(root, 'package-lock.json')))
      .update(`${process.versions.modules} ${process.platform} ${process.arch}`)
      .digest('hex'),
  present: () => read(join(modules, '.package-lock.json')) !== '',
  async run() {
    if (installedAsLocked()) return
    const [command, ...first] = npm()
    const fits = ({ os, cpu }) => (!os || os.includes(process.platform)) && (!cpu || cpu.includes(process.arch))
    const total = Object.values(JSON.parse(read(join(root, 'package-lock.json'))).packages).filter(fits).length - 1
    let fetched = 0
    await run('npm packages', command, [...first, 'ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=http'], {
      shell: process.platform === 'win32' && command === 'npm',
      progress: (line) => (/fetch GET 200 .*\.tgz/.test(line) ? `${++fetched} of ${total} fetched` : undefined),
      hint: 'npm needs its registry, or a cache that has been filled before. Check the network and run this again.',
    })
  },
}
