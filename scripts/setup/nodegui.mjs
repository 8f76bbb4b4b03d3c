import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { forget, keep, restore } from './cache.mjs'
import { versionOf } from './natives.mjs'
import { modules, root } from './paths.mjs'
import { qtInstallFolder, systemQt } from './qt.mjs'
import { run, SetupError, survives } from './run.mjs'
import { say } from './say.mjs'

const folder = join(modules, '@nodegui/nodegui')
const release = join(folder, 'build/Release')
const addon = join(release, 'nodegui_core.node')
const shim = join(release, 'qode-shim.node')

/** Node-API keeps an addon good for later Nodes, so the Node version is no part of the key; Qt's is. */
const cacheKey = (qtVersion) => `nodegui-${versionOf('@nodegui/nodegui')}-qt${qtVersion}-${process.platform}-${process.arch}`
const artifacts = ['build/Release/nodegui_core.node']

/** Makes a Qt application without any display, in a process of its own. */
const loads = () =>
  survives(
    `process.dlopen({ exports: {} }, ${JSON.stringify(shim)}, require('os').constants.dlopen.RTLD_NOW | require('os').constants.dlopen.RTLD_GLOBAL)
     require('@nodegui/nodegui').QApplication.instance().processEvents()
     process.exit(0)`,
    { env: { QT_QPA_PLATFORM: process.platform === 'linux' ? 'offscreen' : '' } },
  )

const buildShim = async () => {
  mkdirSync(release, { recursive: true })
  const undefinedSymbols = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : []
  await run('NodeGui, building its shim', 'c++', ['-shared', '-fPIC', '-O2', ...undefinedSymbols, '-o', shim, join(root, 'src/native/qode-shim.cc')], {
    hint: 'It needs a C++ compiler (Debian and Ubuntu: sudo apt install g++).',
  })
}

const sites = ['https://github.com', process.env.QT_LINK_MIRROR || 'https://download.qt.io']

/** Asked first and briefly: the package's own downloads have no limit of time. */
const reachable = async () => {
  const answers = await Promise.all(sites.map((site) => fetch(site, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(5000) }).then(() => true, () => false)))
  return answers.every(Boolean)
}

const fetchPrebuilt = async () => {
  if (!(await reachable())) return false
  const script = (title, name) => run(title, process.execPath, [join('scripts', name)], { cwd: folder, timeoutMs: 15 * 60_000, progress: (line) => /(\d+)%/.exec(line)?.[0] })
  try {
    await script('NodeGui, fetching Qt', 'setupMiniQt.js')
    await script('NodeGui, fetching its binding', 'setupBinary.js')
  } catch {
    return false
  }
  if (await loads()) return true
  rmSync(addon, { force: true })
  return false
}

/** Each compiler takes up to this much memory for this code. */
const compilerBytes = 1.2e9
const jobs = Math.max(1, Math.min(availableParallelism(), Math.floor(totalmem() / compilerBytes)))

/** Nearly all the time goes into reading Qt's headers, so files are compiled a dozen at a time: less than half the work. */
const faster = { CMAKE_UNITY_BUILD: 'ON', CMAKE_UNITY_BUILD_BATCH_SIZE: '12', CMAKE_CXX_FLAGS_RELEASE: '-O1' }
const definitions = Object.entries(faster).map(([name, value]) => `--CD${name}=${value}`)

const build = async (qt) => {
  say(`building NodeGui against Qt ${qt.version}: once per Qt version, several minutes`)
  await run('NodeGui, building', process.execPath, [join(modules, 'cmake-js/bin/cmake-js'), 'compile', ...definitions], {
    cwd: folder,
    env: { QT_INSTALL_DIR: qtInstallFolder(qt), CMAKE_BUILD_PARALLEL_LEVEL: String(jobs) },
    progress: (line) => /^\[\s*(\d+\/\d+|\d+%)\]/.exec(line)?.[1],
    hint: 'Windows need it; everything else works without.',
  })
  if (!(await loads())) throw new SetupError('NodeGui was built but does not load')
  keep(cacheKey(qt.version), folder, artifacts)
}

const fromCache = async (qt) => {
  if (!qt || !restore(cacheKey(qt.version), folder, artifacts)) return false
  if (await loads()) return true
  forget(cacheKey(qt.version))
  return false
}

/** Qt windows: the prebuilt binding, else built from the package's source against the system's Qt. Doppel works headless without. */
export const nodegui = {
  name: 'NodeGui',
  optional: true,
  key: () => `${versionOf('@nodegui/nodegui')} qt ${systemQt()?.version ?? 'none'}`,
  present: () => existsSync(addon) && existsSync(shim),
  async run() {
    if (process.platform === 'win32') return 'windows are not available on Windows yet: NodeGui needs its own Node there'
    await buildShim()
    const qt = systemQt()
    if ((existsSync(addon) && (await loads())) || (await fromCache(qt)) || (await fetchPrebuilt())) return undefined
    if (!qt) return 'windows are not available: NodeGui could not be fetched, and there is no Qt 6 to build it against (Debian and Ubuntu: sudo apt install qt6-base-dev qt6-svg-dev libgl-dev)'
    await build(qt)
    return undefined
  },
}
