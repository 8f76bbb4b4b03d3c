import { existsSync, readFileSync, readdirSync, statSync, watch as watchFolder, type FSWatcher } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { filter, map, Subject, type Observable } from 'rxjs'
import { DoppelError, messageOf } from '../engine/error.js'
import { nearest } from '../engine/nearest.js'
import type { Fault } from '../engine/types.js'

/** No shader is near this long; a file that is was not meant as one. */
const MAX_BYTES = 256 * 1024
/** Editors write a file in several steps; only the last one is worth compiling. */
const SETTLE_MS = 50
const FILE = /^[a-z0-9]+(-[a-z0-9]+)*\.(frag|glsl)$/

export interface ShaderLibrary {
  /** Folder the files are read from, absolute. */
  readonly dir: string
  /**
   * Text of a file, read anew every time.
   * @throws DoppelError when there is no such file, it cannot be read, is no text or is larger than 256 KiB.
   */
  text(file: string): string
  /** Names of files whose content may have changed. Silent without `watch`; completes on `close`. */
  readonly changed$: Observable<string>
  close(): void
}

export interface ShaderLibraryOptions {
  /** Watch the folder, for playing with shaders while the show runs. */
  readonly watch: boolean
  readonly report: (fault: Omit<Fault, 'count'>) => void
}

/** The package's own `shaders/` folder, the same from source and from the build. */
export const shaderFolder = (): string => {
  let folder = dirname(fileURLToPath(import.meta.url))
  for (;;) {
    const candidate = join(folder, 'shaders')
    if (existsSync(join(folder, 'package.json')) && existsSync(candidate)) return candidate
    const parent = dirname(folder)
    if (parent === folder) throw new DoppelError('the shaders folder is missing from this installation of doppel', 'install doppel again')
    folder = parent
  }
}

/** Opens a folder of shader bodies. */
export const openShaderLibrary = (dir: string, options: ShaderLibraryOptions): ShaderLibrary => {
  const folder = resolve(dir)
  if (!isFolder(folder)) throw new DoppelError(`there is no shader folder ${folder}`, 'name a folder that holds .frag files')
  const watching = watchFolders([folder], (name) => FILE.test(name), () => shaderNames(folder), options)
  return {
    dir: folder,
    text: (file) => readShader(folder, file),
    changed$: watching.changed$.pipe(map((path) => basename(path))),
    close: watching.close,
  }
}

/** Tells of changes of single files, wherever they lie, by their absolute paths. */
export const watchFiles = (files: ReadonlySet<string>, options: ShaderLibraryOptions): Pick<ShaderLibrary, 'changed$' | 'close'> => {
  const names = new Set([...files].map((file) => basename(file)))
  const { changed$, close } = watchFolders([...new Set([...files].map((file) => dirname(file)))], (name) => names.has(name), () => [...names], options)
  return { changed$: changed$.pipe(filter((path) => files.has(path))), close }
}

/** `all` gives the names of the files that may have changed when nobody can say which has. */
const watchFolders = (folders: readonly string[], wanted: (name: string) => boolean, all: () => readonly string[], { watch, report }: ShaderLibraryOptions): { readonly changed$: Observable<string>; close(): void } => {
  const changed$ = new Subject<string>()
  const timers = new Map<string, NodeJS.Timeout>()
  const touch = (path: string) => {
    clearTimeout(timers.get(path))
    timers.set(path, setTimeout(() => {
      timers.delete(path)
      // Saving by rename takes the file away for a moment; the event of its return follows.
      if (existsSync(path)) changed$.next(path)
    }, SETTLE_MS).unref())
  }
  const watchers = watch ? folders.map((folder) => startWatching(folder, (names) => { for (const name of names ?? all()) if (wanted(name)) touch(join(folder, name)) }, report)) : []
  return {
    changed$: changed$.asObservable(),
    close() {
      for (const watcher of watchers) watcher?.close()
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
      changed$.complete()
    },
  }
}

const shaderNames = (folder: string): string[] => (isFolder(folder) ? readdirSync(folder).filter((entry) => FILE.test(entry)) : [])

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

/** `touched` is told the names of changed files, or undefined where the system does not say which it was. */
const startWatching = (folder: string, touched: (names: readonly string[] | undefined) => void, report: ShaderLibraryOptions['report']): FSWatcher | undefined => {
  const failed = (why: unknown) => {
    report({ unit: 'shaders', message: `changes in ${folder} are not seen: ${messageOf(why)}`, hint: 'restart to load a changed shader; on Linux, raise fs.inotify.max_user_watches' })
  }
  try {
    // The folder is watched, not its files: a file saved by rename is a new file, which a watch of the old one would never see.
    const watcher = watchFolder(folder, { persistent: false }, (_event, name) => { touched(name === null ? undefined : [name]) })
    return watcher.on('error', failed)
  } catch (error) {
    failed(error)
    return undefined
  }
}

const readShader = (folder: string, file: string): string => {
  // Only bare names: nothing outside the folder can be named at all.
  if (!FILE.test(file)) throw new DoppelError(`"${file.slice(0, 80)}" is no shader file name`, 'shaders are named in lower case, without a folder: echo.frag')
  const path = join(folder, file)
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat?.isFile()) {
    const meant = nearest(file, shaderNames(folder))
    throw new DoppelError(`there is no shader ${file} in ${folder}`, meant ? `did you mean ${meant}?` : 'put the file there, or correct the name in the declaration')
  }
  if (stat.size > MAX_BYTES) throw new DoppelError(`the shader ${path} has ${stat.size} bytes; ${MAX_BYTES} is the limit`, 'a shader body is a page of text: check what was saved there')
  try {
    const text = readFileSync(path, 'utf8')
    if (text.includes('\0') || text.includes('\uFFFD')) throw new Error('it is not UTF-8 text')
    return text.replace(/^\uFEFF/, '')
  } catch (error) {
    throw new DoppelError(`the shader ${path} cannot be read: ${messageOf(error)}`, 'check the file and its permissions', { cause: error })
  }
}
