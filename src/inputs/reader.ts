import type { Frame } from 'node-av/lib'
import type { StreamLook } from './picture.js'

/** What is known of the pictures a reader gives. Times are seconds from the first picture. */
export interface ReaderFacts {
  readonly codec: string
  readonly width: number
  readonly height: number
  readonly hasAudio: boolean
  /** Mean pictures a second; 0 for a still. */
  readonly fps: number
  /** End of the last picture; 0 for a still. */
  readonly duration: number
  readonly frameSeconds: number
  readonly epsilon: number
  readonly look: StreamLook
}

/** Says once what went wrong; the sentence must be the same each time, so that repeats can be counted. */
export type Report = (message: string, hint: string) => void

/** A clip's pictures in the order they are shown. Blocks: workers and probes only. */
export interface Reader {
  readonly facts: ReaderFacts
  /** The decode device in use, `none` for software, and why others are not. */
  readonly hw: string
  readonly refusals: readonly string[]
  /** Goes to a place from which `next` gives the picture due at `seconds`, after any that must be decoded before it. */
  seek(seconds: number): void
  /** Decodes the next picture into `into` and gives its time; NaN at the end (until the next seek). Passes over damage, reporting it. */
  next(into: Frame): number
  /**
   * One packet's worth of the same: `later` where the decoder wants more before it gives a picture, as after a seek. For who has
   * other things to attend to meanwhile.
   */
  step(into: Frame): number | 'later'
  /** Another reader of the same clip. */
  again(): Reader
  close(): void
}
