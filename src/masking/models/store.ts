import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DoppelError } from '../../engine/error.js'
import { nearest } from '../../engine/nearest.js'
import type { ModelFiles } from '../types.js'
import { disproof } from './proof.js'
import { MODELS, type ModelManifest } from './table.js'

/** What is kept beside a model's files: what they were when they were checked. */
interface Record_ { readonly files: Readonly<Record<string, { readonly name: string; readonly bytes: number; readonly sha256: string }>> }

/** Where models are kept: `DOPPEL_MODELS`, else where the system keeps such things. */
export const modelsFolder = (env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string => {
  if (env['DOPPEL_MODELS']) return env['DOPPEL_MODELS']
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'doppel', 'models')
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'doppel', 'models')
  return join(env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'doppel', 'models')
}

/** The package's own `models/` folder, the same from source and from the build: what comes with Doppel. */
const builtInFolder = (): string => {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json')) || !existsSync(join(folder, 'bin'))) folder = dirname(folder)
  return join(folder, 'models')
}

/** Where a model's own folder is, in `kept` or with what comes with Doppel. */
const folderOf = ({ id, builtIn }: ModelManifest, kept: string): string => join(builtIn ? builtInFolder() : kept, id)

/** @throws DoppelError for an unknown id, with the nearest one there is. */
export const modelById = (id: string): ModelManifest => {
  const found = MODELS.find((model) => model.id === id)
  if (found) return found
  const ids = MODELS.map((model) => model.id)
  const meant = nearest(id, ids)
  throw new DoppelError(`there is no model "${id}"`, meant ? `did you mean "${meant}"?` : `the models are ${ids.join(', ')}`)
}

const RECORD = 'model.json'

const readRecord = (folder: string): Record_ | undefined => {
  try {
    const record = JSON.parse(readFileSync(join(folder, RECORD), 'utf8')) as Partial<Record_>
    return record.files && typeof record.files === 'object' ? { files: record.files } : undefined
  } catch {
    // There is none, or it was torn: then nothing is known of the files, and they are not used.
    return undefined
  }
}

export const writeRecord = (folder: string, files: Record_['files']): void => {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, RECORD)
  writeFileSync(`${file}.part`, `${JSON.stringify({ files }, null, 2)}\n`)
  renameSync(`${file}.part`, file)
}

/** Where a model's files lie, by role; undefined unless all of them are there and were checked when they came. Reads no file's contents. */
export const installedFiles = (model: ModelManifest, folder = modelsFolder()): ModelFiles | undefined => {
  const own = folderOf(model, folder)
  const record = readRecord(own)
  if (!record) return undefined
  const found: Record<string, string> = {}
  for (const { role } of model.files) {
    const known = record.files[role]
    // A name is a name: a record that leads elsewhere is not followed.
    if (!known || typeof known.name !== 'string' || /[/\\\0]|^\.{1,2}$/.test(known.name)) return undefined
    const path = join(own, known.name)
    if (!existsSync(path)) return undefined
    found[role] = path
  }
  return found
}

/** As `installedFiles`, once every byte was checked to be what it was when it came. Rejects with a {@link DoppelError} when it is not. */
export const checkedFiles = async (model: ModelManifest, folder = modelsFolder()): Promise<ModelFiles> => {
  const again = model.how && model.files.some(({ url }) => url === undefined) ? model.how : `run: npx doppel models pull ${model.id}`
  const files = installedFiles(model, folder)
  if (!files) throw new DoppelError(`the model ${model.id} is not installed`, again)
  const record = readRecord(folderOf(model, folder))
  for (const [role, path] of Object.entries(files)) {
    const wrong = await disproof(path, record?.files[role] ?? {})
    if (wrong !== undefined) throw new DoppelError(`the model file ${path} has changed since it was installed: ${wrong}`, model.builtIn ? again : `remove it and get it anew: npx doppel models remove ${model.id}; ${again}`)
  }
  return files
}

/** The first installed model for a segmenter. */
export const modelFor = (segmenter: string, folder = modelsFolder()): ModelManifest | undefined => MODELS.find((model) => model.segmenter === segmenter && installedFiles(model, folder) !== undefined)

export const removeModel = ({ id, builtIn }: ModelManifest, folder = modelsFolder()): boolean => {
  if (builtIn) throw new DoppelError(`${id} comes with Doppel and cannot be removed`, '')
  const there = existsSync(join(folder, id))
  rmSync(join(folder, id), { recursive: true, force: true })
  return there
}
