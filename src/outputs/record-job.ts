import type { QueueMemory } from '../engine/queue.js'
import type { RecordCodec } from './containers.js'
import type { Quality } from './encoders.js'
import type { FrameRate } from './frame-rate.js'

/** Sound kept from a clip: from `start` on, or round and round between two points. Seconds of the clip. */
export interface AudioFrom {
  readonly path: string
  readonly start: number
  readonly loop: { readonly in: number; readonly out: number } | undefined
}

/** What the record worker is started with. */
export interface RecordJob {
  readonly path: string
  readonly extension: string
  readonly width: number
  readonly height: number
  readonly rate: FrameRate
  readonly realtime: boolean
  readonly codec: RecordCodec
  readonly quality: Quality
  readonly audio: AudioFrom | undefined
  /** Pictures as I420; each slot's first number is the picture's tick since the first picture. */
  readonly queue: QueueMemory
  /** Its first element becomes 1 when nothing more will be written. */
  readonly ending: Int32Array<SharedArrayBuffer>
}

/** What the record worker says. */
export type RecordMessage =
  | { readonly kind: 'started'; readonly encoder: string; readonly notes: string }
  | { readonly kind: 'finished'; readonly frames: number }
  | { readonly kind: 'failed'; readonly message: string; readonly hint: string }
