import { once } from 'node:events'
import { Worker, type Transferable } from 'node:worker_threads'

/** A worker that can be made to die. */
export interface Mortal {
  readonly worker: Worker
  /** Ends it, as a crash of its own program would; resolves when it is gone. */
  kill(): Promise<void>
}

/**
 * Runs a worker's program so that it dies between two of its native calls: `terminate()` may fall into the middle of one, and
 * node-av then ends the whole process (`napi_throw`). The program looks whether it is to die whenever it touches an atomic,
 * and is woken by `wake`, the memory it sleeps on.
 */
export const startMortal = (program: URL, workerData: object, wake: Int32Array<SharedArrayBuffer>, transferList: Transferable[] = []): Mortal => {
  const doom = new Int32Array(new SharedArrayBuffer(4))
  const source = `
    import { workerData } from 'node:worker_threads'
    for (const name of ['add', 'wait']) {
      const plain = Atomics[name]
      Atomics[name] = (...all) => {
        if (Atomics.load(workerData.doom, 0) !== 0) process.exit(9)
        return plain(...all)
      }
    }
    await import(${JSON.stringify(program.href)})`
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), { workerData: { ...workerData, doom }, transferList })
  return {
    worker,
    async kill() {
      const gone = once(worker, 'exit')
      Atomics.store(doom, 0, 1)
      Atomics.notify(wake, 0)
      await gone
    },
  }
}
