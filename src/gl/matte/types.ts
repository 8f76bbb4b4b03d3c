import type { MaskLook } from '../../engine/look.js'
import type { Mapping } from '../fit.js'
import type { Target } from '../types.js'

/** Soft masks of a source's subjects as a segmenter gives them: small, of the source's whole upright picture, top row first. */
export interface SmallMasks {
  readonly width: number
  readonly height: number
  /** Bytes of subject `i`, `width * height` of them. */
  plane(i: number): Uint8Array
  /** 0 where there is no such subject, or it is lost. */
  readonly confidence: Float32Array
  /** Frame they describe. */
  readonly seq: number
  /** Counts up with every new mask. */
  readonly serial: number
}

/** Masks at canvas size with clean edges. Everything is allocated when it is made. */
export interface Matte {
  /**
   * Takes masks in when their `serial` is new. `mapping` places the upright picture (as a stored picture of the masks' size) on
   * the canvas; `colour` is the canvas picture of the very frame they describe.
   */
  take(masks: SmallMasks, mapping: Mapping, colour: Target, look: MaskLook): void
  /** R8, `count` layers at canvas size: the masks as last taken. */
  readonly layers: WebGLTexture
  /** Subjects: one more than the last that is there. */
  readonly count: number
  /** Changes when `layers` does. */
  readonly seq: number
  /** After a cut: nothing of what was before is mixed in. */
  reset(): void
  close(): void
}

/** The last pictures of a source at canvas size, to be found by the number of their frame. */
export interface PictureRing {
  /** Keeps a picture (copied), unless it is there. */
  keep(colour: Target, seq: number): void
  /** The picture of a frame while it is kept, or undefined. */
  find(seq: number): Target | undefined
  reset(): void
  close(): void
}

/** Moves masks along with the picture: from the frame they describe to another one. */
export interface Carrier {
  /**
   * Carries `count` layers from the picture `from` to the picture `to` by optical flow, found both ways: where the ways do not lead
   * back, the mask stays as it was. The result is kept until the next call; the same pictures are not compared twice.
   */
  carry(layers: WebGLTexture, count: number, matteSeq: number, from: Target, fromSeq: number, to: Target, toSeq: number): WebGLTexture
  /** How far `carry` has carried these masks; undefined when it has not. */
  held(matteSeq: number): WebGLTexture | undefined
  close(): void
}
