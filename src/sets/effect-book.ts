import type { EffectDecl } from '../engine/effect.js'
import { messageOf } from '../engine/error.js'
import { didYouMean } from '../engine/loose.js'
import { assetPath } from './asset.js'

/** How shaders in files are found that a set names by their paths. */
export interface EffectFiles {
  /** Whether a set means a file by this name. */
  isFile(name: string): boolean
  /** Opens a shader file. Throws a DoppelError. */
  open(path: string): EffectDecl
}

/** The effects of one set. */
export interface EffectBook {
  /** An effect by what a set names it by, or the sentence that says why there is none. The same file gives the same effect. */
  find(name: string): EffectDecl | string
}

/** `own` are known by their ids. Files are looked for in the set's folder, and nowhere else. */
export const createEffectBook = (own: readonly EffectDecl[], folder: string, files?: EffectFiles): EffectBook => {
  const found = new Map<string, EffectDecl | string>()
  const look = (name: string): EffectDecl | string => {
    if (!files?.isFile(name)) return own.find(({ id }) => id === name) ?? `there is no effect "${name}"${didYouMean(name, own.map(({ id }) => id))}`
    const path = assetPath(folder, name)
    if (typeof path === 'object') return path.message
    try {
      return files.open(path)
    } catch (thrown) {
      return messageOf(thrown)
    }
  }
  return {
    find(name) {
      const effect = found.get(name) ?? look(name)
      found.set(name, effect)
      return effect
    },
  }
}
