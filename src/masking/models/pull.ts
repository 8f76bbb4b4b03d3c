import { copyFileSync, createWriteStream, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { DoppelError, messageOf } from '../../engine/error.js'
import { disproof, isProvable, sha256Of } from './proof.js'
import { modelsFolder, writeRecord } from './store.js'
import type { ModelFile, ModelManifest } from './table.js'

export interface PullOptions {
  readonly folder?: string
  /** Takes the files from a folder instead of the network: for machines that have none. */
  readonly from?: string | undefined
  /** Address in place of each file's own: `<mirror>/<model>/<file>`. */
  readonly mirror?: string | undefined
  /** Bytes of a file that are there, of how many (undefined when nobody says). */
  readonly progress?: (file: string, bytes: number, of: number | undefined) => void
  readonly signal?: AbortSignal
}

const addressOf = (id: string, { name, url }: ModelFile, mirror: string | undefined): string | undefined => (mirror ? `${mirror.replace(/\/+$/, '')}/${id}/${name}` : url)

/** Fetches into `part`, going on from what is there. */
const fetchInto = async (address: string, part: string, { name, bytes: expected }: ModelFile, { progress, signal }: PullOptions): Promise<void> => {
  let have = existsSync(part) ? statSync(part).size : 0
  const ask = (from: number) => fetch(address, { ...(signal && { signal }), headers: from > 0 ? { range: `bytes=${from}-` } : {} })
  let response = await ask(have)
  // What is there is more than there is to get: it is something else.
  if (response.status === 416) {
    await response.body?.cancel()
    have = 0
    response = await ask(0)
  }
  if (!response.ok || !response.body) throw new DoppelError(`${address} answered ${response.status} ${response.statusText}`.trim(), 'try again later, or get the file elsewhere and use --from')
  if (response.status !== 206) have = 0
  const length = Number(response.headers.get('content-length') ?? Number.NaN)
  const total = Number.isFinite(length) ? have + length : expected
  const most = expected ?? total ?? MOST_BYTES
  let got = have
  progress?.(name, got, total)
  const count = async function* (source: AsyncIterable<Uint8Array>) {
    for await (const piece of source) {
      got += piece.length
      // An address that sends something else is not to fill the disk.
      if (got > most) throw new DoppelError(`${address} sends more than the ${most} bytes it should`, 'this is not the file that was meant')
      progress?.(name, got, total)
      yield piece
    }
  }
  await pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), count, createWriteStream(part, { flags: have > 0 ? 'a' : 'w' }))
}
const MOST_BYTES = 4 * 2 ** 30

/** Writes down what the files are now that they are known to be right. */
const record = async ({ files }: ModelManifest, folder: string): Promise<void> => {
  const known: Record<string, { name: string; bytes: number; sha256: string }> = {}
  for (const { role, name } of files) {
    const path = join(folder, name)
    known[role] = { name, bytes: statSync(path).size, sha256: await sha256Of(path) }
  }
  writeRecord(folder, known)
}

/**
 * Gets a model's files, from the network (going on with what an interrupted try left), a mirror or a folder, and keeps them only when they
 * are what the manifest says. Rejects with a {@link DoppelError}.
 */
export const pullModel = async (model: ModelManifest, options: PullOptions = {}): Promise<void> => {
  if (model.builtIn) throw new DoppelError(`${model.id} comes with Doppel: there is nothing to pull`, '')
  const { folder = modelsFolder(), from, mirror } = options
  const own = join(folder, model.id)
  mkdirSync(own, { recursive: true })
  for (const file of model.files) {
    if (!isProvable(file)) throw new DoppelError(`${model.id} cannot be pulled: nobody publishes ${file.name} with a checksum`, model.how ?? '')
    const path = join(own, file.name)
    const part = `${path}.part`
    if (!existsSync(path) || (await disproof(path, file)) !== undefined) {
      if (from !== undefined) {
        const given = join(from, file.name)
        if (!existsSync(given)) throw new DoppelError(`there is no ${file.name} in ${from}`, `--from takes a folder with ${model.files.map(({ name }) => name).join(' and ')}`)
        copyFileSync(given, part)
      } else {
        const address = addressOf(model.id, file, mirror)
        if (address === undefined) throw new DoppelError(`${model.id} cannot be pulled: nobody publishes ${file.name} as such`, model.how ?? '')
        try {
          await fetchInto(address, part, file, options)
        } catch (thrown) {
          if (thrown instanceof DoppelError) throw thrown
          throw new DoppelError(`${file.name} cannot be fetched from ${address}: ${messageOf(thrown instanceof Error && thrown.cause ? thrown.cause : thrown)}`, 'run the same command again to go on; or use --from <folder> with files from elsewhere')
        }
      }
      const wrong = await disproof(part, file)
      if (wrong !== undefined) {
        rmSync(part, { force: true })
        throw new DoppelError(`${file.name} is not the file it should be: ${wrong}`, 'it was thrown away; try another source')
      }
      renameSync(part, path)
    }
  }
  await record(model, own)
}

/** What speaks against a file, which may also be one of those that are as good. */
const neither = async (path: string, file: ModelFile): Promise<string | undefined> => {
  const wrong = isProvable(file) ? await disproof(path, file) : undefined
  if (wrong === undefined) return undefined
  for (const other of file.or ?? []) if ((await disproof(path, other)) === undefined) return undefined
  return wrong
}

/**
 * Takes files of the performer's own as a model. `check` opens them against the segmenter's contract and throws when they do not fit; what is
 * known of the files' checksums is checked too. Copies them. Rejects with a {@link DoppelError}.
 */
export const importModel = async (model: ModelManifest, given: Readonly<Record<string, string>>, check: (files: Readonly<Record<string, string>>) => Promise<void>, folder = modelsFolder()): Promise<void> => {
  if (model.builtIn) throw new DoppelError(`${model.id} comes with Doppel: there is nothing to import`, '')
  const roles = model.files.map(({ role }) => role)
  const strange = Object.keys(given).find((role) => !roles.includes(role))
  const missing = roles.filter((role) => given[role] === undefined)
  if (strange !== undefined || missing.length > 0) {
    throw new DoppelError(strange !== undefined ? `${model.id} has no file called "${strange}"` : `${model.id} also needs its ${missing.join(' and ')}`, `for example: npx doppel models import ${model.id} ${roles.map((role) => `${role}=${role}.onnx`).join(' ')}`)
  }
  for (const file of model.files) {
    const path = given[file.role] ?? ''
    if (!existsSync(path)) throw new DoppelError(`there is no file ${path}`, '')
    const wrong = await neither(path, file)
    if (wrong !== undefined) throw new DoppelError(`${path} is not ${file.name}: ${wrong}`, '')
  }
  await check(given)
  const own = join(folder, model.id)
  mkdirSync(own, { recursive: true })
  for (const { role, name } of model.files) {
    const path = join(own, name)
    copyFileSync(given[role] ?? '', `${path}.part`)
    renameSync(`${path}.part`, path)
  }
  await record(model, own)
}
