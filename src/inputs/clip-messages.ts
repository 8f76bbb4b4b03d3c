import type { MessagePort } from 'node:worker_threads'
import type { RingMemory } from '../engine/ring.js'
import type { ClipInfo } from '../engine/types.js'
import type { ControlMemory } from './clip-control.js'
import type { Shape } from './clip-shape.js'

/** Decode devices that can be asked for; `auto` tries what the platform usually has. */
export type Hw = 'auto' | 'none' | 'cuda' | 'vaapi' | 'qsv' | 'videotoolbox' | 'd3d11va'

/** What a path turned out to be. */
export type Material =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'images'; readonly path: string; readonly files: readonly string[]; readonly fps: number }

/** What a clip's worker starts with. */
export interface WorkerStart {
  readonly material: Material
  readonly hw: Hw
  /** Whether it goes back to its beginning: then what a loop point needs is opened before the show. */
  readonly loops: boolean
  readonly control: ControlMemory
  readonly port: MessagePort
}

/** A clip's facts for the main thread. */
export interface Opened {
  readonly info: ClipInfo
  /** Nominal length of a frame, seconds. */
  readonly frameSeconds: number
  /** Half the unit of the clip's timestamps and a little: see `TransportOptions`. */
  readonly epsilon: number
}

/** What a clip's worker says. */
export type FromWorker =
  | ({ readonly kind: 'opened' } & Opened)
  | { readonly kind: 'refused'; readonly message: string; readonly hint: string }
  | { readonly kind: 'ring'; readonly ring: RingMemory; readonly shape: Shape }
  | { readonly kind: 'fault'; readonly message: string; readonly hint: string }
  /** How the clip is decoded, in words; sent at the start and when it changes. */
  | { readonly kind: 'decoding'; readonly hw: string; readonly detail: string }
