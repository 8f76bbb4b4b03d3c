import { open, readdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { DoppelError, messageOf } from '../engine/error.js'
import type { Material } from './clip-messages.js'

/** Endings of pictures that are decoded one file at a time. */
export const STILL_ENDINGS: readonly string[] = ['.png', '.jpg', '.jpeg', '.webp', '.bmp', '.tif', '.tiff', '.tga']

const PATTERN = /%0?(\d*)d/

const isStill = (name: string): boolean => STILL_ENDINGS.includes(extname(name).toLowerCase())

const list = async (dir: string): Promise<string[]> => {
  try {
    return await readdir(dir)
  } catch (thrown) {
    throw new DoppelError(`the folder ${dir} cannot be read: ${messageOf(thrown)}`, 'check the path and its permissions', { cause: thrown })
  }
}

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

interface Numbered { readonly name: string; readonly number: number }

const numbered = (names: readonly string[], pattern: RegExp): Numbered[] =>
  names.flatMap((name) => {
    const digits = pattern.exec(name)?.[1]
    return digits === undefined ? [] : [{ name, number: Number(digits) }]
  }).sort((a, b) => a.number - b.number || (a.name < b.name ? -1 : 1))

const fromPattern = async (path: string, fps: number): Promise<Material> => {
  const name = basename(path)
  const [placeholder = '', width = ''] = PATTERN.exec(name) ?? []
  const [before = '', after = ''] = name.split(placeholder)
  const digits = width === '' ? '\\d+' : `\\d{${width},}`
  const found = numbered(await list(dirname(path)), new RegExp(`^${escape(before)}(${digits})${escape(after)}$`))
  if (found.length === 0) throw new DoppelError(`no picture matches ${path}`, 'the %05d stands for a number of five digits, such as 00001')
  if (!isStill(name)) throw new DoppelError(`${path} is not a sequence Doppel reads: ${extname(name) || 'no ending'}`, `use one of ${STILL_ENDINGS.join(' ')}`)
  return { kind: 'images', path, files: found.map((one) => join(dirname(path), one.name)), fps }
}

const fromFolder = async (path: string, fps: number): Promise<Material> => {
  const stills = (await list(path)).filter(isStill)
  const found = numbered(stills, /(\d+)\.[^.]+$/)
  if (found.length === 0) throw new DoppelError(`${path} is a folder without numbered pictures`, `give a clip, or a folder of pictures named like 00001.png (${STILL_ENDINGS.join(' ')})`)
  const endings = new Set(found.map(({ name }) => extname(name).toLowerCase()))
  if (endings.size > 1) throw new DoppelError(`${path} holds pictures of several kinds: ${[...endings].join(', ')}`, `name one: ${join(path, '%05d.png')}`)
  return { kind: 'images', path, files: found.map(({ name }) => join(path, name)), fps }
}

/** How files begin that are no pictures themselves but say where some lie. */
const PLAYLISTS = [/^#EXTM3U/, /^ffconcat\b/, /^\[playlist\]/i, /^(<\?xml[^>]*>\s*)?<(MPD|smil|asx)\b/i, /^v=0\r?\no=/] as const
const HEAD_BYTES = 512

/** A playlist from a stranger would have the decoder read files and addresses of the stranger's choice. */
const refusePlaylist = async (path: string): Promise<void> => {
  const file = await open(path).catch(() => undefined)
  if (!file) return
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
    const head = buffer.toString('utf8', 0, bytesRead).replace(/^\uFEFF?\s*/, '')
    if (PLAYLISTS.some((begins) => begins.test(head))) throw new DoppelError(`${path} is a playlist and not a clip`, 'give the clip itself: playlists may name any file and address')
  } finally {
    await file.close()
  }
}

/**
 * Tells what a path is: a file to demux, a still, a pattern (`frames/%05d.png`) or a folder of numbered pictures.
 * Sequences are played at `fps`. Throws a {@link DoppelError} for what is missing, empty or unreadable.
 */
export const findMaterial = async (path: string, fps: number): Promise<Material> => {
  if (!Number.isFinite(fps) || fps <= 0 || fps > 1000) throw new DoppelError(`a sequence cannot be played at ${fps} frames a second`, 'give a rate above 0 and up to 1000')
  const found = await stat(path).catch((thrown: NodeJS.ErrnoException) => thrown)
  if (found instanceof Error) {
    if (found.code === 'ENOENT' && PATTERN.test(basename(path))) return fromPattern(path, fps)
    if (found.code === 'ENOENT' || found.code === 'ENOTDIR') throw new DoppelError(`there is no file ${path}`, 'check the path')
    throw new DoppelError(`${path} cannot be read: ${found.message}`, 'check its permissions', { cause: found })
  }
  if (found.isDirectory()) return fromFolder(path, fps)
  if (!found.isFile()) throw new DoppelError(`${path} is not a file`, 'give a clip, a picture or a folder of numbered pictures')
  if (found.size === 0) throw new DoppelError(`${path} is empty`, 'it was probably not copied to the end: copy it again')
  await refusePlaylist(path)
  return isStill(path) ? { kind: 'images', path, files: [path], fps } : { kind: 'file', path }
}
