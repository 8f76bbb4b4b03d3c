import { createKey } from '../../../src/gl/keys/key.js'
import type { Key, Keyed, KeyValues } from '../../../src/gl/keys/types.js'
import type { Gpu, Target } from '../../../src/gl/types.js'
import { expect } from 'vitest'
import { filledTarget, moment, pixelsOf, scatter } from '../support.js'

export type Rgb = readonly [number, number, number]
export type Paint = (x: number, y: number) => readonly number[]

/** Noise that is the same in every run, -1 to 1. */
export const noise = (...parts: readonly number[]): number => (scatter(...parts) % 2001) / 1000 - 1

/** `a` laid over `b`, straight colours 0..255. */
export const blend = (a: readonly number[], b: readonly number[], share: number): Rgb => [0, 1, 2].map((c) => (a[c] ?? 0) * share + (b[c] ?? 0) * (1 - share)) as unknown as Rgb

/** Values of a keyed mask, top row first. */
export const maskOf = (gpu: Gpu, { mask }: Keyed): Uint8Array => {
  const pixels = pixelsOf(gpu, mask)
  const { width, height } = mask
  return Uint8Array.from({ length: width * height }, (_, i) => pixels[((height - 1 - Math.floor(i / width)) * width + (i % width)) * 4] ?? 0)
}

export const inside = (width: number, height: number, within: (x: number, y: number) => boolean): Uint8Array =>
  Uint8Array.from({ length: width * height }, (_, i) => (within(i % width, Math.floor(i / width)) ? 255 : 0))

export const disc = (cx: number, cy: number, r: number) => (x: number, y: number): boolean => Math.hypot(x + 0.5 - cx, y + 0.5 - cy) < r

/** How much of a pixel lies in a disc whose edge is `soft` pixels wide. */
export const softDisc = (cx: number, cy: number, r: number, soft: number) => (x: number, y: number): number =>
  Math.min(1, Math.max(0, 0.5 + (r - Math.hypot(x + 0.5 - cx, y + 0.5 - cy)) / soft))

/** A key that is shown painted pictures, a number of them a second. */
export const using = <T>(gpu: Gpu, size: readonly [number, number], kind: string, values: KeyValues, play: (show: (paint: Paint, time?: number) => Keyed, key: Key) => T): T => {
  const [width, height] = size
  const key = createKey(gpu, { width, height, kind, values })
  let seq = 0
  const painted: Target[] = []
  try {
    return play((paint, time = 0) => {
      const target = filledTarget(gpu, width, height, paint)
      painted.push(target)
      seq += 1
      return key.draw(target, seq, moment(0, { time }))
    }, key)
  } finally {
    key.close()
    for (const target of painted) target.close()
    expect(gpu.gl.getError()).toBe(0)
  }
}
