import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { forget, keep, restore } from './cache.mjs'
import { modules, nodeHeaders, onPath } from './paths.mjs'
import { run, SetupError, survives } from './run.mjs'

export const versionOf = (name) => {
  try {
    return JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')).version
  } catch {
    return 'absent'
  }
}

const machine = `${process.platform}-${process.arch}`
const glFolder = join(modules, 'gl')
const glKey = () => `gl-${versionOf('gl')}-node${process.versions.modules}-${machine}`
const glLoads = () => survives("require('gl')")

/** Its own script's two halves, with a limit on the first: behind a firewall that drops packets the download would hang. */
const buildGl = async () => {
  const prebuilt = join(modules, 'prebuild-install/bin.js')
  await run('gl, looking for a prebuilt binding', process.execPath, [prebuilt], { cwd: glFolder, timeoutMs: 30_000 }).catch(() => undefined)
  if (existsSync(join(glFolder, 'build/Release/webgl.node')) && (await glLoads())) return
  const headers = nodeHeaders()
  await run('gl, building its binding', process.execPath, [join(modules, 'node-gyp/bin/node-gyp.js'), 'rebuild', ...(headers ? [`--nodedir=${headers}`] : [])], {
    cwd: glFolder,
    hint: 'It needs a C++ compiler, make and python3 (Debian and Ubuntu: sudo apt install g++ make python3).',
  })
  if (!(await glLoads())) throw new SetupError('gl was built but does not load', { hint: 'Run: node -e "require(\'gl\')" to see why.' })
}

/** GL for Node (ANGLE). Kept outside the checkout, since it takes half a minute to build. */
export const gl = {
  name: 'gl',
  key: glKey,
  present: () => existsSync(join(glFolder, 'build/Release/webgl.node')),
  async run() {
    const artifacts = ['webgl.node', ...{ win32: ['libEGL.dll', 'libGLESv2.dll'], darwin: ['libEGL.dylib', 'libGLESv2.dylib'] }[process.platform] ?? ['libEGL.so', 'libGLESv2.so']].map((file) => `build/Release/${file}`)
    if (artifacts.every((file) => existsSync(join(glFolder, file))) && (await glLoads())) return keep(glKey(), glFolder, artifacts)
    if (restore(glKey(), glFolder, artifacts)) {
      if (await glLoads()) return
      forget(glKey())
    }
    await buildGl()
    keep(glKey(), glFolder, artifacts)
  },
}

const cudaGpu = () => process.platform === 'linux' && process.arch === 'x64' && Boolean(onPath('nvidia-smi'))

/** ONNX Runtime's CPU build is in the package; its CUDA provider is fetched where an NVIDIA GPU is, and may be out of reach. */
export const onnxRuntime = {
  name: 'ONNX Runtime',
  optional: true,
  key: () => `${versionOf('onnxruntime-node')} ${process.versions.modules} ${cudaGpu() ? 'cuda' : 'cpu'}`,
  present: () => existsSync(join(modules, 'onnxruntime-node/package.json')),
  async run() {
    if (!(await survives("require('onnxruntime-node')"))) throw new SetupError('ONNX Runtime does not load', { hint: 'Run: node -e "require(\'onnxruntime-node\')" to see why. Tracking is off until it loads.' })
    if (!cudaGpu() || spawnSync('nvidia-smi', ['-L']).status !== 0) return undefined
    const folder = join(modules, 'onnxruntime-node')
    const fetched = await run('ONNX Runtime, fetching its CUDA provider', process.execPath, ['script/install.js'], {
      cwd: folder,
      env: { ONNXRUNTIME_NODE_INSTALL: 'cuda12' },
      timeoutMs: 10 * 60_000,
    }).then(() => true, () => false)
    return fetched ? undefined : 'the CUDA provider could not be fetched; masks are computed on the CPU'
  },
}
