import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { Fault, PixelOutput, PixelView } from '../../src/engine/types.js'
import { openRecord, type RecordOptions } from '../../src/outputs/record.js'
import { bars, drawPixels, type Draw } from '../support/clips.js'

/** A folder that is gone after this test file. */
export const tempFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'doppel-outputs-'))
  afterAll(() => { rmSync(folder, { recursive: true, force: true }) })
  return folder
}

export const SIZE = { width: 320, height: 180 } as const

/** The picture of one tick: its number in bars (busy ones cost an encoder more). */
export const picture = (number: number, { width, height }: { width: number; height: number } = SIZE, tick = number, draw: Draw = bars): PixelView => ({
  width, height, format: 'i420', tick, data: drawPixels('yuv420p', width, height, number, draw),
})

/** Records pictures 0 to `frames - 1` offline, the first at `firstTick`. Rejects when the recording does. */
export const recordBars = async (path: string, frames: number, options: Partial<RecordOptions> = {}, firstTick = 0): Promise<PixelOutput> => {
  const output = await openRecord(path, { id: 'record', ...SIZE, fps: 30, realtime: false, ...options })
  const faults: Fault[] = []
  output.fault$.subscribe((fault) => faults.push(fault))
  for (let n = 0; n < frames; n++) {
    await output.ready()
    output.write(picture(n, output, firstTick + n))
  }
  await output.close()
  if (faults[0]) throw new Error(faults[0].message)
  return output
}

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i)
