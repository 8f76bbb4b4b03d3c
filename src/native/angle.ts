import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { DoppelError } from '../engine/error.js'

const suffix = { win32: 'dll', darwin: 'dylib' }[process.platform as string] ?? 'so'

/**
 * Path of one of the ANGLE libraries that `gl` has loaded (`libEGL`, `libGLESv2`), so that calls its JavaScript layer
 * refuses reach the same context. Throws a DoppelError when they do not lie beside the package's entry.
 */
export const angleLibrary = (name: 'libEGL' | 'libGLESv2'): string => {
  const path = join(dirname(createRequire(import.meta.url).resolve('gl')), 'build', 'Release', `${name}.${suffix}`)
  if (!existsSync(path)) throw new DoppelError(`the graphics library ${name}.${suffix} is missing beside the package "gl"`, 'install the packages again: npm run setup')
  return path
}
