/** The parts of a tick whose time is kept, in the order they run. */
export const STAGES = ['pull', 'upload', 'mask', 'chain', 'present', 'readback'] as const
export type Stage = (typeof STAGES)[number]

/** Newest samples kept per stage; older ones are overwritten. 2^14 ticks are 4.5 minutes at 60 fps. */
const KEPT = 16384

export interface Quantiles { readonly p50: number; readonly p95: number; readonly max: number }

export interface StageClock {
  /** Opens a new tick: every stage starts at 0. */
  begin(): void
  /** Adds the time since the last `begin` or `mark` to `stage`. */
  mark(stage: Stage): void
  /** Milliseconds since `begin`. */
  readonly tickMs: number
  readonly ticks: number
  summary(): Record<Stage, Quantiles> & { tick: Quantiles }
}

/** Stage times of every tick in arrays allocated once. Milliseconds. */
export const createStageClock = (now: () => number = () => performance.now()): StageClock => {
  const samples = new Float32Array((STAGES.length + 1) * KEPT)
  const maxima = new Float64Array(STAGES.length + 1)
  const current = new Float64Array(STAGES.length + 1)
  const whole = STAGES.length
  let ticks = 0
  let started = 0
  let last = 0
  const close = () => {
    if (started === 0) return
    current[whole] = last - started
    for (let i = 0; i <= whole; i++) {
      const ms = current[i] ?? 0
      samples[i * KEPT + (ticks % KEPT)] = ms
      if (ms > (maxima[i] ?? 0)) maxima[i] = ms
    }
    ticks += 1
    started = 0
  }
  const quantiles = (i: number): Quantiles => {
    const sorted = samples.slice(i * KEPT, i * KEPT + Math.min(ticks, KEPT)).sort()
    const at = (q: number) => round(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0)
    return { p50: at(0.5), p95: at(0.95), max: round(maxima[i] ?? 0) }
  }
  return {
    begin() {
      close()
      current.fill(0)
      started = last = now()
    },
    mark(stage) {
      const at = now()
      const i = STAGES.indexOf(stage)
      current[i] = (current[i] ?? 0) + at - last
      last = at
    },
    get tickMs() { return last - started },
    get ticks() { return ticks },
    summary() {
      close()
      const entries = [...STAGES, 'tick' as const].map((name, i) => [name, quantiles(i)] as const)
      return Object.fromEntries(entries) as ReturnType<StageClock['summary']>
    },
  }
}

/** Milliseconds to three decimals: microseconds are as fine as the timer is. */
export const round = (ms: number): number => Math.round(ms * 1000) / 1000
