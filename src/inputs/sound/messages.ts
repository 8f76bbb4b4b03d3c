import type { MessagePort } from 'node:worker_threads'
import type { SoundMemory } from '../../engine/sound/ring.js'

/** Where sound comes from: an audio interface by the name `listSoundDevices` gives it, or a file's own audio track. */
export type SoundFrom =
  | { readonly kind: 'device'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }

/** How a device is opened: through libavdevice, or by a program that writes raw samples. */
export type Door =
  | { readonly kind: 'format'; readonly format: string; readonly url: string; readonly options: Readonly<Record<string, string>> }
  | { readonly kind: 'program'; readonly program: string; readonly args: readonly string[] }

/** What a sound worker starts with. `skip` samples of a file are passed over first. */
export interface SoundStart {
  readonly origin: { readonly kind: 'file'; readonly path: string; readonly loop: boolean; readonly skip: number } | { readonly kind: 'device'; readonly name: string; readonly door: Door }
  readonly memory: SoundMemory
  readonly port: MessagePort
}

/** What a sound worker says. */
export type FromSound =
  | { readonly kind: 'opened'; readonly detail: string }
  | { readonly kind: 'refused'; readonly message: string; readonly hint: string }
  /** The file was played to its end. */
  | { readonly kind: 'ended' }
