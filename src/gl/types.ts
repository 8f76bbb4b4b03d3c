import type { Fault, Fit, Page, Picture, PixelView } from '../engine/types.js'
import type { EffectInstance, Moment, SubjectFacts } from '../engine/effect.js'
import type { BlendMode, Transform, TransitionLook } from '../engine/look.js'
import type { Egl } from '../native/egl.js'
import type { Gles } from '../native/gles.js'
import type { Seat } from './cutout-ring.js'

/** A texture one can draw into. Row 0 is the bottom of the picture (uv origin bottom-left); colour is premultiplied. */
export interface Target {
  readonly texture: WebGLTexture
  readonly framebuffer: WebGLFramebuffer
  readonly width: number
  readonly height: number
  close(): void
}

/** Gives the text of a file in `shaders/`. Throws a DoppelError for a file that is not there. */
export type ShaderText = (file: string) => string

/** What every GL unit needs. One per process. */
export interface Gpu {
  readonly gl: WebGL2RenderingContext
  /** The driver's own words, and whether it draws on the CPU. */
  readonly info: { readonly vendor: string; readonly renderer: string; readonly version: string; readonly software: boolean }
  /** The same context, for what `gl` refuses: window surfaces, and reading back without waiting. */
  readonly egl: Egl
  readonly gles: Gles
  /** Whether there are textures of 16 bit whole numbers (R16, RG16). */
  readonly norm16: boolean
  /** An empty vertex array: the one full-screen triangle makes its corners from `gl_VertexID`. */
  readonly triangle: WebGLVertexArrayObject
  /** Bytes of all textures there are now. */
  allocated(): number
  /** Makes this context current; call first in every tick (garbage collection of another context can make none current). */
  makeCurrent(): void
  close(): void
}

/** A source's picture as the GPU has it: RGBA premultiplied at canvas size, and its mask (white where it has none). */
export interface Drawn {
  readonly colour: Target
  /** R8, same size; undefined when the picture brings no mask (then the whole picture is the subject). See `subjects`. */
  readonly mask: Target | undefined
  /**
   * When there are several: `mask` holds one in each channel (at most 4), or a label for each pixel (1 to `count` in 255ths, 0 none); or they are
   * `layers`, R8 at any size, and `mask` is unused.
   */
  readonly subjects?: { readonly count: number; readonly packed: 'channels' | 'labels' | 'layers' } | undefined
  readonly layers?: WebGLTexture | undefined
  /** The same picture as cut-outs take it: at the subject's edge without the background that shines in. `colour` unless told. Drawn when it is asked for. */
  readonly cutout?: Target | undefined
  /** Changes when the pixels changed. */
  readonly seq: number
}

/** Uploads a source's pictures (only when `seq` is new), converts them to RGB and fits them to the canvas. */
export interface PictureStage {
  draw(picture: Picture, fit: Fit, moment: Moment): Drawn
  close(): void
}

/** A layer's effects in order, with the feedback and history they need. Every program is compiled when the chain is made. */
export interface Chain {
  /** `exact` waits for the GPU where the subject's measures would else be a tick late (offline rendering). */
  run(input: Drawn, moment: Moment, exact?: boolean): Target
  /** Where its subjects are, the chosen one first and then each (from 1): while `watched`, or an effect reads it. */
  readonly facts: readonly SubjectFacts[] | undefined
  /** Compiles anew every effect that uses this file; on an error keeps the last good program and reports file:line. */
  reload(file: string): void
  close(): void
}

export interface ChainOptions {
  readonly width: number
  readonly height: number
  readonly instances: readonly EffectInstance[]
  readonly shaderText: ShaderText
  readonly report: (fault: Omit<Fault, 'count'>) => void
  /** Seconds of history kept for effects that read it. */
  readonly historySeconds?: number
  /** Ticks from one picture of it to the next (1). */
  readonly historyStride?: number
  /** Where the history finds its memory; its own unless given. */
  readonly historySeat?: Seat | undefined
  /** Beats the beat loop goes round in (4). */
  readonly loopBeats?: number | undefined
  /** Somebody besides its effects wants to know where its subjects are. */
  readonly watched?: boolean
  /** Most subjects its pictures pack into one mask (0: it is one subject's own): memory for a mask of each is taken. */
  readonly subjects?: number
  /** Which of them the effects see, from 0; all together unless told. */
  readonly subject?: number | undefined
  /** Period of the ticks the history is made for, seconds (1/60); with longer ticks it reaches further back. */
  readonly tickSeconds?: number
}

/** Layers bottom to top onto one canvas, premultiplied. A layer is drawn as it is added: its target is free again then. */
export interface Compositor {
  /** `alone` promises that only one layer comes, and that its target stays as it is until the next `begin`. */
  begin(alone?: boolean): void
  add(layer: Target, opacity: number, blend?: BlendMode, transform?: Transform): void
  finish(): Target
  close(): void
}

/** The way from one scene to the next. */
export interface Transition {
  /**
   * The picture at `progress` 0..1 from `from` to `to`, both finished and premultiplied; at the ends it is one of them itself. `subject` is
   * the mask that carries the next scene in; without one, such a transition dissolves.
   */
  draw(from: Target, to: Target, look: TransitionLook, progress: number, subject?: Target): Target
  close(): void
}

/** The controls over everything. */
export interface Master {
  opacity: number
  blackout: boolean
  /** Holds the picture of the tick it was switched on. */
  freeze: boolean
  /** Shows the test card in place of the scene. */
  testCard: boolean
}

/** Lays the master's opacity, blackout and freeze over the finished picture. */
export interface MasterStage {
  /** While true nobody sees what is given to `finish`. */
  readonly holding: boolean
  finish(picture: Target, master: Pick<Master, 'opacity' | 'blackout' | 'freeze'>): Target
  close(): void
}

/** Reads finished pictures back without stalling: `issue` this tick, `collect` what was issued a tick ago. */
export interface Readback {
  /** False when every buffer is still in flight (the picture is then not read). */
  issue(from: Target, tick: number): boolean
  /** Calls `take` with the oldest picture that has arrived; the view is valid only inside. `wait` blocks for it (offline). */
  collect(take: (view: PixelView) => void, wait?: boolean): boolean
  readonly pending: number
  close(): void
}

/** Draws into a native window. */
export interface WindowSurface {
  /** Draws and swaps, with a page over the picture where there is one; false when the window is gone (the caller makes a new surface when it is back). */
  present(from: Target, width: number, height: number, fit: Fit, over?: Page): boolean
  close(): void
}
