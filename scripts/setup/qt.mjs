import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setupFolder } from './paths.mjs'

const triplet = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu', arm: 'arm-linux-gnueabihf' }[process.arch]
const places = [`/usr/lib/${triplet}/cmake`, '/usr/lib64/cmake', '/usr/lib/cmake', '/opt/homebrew/lib/cmake', '/usr/local/lib/cmake']
const versionFiles = ['Qt6/Qt6ConfigVersionImpl.cmake', 'Qt6/Qt6ConfigVersion.cmake']

const versionIn = (folder) => {
  for (const file of versionFiles) {
    if (!existsSync(join(folder, file))) continue
    const version = /PACKAGE_VERSION "([\d.]+)"/.exec(readFileSync(join(folder, file), 'utf8'))?.[1]
    if (version) return version
  }
  return undefined
}

/** The system's Qt 6 with its Svg module, as { version, cmake folder }; undefined when it is not installed for building. */
export const systemQt = () => {
  const folder = places.find((place) => existsSync(join(place, 'Qt6SvgWidgets')) && versionIn(place))
  return folder && { folder, version: versionIn(folder) }
}

/** NodeGui wants a Qt folder that holds lib/cmake; a system's Qt is spread out, so one is made that points there. */
export const qtInstallFolder = (qt) => {
  const folder = join(setupFolder, 'qt')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(folder, 'lib'), { recursive: true })
  symlinkSync(qt.folder, join(folder, 'lib/cmake'))
  return folder
}
