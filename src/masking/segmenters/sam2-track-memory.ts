import { Tensor } from 'onnxruntime-node'
import { POINTER, TOKEN } from './sam2-track-graphs.js'

/** Frames that are remembered: the one it was seeded on, and the most recent ones. */
export const MOST_FRAMES = 7
/** Object pointers likewise; each is 4 tokens. */
export const MOST_POINTERS = 16
const POINTER_TOKENS = POINTER / TOKEN

/** Of one remembered frame, by the file: `[64, 64, 64]` for SAM 2.1, `[512, 64]` for EdgeTAM. */
export interface FrameShape {
  readonly dims: readonly number[]
  readonly tokens: number
}

/** Where and when each memory token was. */
export interface MemoryCodes {
  /** For so many frames and pointers: `[frames * tokens + 4 * pointers, 1, 64]`. Valid until the next call. */
  of(frames: number, pointers: number): Tensor
}

/**
 * Position codes of memory: `places` [tokens, 64] of every frame, plus `times` [7, 64] by its age. The official code gives a frame
 * `times[7 - t - 1]`, t being 0 for the seeded frame and 1 (oldest) to 6 (newest) for the others; here the newest comes first, so
 * that frame j of the recent ones has `times[j - 1]`, however many there are. Pointers have none.
 */
export const createMemoryCodes = ({ tokens }: FrameShape, places: Float32Array, times: Float32Array): MemoryCodes => {
  const size = tokens * TOKEN
  const values = new Float32Array(MOST_FRAMES * size + MOST_POINTERS * POINTER)
  let laid = 0
  const lay = (frame: number) => {
    const time = (frame === 0 ? MOST_FRAMES - 1 : frame - 1) * TOKEN
    for (let i = 0, to = frame * size; i < size; i++, to++) values[to] = (places[i] ?? 0) + (times[time + (i % TOKEN)] ?? 0)
  }
  return {
    of(frames, pointers) {
      if (frames !== laid) {
        for (let frame = Math.min(laid, frames - 1); frame < frames; frame++) lay(frame)
        values.fill(0, frames * size, frames * size + MOST_POINTERS * POINTER)
        laid = frames
      }
      const length = frames * tokens + pointers * POINTER_TOKENS
      return new Tensor('float32', values.subarray(0, length * TOKEN), [length, 1, TOKEN])
    },
  }
}

/** What is remembered of one subject; bounded, whatever happens. */
export interface TrackMemory {
  readonly frames: number
  readonly pointers: number
  /** Begins anew with the frame it was seeded on. */
  begin(features: Float32Array, pointer: Float32Array, step: number): void
  /** Adds a frame; the oldest but the seeded one goes. */
  add(features: Float32Array, pointer: Float32Array, step: number): void
  /** Keeps the seeded frame only. */
  toSeed(): void
  forget(): void
  /** Inputs of memory attention at a step. Valid until the memory changes. */
  feeds(step: number): { readonly frames: Tensor; readonly pointers: Tensor; readonly ages: Tensor }
}

/** A row of pieces of equal size: the first stays, the others move on as new ones come in behind it. */
const createRow = (most: number, size: number) => {
  const values = new Float32Array(most * size)
  let count = 0
  return {
    get count() { return count },
    begin(piece: Float32Array) {
      values.set(piece.subarray(0, size))
      count = 1
    },
    add(piece: Float32Array) {
      count = Math.min(most, count + 1)
      values.copyWithin(2 * size, size, (count - 1) * size)
      values.set(piece.subarray(0, size), size)
    },
    cut(to: number) { count = Math.min(count, to) },
    get held() { return values.subarray(0, count * size) },
  }
}

/** Its memory is taken here, once: about 7 MB for SAM 2.1, 1 MB for EdgeTAM. */
export const createTrackMemory = ({ dims, tokens }: FrameShape): TrackMemory => {
  const features = createRow(MOST_FRAMES, tokens * TOKEN)
  const pointers = createRow(MOST_POINTERS, POINTER)
  const steps = createRow(MOST_POINTERS, 1)
  const ages = new Float32Array(MOST_POINTERS)
  const rows = [features, pointers, steps] as const
  const at = new Float32Array(1)
  const keep = (most: number) => { for (const row of rows) row.cut(most) }
  return {
    get frames() { return features.count },
    get pointers() { return pointers.count },
    begin(frame, pointer, step) {
      at[0] = step
      features.begin(frame)
      pointers.begin(pointer)
      steps.begin(at)
    },
    add(frame, pointer, step) {
      at[0] = step
      features.add(frame)
      pointers.add(pointer)
      steps.add(at)
    },
    toSeed() { keep(1) },
    forget() { keep(0) },
    feeds(step) {
      for (const [i, then] of steps.held.entries()) ages[i] = step - then
      return {
        frames: new Tensor('float32', features.held, [features.count, ...dims]),
        pointers: new Tensor('float32', pointers.held, [pointers.count, POINTER]),
        ages: new Tensor('float32', ages.subarray(0, pointers.count), [pointers.count]),
      }
    },
  }
}
