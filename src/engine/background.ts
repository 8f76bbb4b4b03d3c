/**
 * Lets the show go first: lowers the priority of the calling thread, and of threads that it starts from here on. For workers
 * whose work may come late. `setPriority` is Node's, of which 0 is the calling thread. Linux only, where niceness belongs to threads; elsewhere it would be the whole program's.
 */
export const goBehindTheShow = (setPriority: (thread: number, nice: number) => void, nice: number): void => {
  if (process.platform !== 'linux') return
  try {
    setPriority(0, nice)
  } catch {
    // Not allowed to: then all threads stay equal.
  }
}
