const terminal = process.stderr.isTTY === true
const quietMs = terminal ? 250 : 5000

/** Set-up speaks on standard error: standard output belongs to the command that is being run. */
export const say = (text) => process.stderr.write(`[set-up] ${text}\n`)

export const seconds = (ms) => {
  const whole = Math.round(ms / 1000)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}

/**
 * Shows that a long step is alive: one line that is rewritten in a terminal, a new line every few seconds elsewhere.
 * `update` says how far it is; the elapsed time ticks by itself. Call `stop` when the step ends.
 */
export const openProgress = (title) => {
  const started = performance.now()
  let latest = ''
  const show = () => {
    const line = `[set-up] ${title}: ${latest ? `${latest}, ` : ''}${seconds(performance.now() - started)}`
    process.stderr.write(terminal ? `\r\x1b[K${line}` : `${line}\n`)
  }
  const timer = setInterval(show, quietMs)
  return {
    update(text) {
      latest = text
    },
    stop() {
      clearInterval(timer)
      if (terminal) process.stderr.write('\r\x1b[K')
    },
  }
}
