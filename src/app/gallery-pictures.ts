import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { PixelView } from '../engine/types.js'
import { openWebpFile } from '../outputs/webp-file.js'

/** Ticks a second the gallery plays at. */
export const FPS = 60
/** Of a loop, pixels. */
export const LOOP_SIZE = [384, 216] as const

/** The past that effects look back on is filled in the first eight beats; a loop shows the next four. */
const BEATS = { from: 8, to: 12 } as const
/** Every so many ticks a picture of a loop is kept: 12 a second. */
const STRIDE = 5
const LOOP_QUALITY = 62

/**
 * Beats that a sheet shows. Ten seconds in, the background behind a subject that moves is learnt. Each is at another place within its beat,
 * so that what goes with the beat is not seen at one of its places alone.
 */
const MOMENTS = [20.1, 21.3, 22.5, 23.7] as const
/** Of a sheet's pictures, the longer side. */
const MOMENT_SIDE = 320
/** Grey between the pictures, which otherwise run into each other where an effect leaves the wall or the dark. */
const GAP = { pixels: 4, level: 128 } as const
const SHEET_QUALITY = 70

/** What is kept of an effect while it plays. */
export interface GalleryPicture {
  /** How long to play, ticks. */
  readonly ticks: number
  wants(tick: number): boolean
  write(view: PixelView): void
  finish(): void
}

/** A picture of the gallery that is being made of others. */
export interface PictureOptions {
  readonly width: number
  readonly height: number
  readonly ticksPerBeat: number
}

/** Where an effect's loop lies in the gallery's folder. */
export const loopPath = (id: string): string => `${id}.webp`
/** And its sheet. */
export const sheetPath = (id: string): string => `filmed/${id}.webp`

/** Four beats as a picture that moves. */
export const openLoop = (folder: string, id: string, { width, height, ticksPerBeat }: PictureOptions): GalleryPicture => {
  const file = openWebpFile(join(folder, loopPath(id)), { width, height, fps: FPS / STRIDE, quality: LOOP_QUALITY })
  return { ticks: BEATS.to * ticksPerBeat, wants: (tick) => tick >= BEATS.from * ticksPerBeat && tick % STRIDE === 0, write: file.write, finish: file.finish }
}

/** A picture of a sheet has the clip's shape. */
export const momentSize = (width: number, height: number): readonly [number, number] => {
  const even = (side: number) => Math.max(16, 2 * Math.round((side * MOMENT_SIDE) / Math.max(width, height) / 2))
  return [even(width), even(height)]
}

/** Four moments side by side. */
export const openSheet = (folder: string, id: string, { width, height, ticksPerBeat }: PictureOptions): GalleryPicture => {
  const path = join(folder, sheetPath(id))
  mkdirSync(dirname(path), { recursive: true })
  const moments = MOMENTS.map((beat) => Math.round(beat * ticksPerBeat))
  const across = moments.length * (width + GAP.pixels) - GAP.pixels
  const sheet = new Uint8Array(across * height * 4).fill(GAP.level)
  let shown = 0
  return {
    ticks: Math.max(...moments) + 1,
    wants: (tick) => moments.includes(tick),
    write({ data }) {
      const left = shown++ * (width + GAP.pixels)
      for (let y = 0; y < height; y++) sheet.set(data.subarray(y * width * 4, (y + 1) * width * 4), (y * across + left) * 4)
    },
    finish() {
      const file = openWebpFile(path, { width: across, height, quality: SHEET_QUALITY })
      file.write({ data: sheet })
      file.finish()
    },
  }
}
