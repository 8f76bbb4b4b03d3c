import { merge } from 'rxjs'
import { effectById, EFFECTS } from '../effects/index.js'
import { openShaderLibrary, shaderFolder, watchFiles, type ShaderLibrary, type ShaderLibraryOptions } from '../effects/library.js'
import type { EffectDecl } from '../engine/effect.js'
import { readStill } from '../inputs/still.js'
import { isIsfFile, loadIsf, readIsfText, type ReadPicture } from '../isf/load.js'
import { assetPath } from '../sets/asset.js'
import { loadSet, type LoadedSet } from '../sets/load.js'
import type { ShowPlan } from './plan.js'

/** Pictures that ISF shaders import lie in their own folder, or below it. */
export const readPicture: ReadPicture = (folder, asset) => {
  const path = assetPath(folder, asset)
  if (typeof path === 'object') throw new Error(path.message.replace(/the set's folder/g, 'the shader\'s folder'))
  return readStill(path)
}

/** Opens an ISF shader as an effect, its imported pictures with it. Throws a DoppelError that lists what is wrong with it. */
export const openIsf = (path: string): EffectDecl => loadIsf(path, readPicture)

/** An effect of Doppel's own by its id, or an ISF shader by its path. Throws a DoppelError. */
export const effectNamed = (name: string): EffectDecl => (isIsfFile(name) ? openIsf(name) : effectById(name))

/** Reads a set with the ISF shaders it names. Throws a DoppelError that lists all its problems. */
export const openSet = (target: string): LoadedSet => loadSet(target, EFFECTS, { isFile: isIsfFile, open: openIsf })

/** Files of the ISF shaders a show plays. */
const isfFiles = ({ scenes }: Pick<ShowPlan, 'scenes'>): ReadonlySet<string> => new Set(scenes.flatMap(({ layers }) => layers.flatMap(({ effects }) => effects.flatMap(({ decl: { shader, isf } }) => (isf ? [shader, ...(isf.vertex === undefined ? [] : [isf.vertex])] : [])))))

/** Doppel's own shaders, and the ISF shaders a show plays by their absolute paths. */
export const openShaders = (plan: Pick<ShowPlan, 'scenes'>, options: ShaderLibraryOptions): ShaderLibrary => {
  const library = openShaderLibrary(shaderFolder(), options)
  const files = isfFiles(plan)
  if (files.size === 0) return library
  const others = watchFiles(files, options)
  return {
    dir: library.dir,
    text: (file) => (files.has(file) ? readIsfText(file) : library.text(file)),
    changed$: merge(library.changed$, others.changed$),
    close() {
      library.close()
      others.close()
    },
  }
}
