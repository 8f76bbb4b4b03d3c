import { accessSync, closeSync, constants, openSync, rmSync, statSync } from 'node:fs'
import { dirname, extname, resolve } from 'node:path'
import { DoppelError, messageOf } from '../engine/error.js'
import { nearest } from '../engine/nearest.js'
import { CONTAINERS, type Container, type RecordCodec } from './containers.js'

const known = Object.keys(CONTAINERS)

/** What kind of file a path asks for. Throws a {@link DoppelError} for an extension that cannot be recorded to. */
export const containerOf = (path: string): { readonly extension: string; readonly container: Container } => {
  const extension = extname(path).toLowerCase()
  const container = CONTAINERS[extension]
  if (container) return { extension, container }
  const near = nearest(extension, known)
  throw new DoppelError(
    extension === '' ? `${path} has no extension to say what kind of file to record` : `Doppel does not record ${extension} files (${path})`,
    `${near === undefined ? '' : `did you mean ${near}? `}it records ${known.join(', ')}`,
  )
}

/** The codec to record with. Throws a {@link DoppelError} when the kind of file cannot hold the one asked for. */
export const codecOf = (asked: RecordCodec | 'auto', path: string): RecordCodec => {
  const { extension, container } = containerOf(path)
  const codec = asked === 'auto' ? container.codecs[0] : container.codecs.find((one) => one === asked)
  if (codec) return codec
  const holding = known.filter((one) => CONTAINERS[one]?.codecs.some((c) => c === asked))
  throw new DoppelError(`${extension} files cannot hold ${asked} (${path})`, `${extension} takes ${container.codecs.join(', ')}; for ${asked} record to ${holding.join(' or ')}`)
}

const checkFolder = (folder: string) => {
  const stat = statSync(folder, { throwIfNoEntry: false })
  if (!stat) throw new DoppelError(`there is no folder ${folder} to record into`, `make it first: mkdir -p ${folder}`)
  if (!stat.isDirectory()) throw new DoppelError(`${folder} is a file, not a folder to record into`, 'record somewhere else')
  try {
    accessSync(folder, constants.W_OK)
  } catch (cause) {
    throw new DoppelError(`the folder ${folder} is not writable`, 'choose a folder you may write to', { cause })
  }
}

export interface Claim {
  readonly path: string
  /** Takes back a claim on which nothing was recorded. */
  release(): void
}

/**
 * Claims the file to record to by creating it, so that no other recording can take it and nothing that is there is lost.
 * Throws a {@link DoppelError} for a file that exists (unless `overwrite`), a missing folder or one that is not writable.
 */
export const claimPath = (asked: string, overwrite: boolean): Claim => {
  const path = resolve(asked)
  checkFolder(dirname(path))
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat?.isDirectory()) throw new DoppelError(`${path} is a folder, not a file to record to`, `record to a file in it, such as ${path}/take.mp4`)
  if (stat && !overwrite) throw new DoppelError(`${path} exists already`, 'record to another name, or allow replacing it with --overwrite')
  try {
    closeSync(openSync(path, overwrite ? 'a' : 'wx'))
  } catch (cause) {
    throw new DoppelError(`cannot write ${path}: ${messageOf(cause)}`, 'choose a file you may write to', { cause })
  }
  return {
    path,
    release() {
      if (!stat) rmSync(path, { force: true })
    },
  }
}
