import koffi from 'koffi'

/** Linux' number for the processor time of the calling thread (clock_gettime(2)). */
const CLOCK_THREAD_CPUTIME_ID = 3

/**
 * A clock of what the calling thread itself has computed, milliseconds: it stands still while other threads have its processor.
 * Undefined where it is not known how to ask.
 */
export const threadTime = (): (() => number) | undefined => {
  if (process.platform !== 'linux') return undefined
  const read = koffi.load('libc.so.6').func('int clock_gettime(int clock, void *into)') as (clock: number, into: Buffer) => number
  const time = Buffer.alloc(16)
  return () => {
    read(CLOCK_THREAD_CPUTIME_ID, time)
    return Number(time.readBigInt64LE(0)) * 1e3 + Number(time.readBigInt64LE(8)) / 1e6
  }
}
