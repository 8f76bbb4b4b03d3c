import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect } from 'vitest'
import type { ClipSource, Fault, Frame, Status, Tick } from '../../src/engine/types.js'
import { openClip, type ClipOptions } from '../../src/inputs/clip.js'
import { readFrameNumber } from '../support/clips.js'

/** A folder for this file's clips, removed when its tests are done. */
export const clipFolder = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'doppel-clips-'))
  afterAll(() => { rmSync(dir, { recursive: true, force: true }) })
  return dir
}

export interface Opened {
  readonly clip: ClipSource
  readonly statuses: Status[]
  readonly faults: Fault[]
  /** Ticks once, waits for the exact picture and gives it. */
  tick(): Promise<Frame>
  /** Ticks `count` times and gives the numbers shown. */
  play(count: number): Promise<number[]>
}

/** Opens a clip as offline rendering does; `fps` is the show's. */
export const openForTest = async (path: string, options: Partial<ClipOptions> & { readonly showFps?: number } = {}): Promise<Opened> => {
  const { showFps = 60, ...rest } = options
  const clip = await openClip(path, { id: 'clip', hw: 'none', leadSeconds: 0, now: () => performance.now(), ...rest })
  const statuses: Status[] = []
  const faults: Fault[] = []
  clip.status$.subscribe((status) => statuses.push(status))
  clip.fault$.subscribe((fault) => faults.push(fault))
  let n = 0
  const tick = async (): Promise<Frame> => {
    clip.advance({ n, time: n / showFps, dt: n === 0 ? 0 : 1 / showFps, skipped: 0 } satisfies Tick)
    n += 1
    await clip.settle()
    const picture = clip.latest()
    if (picture?.kind !== 'frame') throw new Error('no frame after settle')
    return picture
  }
  return {
    clip, statuses, faults, tick,
    async play(count) {
      const numbers: number[] = []
      for (let i = 0; i < count; i++) numbers.push(readFrameNumber(await tick()))
      return numbers
    },
  }
}

/** Whole numbers from `from` (inclusive) to `to` (exclusive), counting down when `to` is lower. */
export const range = (from: number, to: number): number[] => Array.from({ length: Math.abs(to - from) }, (_, i) => (to > from ? from + i : from - i))

export const close = async (...opened: readonly Opened[]): Promise<void> => {
  for (const { clip } of opened) await clip.close()
}

export const expectNoFaults = ({ faults }: Opened): void => { expect(faults).toEqual([]) }
