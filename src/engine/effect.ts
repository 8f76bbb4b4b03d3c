import type { IsfDecl } from './isf.js'
import { defaultOf, type ParamDecl, type ParamValue } from './params.js'

/**
 * What an effect may sample or know besides its input; each is provided only to effects that ask for it:
 * `mask` the subject's soft mask, `history` the ring of earlier cut-outs, `previous` the effect's own memory (feedback),
 * `subject` where the subject is and how it moves, `sdf` the distance to its edge, `flow` the motion of the picture,
 * `plate` the background remembered behind it, `loop` the cut-outs of the last beats, `blurred` its input as soft as it likes,
 * `waveform` and `spectrum` what is heard, moment by moment and pitch by pitch.
 */
export const READS = ['mask', 'history', 'previous', 'subject', 'sdf', 'flow', 'plate', 'loop', 'blurred', 'waveform', 'spectrum'] as const
export type Reads = (typeof READS)[number]

/**
 * Where a subject is. Points are uv (0,0 bottom left to 1,1); `axis` is a unit vector in square-pixel space along the
 * subject, pointing up, or into the frame where it lies and one side of the frame cuts it; `area` is its part of the picture;
 * `velocity` is uv per second. Smoothed.
 */
export interface SubjectFacts {
  /** 1 while there is a subject, 0 while its mask is empty (the rest then holds what it was last). */
  present: number
  area: number
  readonly centroid: Float32Array
  /** x0, y0, x1, y1. */
  readonly box: Float32Array
  readonly axis: Float32Array
  readonly velocity: Float32Array
}

/** Collects the copies a clone effect wants drawn, in order: the first lies at the back. Full lists ignore what more is added. */
export interface CloneList {
  readonly count: number
  /**
   * One copy of the cut-out. `x`, `y` is where the centre of the subject's box lands, in square-pixel units: picture height is
   * 1, x from 0 at the left to the aspect ratio, y up. Scale 1 is the subject's own size, negative mirrors; `angle` is in radians
   * counter-clockwise; `secondsAgo` picks the cut-out from the history (0 is now); `extra` goes to the clone's shader.
   */
  add(x: number, y: number, scaleX: number, scaleY: number, angle: number, secondsAgo: number, opacity: number, extra: number): void
  /**
   * As `add`, but one piece of the cut-out, which lands, turns and scales by its own middle. `left` to `top` run from 0,0 at the
   * bottom left to 1,1 over what {@link ClonePlay.cropAt} gives, and may lie outside of it.
   */
  addPiece(x: number, y: number, scaleX: number, scaleY: number, angle: number, secondsAgo: number, opacity: number, extra: number, left: number, bottom: number, right: number, top: number): void
}

/** What a clone effect arranges its copies by. */
export interface ClonePlay {
  readonly values: Readonly<Record<string, ParamValue>>
  readonly moment: Moment
  readonly subject: SubjectFacts
  /** Width of the picture over its height. */
  readonly aspect: number
  /** The subject's centroid `secondsAgo`, in square-pixel units, into `out` (x, y). For effects that follow its path. */
  pathAt(secondsAgo: number, out: Float32Array): void
  /** What a copy of `secondsAgo` is cut from: the subject's box then and a little room around it, in square-pixel units, into `out` (x0, y0, x1, y1). */
  cropAt(secondsAgo: number, out: Float32Array): void
}

export interface CloneDecl {
  /** Most copies it ever adds; the host allocates for so many. */
  readonly most: number
  /**
   * What lies under the copies: the picture the effect is given (`source`), the layer's picture of now with the
   * subject taken out of it (`world`: what else moves goes on moving), or nothing.
   */
  readonly behind: 'source' | 'world' | 'none'
  /** Draws the live cut-out over all copies. */
  readonly front: boolean
  /** The shader gives nothing where `cutout` is transparent: such places need not be drawn at all, and half of a copy is that. */
  readonly within?: true
  /** Pure: the same play gives the same copies. */
  readonly arrange: (out: CloneList, play: ClonePlay) => void
}

