import type { Quantise } from '../../engine/controls.js'
import type { TransitionLook } from '../../engine/look.js'
import type { ParamValue } from '../../engine/params.js'

/** When the next cue follows by itself. */
export type Advance = { readonly kind: 'manual' } | { readonly kind: 'timed'; readonly seconds: number } | { readonly kind: 'beats'; readonly beats: number }

/** A recall: of a scene, of values, or both. */
export interface CueDecl {
  readonly name: string
  /** Slug of a scene. */
  readonly scene?: string | undefined
  /** How the scene comes in; its own way unless told. */
  readonly transition?: TransitionLook | undefined
  readonly quantise: Quantise
  /** Beats its values take to get there; 0 sets them at once. */
  readonly morph: number
  readonly advance?: Advance | undefined
  readonly values: Readonly<Record<string, ParamValue>>
}
