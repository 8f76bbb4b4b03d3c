import type { Moment } from '../../engine/effect.js'
import type { ParamDecl, ParamValue } from '../../engine/params.js'
import type { Target } from '../types.js'

export type KeyValues = Readonly<Record<string, ParamValue>>

/** What a key sets of its memory's uniforms for one picture. Reused from picture to picture. */
export interface MemoryStep {
  /** How much of the new picture is mixed in, 0..1. */
  rate: number
  /** 1 at the first picture: nothing before it counts. */
  first: number
  /** Seconds since the picture before, in whole 128ths (exact in 16 bits). */
  elapsed: number
  /** 1 while only what the mask leaves out is taken in. */
  adapting: number
}

/** Decides when a key's memory takes a picture in, and how. */
export interface Pace {
  /** 0 until the memory can be keyed with. */
  readonly ready: number
  /** `time` in seconds; `isNew` unless it is the same picture as the last. Undefined leaves the memory as it is. */
  step(values: KeyValues, time: number, isNew: boolean): MemoryStep | undefined
  /** The next picture is the first. */
  reset(): void
}

/** What a key remembers of earlier pictures: four numbers a pixel. */
export interface MemoryDecl {
  /** `vec4 remember(vec4 colour, vec4 before, vec2 uv)`; may use the uniforms of {@link MemoryStep}, `lastMask`, and the key's own functions. */
  readonly glsl: string
  /** Canvas pixels to a side of each of its own. */
  readonly pixel: number
  readonly pace: () => Pace
}

/** A way to tell a subject by its pixels alone, as data. */
export interface KeyDecl<P extends Record<string, ParamDecl> = Record<string, ParamDecl>> {
  /** Lower-case slug. */
  readonly id: string
  readonly label: string
  /** One sentence for menus. */
  readonly about: string
  readonly params: P
  /**
   * `float keyOf(vec4 colour, vec2 uv)`: 1 where the subject is; `colour` is straight. Parameters are uniforms of their names. It may
   * read `memoryAt(uv)`, `ready` and `screenLevel` where the key has such.
   */
  readonly glsl: string
  readonly memory?: MemoryDecl
  /** The key has a coloured screen: its brightness is found in every place, and its light taken off the subject (`vec4 despilled(vec4 colour, float m)`, and a parameter `spill`). */
  readonly screen?: { readonly levelGlsl: string; readonly spillGlsl: string }
}

/** A picture keyed. */
export interface Keyed {
  /** R8, the canvas's size. */
  readonly mask: Target
  /** The picture without the screen's light; the very target given when there is nothing to take off. */
  readonly colour: Target
  /** Changes when the pixels of either may have. */
  readonly seq: number
}

/** A key at work on one source. Everything is allocated when it is made. */
export interface Key {
  /** Keys a picture: the same object every time. Draws only when `seq` is new, or a value has changed. */
  draw(colour: Target, seq: number, moment: Moment): Keyed
  /** Forgets earlier pictures: a plate is learnt anew, nothing has moved. */
  reset(): void
  close(): void
}
