import type { MessagePort } from 'node:worker_threads'
import type { RingMemory } from '../engine/ring.js'
import type { ModelFiles, Provider, Seed, Size } from './types.js'

/** What a mask worker starts with. */
export interface WorkerStart {
  readonly segmenter: string
  readonly files: ModelFiles
  /** The upright picture, pixels. */
  readonly source: Size
  readonly provider: Provider
  readonly threads: number
  /** The show goes first: the worker's threads get what it leaves. */
  readonly behind: boolean
  readonly control: Int32Array<SharedArrayBuffer>
  readonly port: MessagePort
}

/**
 * Words of the control block: the picture that has its mask, a count that goes up with every sign of life, and one that goes up
 * with every picture and message for the worker, which sleeps on it.
 */
export const SERVED = 0
export const BEAT = 1
export const CALLS = 2
export const CONTROL_WORDS = 16

/** Numbers beside a picture in its ring. */
export const PICTURE = { seq: 0, capturedAt: 1, post: 2, dt: 3 } as const
/** Numbers beside a mask in its ring; the confidence of subject i is at `confidence + i`. */
export const MASK = { seq: 0, capturedAt: 1, post: 2, stepMs: 3, confidence: 4 } as const

export type ToWorker =
  | { readonly kind: 'seed'; readonly subject: number; readonly seed: Seed | undefined }
  | { readonly kind: 'reset' }
  | { readonly kind: 'close' }

export type FromWorker =
  /** Pictures are RGBA of `input`, masks `MOST_SUBJECTS` planes of `output`. */
  | { readonly kind: 'opened'; readonly input: Size; readonly output: Size; readonly provider: string; readonly pictures: RingMemory; readonly masks: RingMemory }
  | { readonly kind: 'refused'; readonly message: string; readonly hint: string }
  | { readonly kind: 'fault'; readonly message: string; readonly hint: string }