/** An effect, as data: a shader body and typed parameters. See docs/writing-an-effect.md. */
export interface EffectDecl<P extends Record<string, ParamDecl> = Record<string, ParamDecl>> {
  /** Lower-case slug: part of every parameter's address. */
  readonly id: string
  readonly label: string
  /** One sentence for menus and the gallery. */
  readonly about: string
  /** File in `shaders/` that holds `vec4 effect(vec2 uv)`; for clones `vec4 clone(vec4 cutout, vec2 uv, float extra)`. An ISF shader's is an absolute path. */
  readonly shader: string
  readonly reads: readonly Reads[]
  readonly params: P
  /**
   * Of its input it reads its own pixel only: the body is `vec4 effect(vec4 here, vec2 uv)`, and neighbours are fused into one pass. One that
   * reads `previous` (anywhere in it) is the last of such a pass, which may begin with an effect that is not local.
   */
  readonly local?: true
  /**
   * The body also has `vec4 remember(vec2 uv)`, called before `effect`: what it returns (any finite numbers to +-65504) is the
   * next tick's `previous`, instead of the picture.
   */
  readonly remembers?: true
  /**
   * The body also has `vec4 soften(vec2 uv)`, drawn at half the size before `effect`: what it returns is what `blurredAt` blurs, instead
   * of the input.
   */
  readonly softens?: true
  /**
   * The body also has `vec4 settle(vec2 uv)`, drawn at half the size once the blur is there: what it makes of `blurredAt` is what
   * `settledAt` looks at. What is soft is as good at half the size, and a quarter of the work.
   */
  readonly settles?: true
  /**
   * Values of parameters with which much of the body falls away (a twist of 0, the usual one of several looks). While all of them are played so,
   * a program draws in which they are constants: a CPU goes through the whole body for every pixel, whatever its branches say. A list of values
   * makes a program for each. `{ from }` is every value from there on; the shader is told by `plain`, which is true in such programs.
   */
  readonly plain?: Readonly<Record<string, Constant | readonly Constant[] | AtLeast>>
  /** Draws copies of the cut-out instead of a full picture. `secondsAgo` needs `reads: ['history']`. */
  readonly clones?: CloneDecl
  /** It is a shader in the Interactive Shader Format, with passes of its own. */
  readonly isf?: IsfDecl
}

/** What a parameter can be for good in a shader. */
export type Constant = number | boolean | string
/** Every number from there on. */
export interface AtLeast { readonly from: number }

/** One effect in a chain: its declaration and the values it is played with now. `mix` 0 is the untouched input. */
export interface EffectInstance {
  readonly decl: EffectDecl
  /** Slug unique within the chain (`echo`, `echo-2`). */
  readonly slug: string
  /** By parameter name; every declared parameter is present. Changed between ticks by whoever plays the show. */
  readonly values: Record<string, ParamValue>
  mix: number
  bypass: boolean
  /** Where the effect applies: everywhere, only inside the subject's mask, or only outside it. */
  maskMode: MaskMode
  /** A trigger: counts how often it fired. Each time, the effect forgets what it remembers. */
  reset: number
}

export type MaskMode = 'all' | 'inside' | 'outside'
export const MASK_MODES: readonly MaskMode[] = ['all', 'inside', 'outside']

/** Makes a playable instance with every parameter at its default. */
export const instantiate = (decl: EffectDecl, slug = decl.id): EffectInstance => ({
  decl,
  slug,
  values: Object.fromEntries(Object.entries(decl.params).map(([name, param]) => [name, defaultOf(param)])),
  mix: 1,
  bypass: false,
  maskMode: 'all',
  reset: 0,
})

/** What every effect can know of the moment it is drawn for; evaluated at render time. */
export interface Moment {
  /** Seconds since the show began, and since the last tick. */
  readonly time: number
  readonly dt: number
  /** Tick number. */
  readonly frame: number
  readonly bpm: number
  /** Beats since beat one (with fraction). Phase is its fraction; bar phase is fract(beat / 4). */
  readonly beat: number
  readonly seed: number
  /** Beats to a bar; 4 unless told. */
  readonly beatsPerBar?: number
  /** How loud bass, low mids, high mids and treble are, each 0..1; silence unless told. */
  readonly audio?: ArrayLike<number>
  /** What is heard in full; silence unless told. */
  readonly sound?: Heard
  /** Milliseconds since 1970 by the clock on the wall, for who shows the time of day; offline there is none. */
  readonly wall?: number
}

/** The newest sound. The same arrays all along. */
export interface Heard {
  /** The newest samples, oldest first, -1..1. */
  readonly wave: ArrayLike<number>
  /** Magnitudes 0..1 from 0 Hz up. */
  readonly spectrum: ArrayLike<number>
}

/** A parameter's declaration by name; undefined for names that are not declared, also those every object has (`constructor`). */
export const paramOf = (decl: EffectDecl, name: string): ParamDecl | undefined => (Object.hasOwn(decl.params, name) ? decl.params[name] : undefined)
