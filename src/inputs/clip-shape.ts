import { PIXEL_FORMATS, planeSizes, type PixelFormatId } from '../engine/pixels.js'
import { ringReader, type RingMemory, type Slot } from '../engine/ring.js'
import type { ColourMatrix, Frame, Rotation } from '../engine/types.js'

/** Everything about a picture but its pixels and its time: while it stays the same, so does the ring. */
export interface Shape {
  readonly format: PixelFormatId
  readonly width: number
  readonly height: number
  readonly matrix: ColourMatrix
  readonly fullRange: boolean
  readonly rotation: Rotation
  readonly pixelAspect: number
}

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.format === b.format && a.width === b.width && a.height === b.height && a.matrix === b.matrix &&
  a.fullRange === b.fullRange && a.rotation === b.rotation && a.pixelAspect === b.pixelAspect

/** Bytes of one picture, its planes tightly packed one after the other. */
export const shapeBytes = ({ format, width, height }: Shape): number =>
  planeSizes(PIXEL_FORMATS[format], width, height).reduce((sum, { rowBytes, height: rows }) => sum + rowBytes * rows, 0)

/** What the numbers beside a ring slot's pixels mean. */
export const META_TIME = 0
export const META_GENERATION = 1

/** The main thread's end of a clip's ring: its slots as frames, made once. */
export interface PictureReader {
  readonly fresh: boolean
  /** The newest picture as a frame numbered `seq`, or undefined before the first. */
  take(seq: number, capturedAt: number): Frame | undefined
  /** Seek or step generation of the picture taken last. */
  readonly generation: number
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

const viewOf = (shape: Shape, slot: Slot): Mutable<Frame> => {
  let at = 0
  const planes = planeSizes(PIXEL_FORMATS[shape.format], shape.width, shape.height).map(({ width, height, rowBytes }) => {
    const data = slot.pixels.subarray(at, at + rowBytes * height)
    at += data.length
    return { data, width, height, stride: rowBytes }
  })
  return { kind: 'frame', ...shape, planes, seq: 0, capturedAt: 0, mediaTime: 0 }
}

export const pictureReader = (ring: RingMemory, shape: Shape): PictureReader => {
  const reader = ringReader(ring)
  const views = new Map<Slot, Mutable<Frame>>()
  let generation = 0
  return {
    get fresh() { return reader.fresh },
    get generation() { return generation },
    take(seq, capturedAt) {
      const slot = reader.newest()
      if (!slot) return undefined
      let view = views.get(slot)
      if (!view) views.set(slot, (view = viewOf(shape, slot)))
      view.seq = seq
      view.capturedAt = capturedAt
      view.mediaTime = slot.meta[META_TIME] ?? 0
      generation = slot.meta[META_GENERATION] ?? 0
      return view
    },
  }
}
