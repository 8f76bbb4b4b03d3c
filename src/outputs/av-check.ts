import { FFmpegError } from 'node-av/lib'
import { DoppelError } from '../engine/error.js'

/** What to do about a failed write, by POSIX error. */
const HINTS = {
  ENOSPC: 'the disk is full: free some space, or record to another disk',
  EFBIG: 'the file reached the largest size allowed here: record to another disk, or in shorter takes',
  EIO: 'the disk reports an error: record to another disk',
  EACCES: 'choose a folder you may write to',
  EROFS: 'the disk is read-only: record to another disk',
} as const

// FFmpeg passes the system's error numbers through, negated.
const ERRNO: Readonly<Record<number, keyof typeof HINTS>> = { [-28]: 'ENOSPC', [-27]: 'EFBIG', [-5]: 'EIO', [-13]: 'EACCES', [-30]: 'EROFS' }

const hintOf = (code: number): string => {
  const name = ERRNO[code]
  return name === undefined ? '' : HINTS[name]
}

/** Passes a non-negative result through; throws a {@link DoppelError} for an FFmpeg error code. */
export const check = (code: number, what: string): number => {
  if (code >= 0) return code
  throw new DoppelError(`${what}: ${FFmpegError.strerror(code)}`, hintOf(code))
}
