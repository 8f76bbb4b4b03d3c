/** A progress line on a terminal; a plain line every tenth of the way where output is not a terminal. */
export interface Progress {
  update(done: number): void
  end(): void
}

const WIDTH = 28
/** Redraws at most this often: printing must not slow the work. */
const EVERY_MS = 100

export const duration = (seconds: number): string => {
  const s = Math.max(0, Math.round(seconds))
  return s < 3600 ? `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}` : `${Math.floor(s / 3600)}:${String(Math.floor(s / 60) % 60).padStart(2, '0')}:${String(s % 60).padStart(2, '0')}`
}

export const createProgress = (label: string, total: number, unit: string, out: NodeJS.WriteStream = process.stderr, now = () => performance.now()): Progress => {
  const start = now()
  let drawn = -Infinity
  let tenth = -1
  const line = (done: number) => {
    const part = total > 0 ? Math.min(1, done / total) : 1
    const seconds = (now() - start) / 1000
    const eta = done > 0 ? duration((seconds * (total - done)) / done) : '-:--'
    const rate = seconds > 0 ? (done / seconds).toFixed(1) : '0.0'
    return `${label} [${'#'.repeat(Math.round(part * WIDTH)).padEnd(WIDTH, '.')}] ${String(Math.floor(part * 100)).padStart(3)} %  ${done}/${total} ${unit}  ${rate}/s  ETA ${eta}`
  }
  return {
    update(done) {
      if (out.isTTY) {
        if (now() - drawn < EVERY_MS && done < total) return
        drawn = now()
        out.write(`\r\x1b[K${line(done)}`)
      } else if (Math.floor((done * 10) / Math.max(1, total)) > tenth) {
        tenth = Math.floor((done * 10) / Math.max(1, total))
        out.write(`${line(done)}\n`)
      }
    },
    end() {
      if (out.isTTY) out.write('\n')
    },
  }
}
