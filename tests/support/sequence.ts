import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PNG } from 'pngjs'
import type { Frame, Tick } from '../../src/engine/types.js'
import { createPictureStage } from '../../src/gl/picture.js'
import type { Drawn, Gpu } from '../../src/gl/types.js'
import { openClip } from '../../src/inputs/clip.js'

/** The annotated sequences of the test material. */
export const SEQUENCES = ['dance-twirl', 'blackswan', 'camel', 'scooter-black'] as const
export type SequenceName = (typeof SEQUENCES)[number]

/** Grey values of an annotation, top row first. */
export const readMask = (file: string): { readonly width: number; readonly height: number; readonly data: Uint8Array } => {
  const { width, height, data } = PNG.sync.read(readFileSync(file))
  return { width, height, data: Uint8Array.from({ length: width * height }, (_, i) => data[i * 4] ?? 0) }
}

/** Region similarity: intersection over union of what is at least half there; 1 where neither has anything. */
export const overlap = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let both = 0
  let either = 0
  for (let i = 0; i < a.length; i++) {
    const [inA, inB] = [(a[i] ?? 0) >= 128, (b[i] ?? 0) >= 128]
    if (inA && inB) both++
    if (inA || inB) either++
  }
  return either === 0 ? 1 : both / either
}

export interface SequenceFrame {
  /** From 0. */
  readonly n: number
  /** Drawn at the clip's own size; overwritten by the next frame. */
  readonly drawn: Drawn
  readonly picture: Frame
  readonly truth: { readonly width: number; readonly height: number; readonly data: Uint8Array }
}

/** Plays an annotated sequence frame by frame on the GPU. `root` is the folder that holds the clip and `Annotations`. */
export const playSequence = async (gpu: Gpu, root: string, name: SequenceName, visit: (frame: SequenceFrame) => void | Promise<void>, frames = Infinity): Promise<void> => {
  const clip = await openClip(join(root, `${name}.mp4`), { id: name, hw: 'none', leadSeconds: 0, now: () => performance.now() })
  const { displayWidth: width, displayHeight: height, fps, duration } = clip.info
  const stage = createPictureStage(gpu, { width, height, shaderText: () => '' })
  try {
    for (let n = 0; n < Math.min(frames, Math.round(duration * fps)); n++) {
      const tick: Tick = { n, time: n / fps, dt: n === 0 ? 0 : 1 / fps, skipped: 0 }
      clip.advance(tick)
      await clip.settle()
      const picture = clip.latest()
      if (picture?.kind !== 'frame') throw new Error(`${name} has no frame ${n}`)
      gpu.makeCurrent()
      const drawn = stage.draw(picture, 'stretch', { time: tick.time, dt: tick.dt, frame: n, bpm: 120, beat: 0, seed: 1 })
      await visit({ n, drawn, picture, truth: readMask(join(root, 'Annotations', name, `${String(n).padStart(5, '0')}.png`)) })
    }
  } finally {
    stage.close()
    await clip.close()
  }
}
