import { createHash, type Hash } from 'node:crypto'
import { createReadStream, statSync } from 'node:fs'
import type { FileProof } from './table.js'

const digest = async (path: string, hash: Hash): Promise<string> => {
  for await (const part of createReadStream(path)) hash.update(part as Buffer)
  return hash.digest('hex')
}

/** SHA-256 of a file's bytes, hexadecimal. */
export const sha256Of = (path: string): Promise<string> => digest(path, createHash('sha256'))

const gitBlobOf = (path: string): Promise<string> => digest(path, createHash('sha1').update(`blob ${statSync(path).size}\0`))

/** Whether there is anything to check a file by. */
export const isProvable = ({ sha256, gitBlob }: FileProof): boolean => sha256 !== undefined || gitBlob !== undefined

/** What speaks against a file, as the end of a sentence; undefined when it is the right one. */
export const disproof = async (path: string, { bytes, sha256, gitBlob }: FileProof): Promise<string | undefined> => {
  const size = statSync(path).size
  if (bytes !== undefined && size !== bytes) return `it has ${size} bytes instead of ${bytes}`
  if (sha256 !== undefined) {
    const found = await sha256Of(path)
    if (found !== sha256) return `its SHA-256 is ${found} instead of ${sha256}`
  }
  if (gitBlob !== undefined) {
    const found = await gitBlobOf(path)
    if (found !== gitBlob) return `its git blob is ${found} instead of ${gitBlob}`
  }
  return undefined
}
