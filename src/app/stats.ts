import { closeSync, existsSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { DoppelError, messageOf } from '../engine/error.js'
import { round, type StageClock } from '../engine/stats.js'

export interface RunStats {
  /** Call at every tick; counts frames and, once warmed up, watches memory. */
  tick(skipped: number, maskAge?: MaskAge): void
  summary(stages: StageClock, decode: { hw: string; ms: number }, dropped: number): Stats
}

/** How old a mask is against the picture it is shown with. */
export interface MaskAge { readonly frames: number; readonly ms: number }

/** What `--stats` writes. Milliseconds, bytes and megabytes as the names say. */
export interface Stats {
  readonly frames: number
  readonly seconds: number
  readonly fps: number
  readonly skipped: number
  readonly dropped: number
  readonly decode: { readonly hw: string; readonly ms: number }
  readonly stages: ReturnType<StageClock['summary']>
  /** Of the masks that were made live; left out where none were. */
  readonly maskAge?: { readonly frames: { readonly mean: number; readonly max: number }; readonly ms: { readonly mean: number; readonly max: number } }
  readonly cpuMsPerFrame: number
  readonly arrayBuffersGrowthBytes: number
  readonly rssMb: number
}

/** Ticks before memory is taken as the show's own: pools fill and code is compiled in the first ones. */
const WARM = 60

export const createRunStats = (): RunStats => {
  const start = performance.now()
  const cpu = process.cpuUsage()
  let frames = 0
  let skipped = 0
  let buffers: number | undefined
  let masked = 0
  const sum = { frames: 0, ms: 0 }
  const most = { frames: 0, ms: 0 }
  return {
    tick(missed, age) {
      if (age) {
        masked += 1
        sum.frames += age.frames
        sum.ms += age.ms
        most.frames = Math.max(most.frames, age.frames)
        most.ms = Math.max(most.ms, age.ms)
      }
      frames += 1
      skipped += missed
      if (frames === WARM) buffers = process.memoryUsage().arrayBuffers
    },
    summary(stages, decode, dropped) {
      const seconds = (performance.now() - start) / 1000
      const used = process.cpuUsage(cpu)
      const memory = process.memoryUsage()
      return {
        frames,
        seconds: round(seconds),
        fps: round(frames / seconds),
        skipped,
        dropped,
        decode: { hw: decode.hw, ms: round(decode.ms) },
        stages: stages.summary(),
        ...(masked > 0 && { maskAge: { frames: { mean: round(sum.frames / masked), max: most.frames }, ms: { mean: round(sum.ms / masked), max: round(most.ms) } } }),
        cpuMsPerFrame: round((used.user + used.system) / 1000 / Math.max(1, frames)),
        arrayBuffersGrowthBytes: buffers === undefined ? 0 : memory.arrayBuffers - buffers,
        rssMb: round(memory.rss / 1048576),
      }
    },
  }
}

const unwritable = (path: string, thrown: unknown) =>
  new DoppelError(`the stats cannot be written to ${path}: ${messageOf(thrown)}`, 'give --stats a file in a folder you may write to')

/** Throws a {@link DoppelError} when stats cannot be written there: before the show, not after it. Leaves what is there alone. */
export const checkStats = (path: string): void => {
  const there = existsSync(path)
  try {
    closeSync(openSync(path, 'a'))
    if (!there) rmSync(path)
  } catch (thrown) {
    throw unwritable(path, thrown)
  }
}

export const writeStats = (path: string, stats: Stats): void => { writeJson(path, stats) }

/** Throws a {@link DoppelError} when it cannot be written. */
export const writeJson = (path: string, stats: object): void => {
  try {
    writeFileSync(path, `${JSON.stringify(stats, null, 2)}\n`)
  } catch (thrown) {
    throw unwritable(path, thrown)
  }
}

/** The line a performer sees once per second. */
export const statsLine = (ticks: number, skipped: number, dropped: number, tickMs: number, maskAge?: MaskAge): string =>
  `${ticks} fps  tick ${tickMs.toFixed(1)} ms${maskAge ? `  masks ${maskAge.ms.toFixed(0)} ms, ${maskAge.frames} frames old` : ''}${skipped > 0 ? `  skipped ${skipped}` : ''}${dropped > 0 ? `  dropped ${dropped}` : ''}`

