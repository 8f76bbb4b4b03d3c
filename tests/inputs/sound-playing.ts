import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { Fault, Status } from '../../src/engine/types.js'
import { openSound, type Sound, type SoundFrom, type SoundOptions } from '../../src/inputs/sound/sound.js'

/** A folder for this file's sounds, removed when its tests are done. */
export const soundFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'doppel-sound-'))
  afterAll(() => { rmSync(folder, { recursive: true, force: true }) })
  return folder
}

/** Opens sound as offline rendering does: time is the tick's. */
export const openOffline = async (from: SoundFrom, more: Partial<SoundOptions> = {}) => {
  const time = { ms: 0 }
  const sound = await openSound(from, { id: 'sound', now: () => time.ms, leadSeconds: 0, ...more })
  const statuses: Status[] = []
  const faults: Fault[] = []
  sound.status$.subscribe((status) => statuses.push(status))
  sound.fault$.subscribe((fault) => faults.push(fault))
  let n = 0
  const block = new Float32Array(1000)
  /** Ticks to a moment at `fps` and gives the samples that became due. */
  const play = async (untilSeconds: number, fps = 60): Promise<Float32Array> => {
    const all: number[] = []
    for (; n / fps <= untilSeconds + 1e-9; n++) {
      time.ms = (n * 1000) / fps
      sound.advance({ n, time: n / fps, dt: n === 0 ? 0 : 1 / fps, skipped: 0 })
      await sound.settle()
      for (let count = sound.read(block); count > 0; count = sound.read(block)) all.push(...block.subarray(0, count))
    }
    return Float32Array.from(all)
  }
  return { sound, statuses, faults, play, time }
}

export const farthest = (a: Float32Array, b: Float32Array) => a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0)
export const file = (path: string): SoundFrom => ({ kind: 'file', path })
export const device = (name: string): SoundFrom => ({ kind: 'device', name })

/** Ticks a live sound until something is true, by its own worker's pace; gives up after `patience`. */
export const until = async (sound: Sound, done: () => boolean, each: (seconds: number) => void = () => {}, patience = 10_000): Promise<void> => {
  let began: number | undefined
  const started = performance.now()
  for (let n = 0; !done(); n++) {
    if (performance.now() - started > patience) throw new Error(`it did not come in ${patience / 1000} s`)
    const time = (performance.now() - started) / 1000
    began ??= time
    sound.advance({ n, time, dt: 1 / 60, skipped: 0 })
    each(time - began)
    await new Promise((resolve) => { setTimeout(resolve, 5) })
  }
}
