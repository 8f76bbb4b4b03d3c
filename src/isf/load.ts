import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, extname, resolve } from 'node:path'
import type { EffectDecl } from '../engine/effect.js'
import { DoppelError, messageOf } from '../engine/error.js'
import { slug } from '../engine/registry.js'
import { readHeader, type ReadImage } from './header.js'

/** No shader is near this long; a file that is was not meant as one. */
const MAX_BYTES = 256 * 1024

/** Whether an effect is named by a file in place of an id. */
export const isIsfFile = (name: string): boolean => /\.fs$/i.test(name)

/** The text of a shader file. Throws a {@link DoppelError} when it is not there, cannot be read, is no text or is larger than 256 KiB. */
export const readIsfText = (path: string): string => {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat?.isFile()) throw new DoppelError(`there is no shader ${path}`, 'give the path of an ISF shader, a file that ends in .fs')
  if (stat.size > MAX_BYTES) throw new DoppelError(`the shader ${path} has ${stat.size} bytes; ${MAX_BYTES} is the limit`, 'a shader is a page of text: check what was saved there')
  try {
    const text = readFileSync(path, 'utf8')
    if (text.includes('\0')) throw new Error('it is no text')
    // Old files have what Windows and older Macs end a line with; and quotes of any alphabet in their comments, which are not looked at.
    return text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  } catch (thrown) {
    throw new DoppelError(`the shader ${path} cannot be read: ${messageOf(thrown)}`, 'check the file and its permissions', { cause: thrown })
  }
}

/** A link that led elsewhere could bring in what lies outside of a set's folder. */
const vertexBeside = (path: string): string | undefined => {
  const beside = `${path.slice(0, -extname(path).length)}.vs`
  if (!existsSync(beside)) return undefined
  if (dirname(realpathSync(beside)) !== dirname(realpathSync(path))) throw new DoppelError(`${beside} is a link that leads out of the folder of ${basename(path)}`, 'put the file itself beside its .fs')
  return beside
}

/** Gives a picture that lies in a folder, or below it; nothing else can be named. Throws an Error whose message says why not. */
export type ReadPicture = (folder: string, asset: string) => ReturnType<ReadImage>

/**
 * Opens an ISF shader as an effect: its inputs are the effect's parameters. Throws a {@link DoppelError} that lists everything that is wrong
 * with its header.
 */
export const loadIsf = (file: string, readPicture: ReadPicture): EffectDecl => {
  const path = resolve(file)
  const pictures = new Map<string, ReturnType<ReadImage>>()
  // Decoded once: a shader that is saved again asks for the same ones.
  const readImage: ReadImage = (asset) => {
    const picture = pictures.get(asset) ?? readPicture(dirname(path), asset)
    pictures.set(asset, picture)
    return picture
  }
  const { params, about, reads } = readHeader(readIsfText(path), path, readImage)
  const label = basename(path, extname(path))
  return {
    id: slug(label), label, about, reads, params,
    shader: path,
    isf: {
      vertex: vertexBeside(path),
      program(text) {
        const program = readHeader(text, path, readImage)
        if (JSON.stringify(program.params) !== JSON.stringify(params)) throw new DoppelError(`${path}: its INPUTS are not those it was opened with`, 'new parameters come in when the show starts again')
        return program
      },
    },
  }
}
