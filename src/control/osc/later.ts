/** Runs something once, `ms` from now; gives the way to call it off. Tests put their own clock here. */
export type Later = (ms: number, run: () => void) => () => void

/** On the system's timers, which never keep the program alive. */
export const later: Later = (ms, run) => {
  const timer = setTimeout(run, ms)
  timer.unref()
  return () => clearTimeout(timer)
}
