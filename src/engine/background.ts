import { setPriority } from 'node:os'

/** Niceness of workers that may be late. At 19 a busy processor gives them some 1.5 % of what it gives the show's threads; at 10 it was 10 %, and seen. */
const NICE = 19

/**
 * Lets the show go first: lowers the priority of the calling thread, and of threads that it starts from here on. For workers
 * whose work may come late. Linux only, where niceness belongs to threads; elsewhere it would be the whole program's.
 */
export const goBehindTheShow = (): void => {
  if (process.platform !== 'linux') return
  try {
    setPriority(0, NICE)
  } catch {
    // Not allowed to: then all threads stay equal.
  }
}
