/** Resolves with the reason when the show should end; a second signal ends the process at once, whatever hangs. */
export interface Stop {
  readonly reason: Promise<string>
  readonly stopped: boolean
  stop(reason: string): void
  close(): void
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export const createStop = (): Stop => {
  let resolve: (reason: string) => void = () => {}
  const reason = new Promise<string>((done) => { resolve = done })
  let stopped = false
  const stop = (why: string) => {
    stopped = true
    resolve(why)
  }
  const handlers = SIGNALS.map((signal) => {
    const handler = () => {
      // A plain exit would wait for workers that hang in a native call.
      if (stopped) process.kill(process.pid, 'SIGKILL')
      stop('interrupted')
    }
    process.on(signal, handler)
    return () => process.off(signal, handler)
  })
  return {
    reason,
    get stopped() { return stopped },
    stop,
    close() { for (const off of handlers) off() },
  }
}
