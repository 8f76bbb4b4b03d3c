import { beats, bool, choice, colour, float, point, type ParamDecl, type ParamValue } from './params.js'

/**
 * How a layer meets what lies below it: W3C Compositing and Blending Level 1, sections 9.1 (separable) and 9.2 (not
 * separable), and `add`, its section 8's plus-lighter.
 */
export const BLEND_MODES = [
  'normal', 'add', 'screen', 'multiply', 'overlay', 'soft-light', 'hard-light', 'colour-dodge', 'colour-burn',
  'darken', 'lighten', 'difference', 'exclusion', 'hue', 'saturation', 'colour', 'luminosity',
] as const
export type BlendMode = (typeof BLEND_MODES)[number]

/** Where a layer lies on the canvas. Points are uv: 0,0 bottom left to 1,1. */
export interface Transform {
  /** Where on the canvas the anchor lands. */
  position: readonly number[]
  /** The point of the layer that is placed, turned and scaled about. */
  anchor: readonly number[]
  scale: number
  /** Degrees counter-clockwise, in square pixels. */
  rotation: number
  /** Parts of the layer cut away from each side, 0..1. */
  cropLeft: number
  cropRight: number
  cropTop: number
  cropBottom: number
  mirrorX: boolean
  mirrorY: boolean
}

/** Every part of a transform with its range; the defaults leave a layer as it is. */
export const TRANSFORM = {
  position: point(0.5, 0.5),
  anchor: point(0.5, 0.5),
  scale: float(0, 10, 1),
  rotation: float(-360, 360, 0),
  cropLeft: float(0, 1, 0),
  cropRight: float(0, 1, 0),
  cropTop: float(0, 1, 0),
  cropBottom: float(0, 1, 0),
  mirrorX: bool(false),
  mirrorY: bool(false),
} as const satisfies Record<keyof Transform, ParamDecl>

/** A transform that changes nothing, free to be changed by whoever made it. */
export const createTransform = (): Transform => ({
  position: [0.5, 0.5], anchor: [0.5, 0.5], scale: 1, rotation: 0, cropLeft: 0, cropRight: 0, cropTop: 0, cropBottom: 0, mirrorX: false, mirrorY: false,
})

/** Ways from one scene to the next; `subject` lets the subject's shape grow and carry the next scene in. */
export const TRANSITIONS = ['cut', 'dissolve', 'dip', 'wipe', 'luma', 'subject'] as const
export type TransitionKind = (typeof TRANSITIONS)[number]

export interface TransitionLook {
  kind: TransitionKind
  /** How long it takes, beats. */
  length: number
  /** Dipped through; red, green, blue, straight alpha. */
  colour: readonly number[]
  /** Degrees counter-clockwise a wipe moves in; 0 moves to the right. */
  angle: number
  /** Width of the soft edge of wipe, luma and subject: 1 is the whole picture. */
  softness: number
}

export const TRANSITION = {
  kind: choice(TRANSITIONS, 'cut'),
  length: beats(0, 64, 2),
  colour: colour(0, 0, 0),
  angle: float(-360, 360, 0),
  softness: float(0, 1, 0.1),
} as const satisfies Record<keyof TransitionLook, ParamDecl>

export const createTransitionLook = (look: Partial<TransitionLook> = {}): TransitionLook => ({ kind: 'cut', length: 2, colour: [0, 0, 0, 1], angle: 0, softness: 0.1, ...look })

/** What every layer can be played with besides its effects and its transform. */
export const LAYER = {
  opacity: float(0, 1, 1),
  blend: choice(BLEND_MODES, 'normal'),
  bypass: bool(false),
  solo: bool(false),
} as const satisfies Record<string, ParamDecl>

export interface LayerLook extends Record<keyof typeof LAYER, ParamValue> {
  opacity: number
  blend: BlendMode
  bypass: boolean
  /** While any layer of the scene is solo, only those that are show. */
  solo: boolean
}

/**
 * When a live mask is seen with which picture: `aligned` delays the picture to the mask's own frame, `tight` shows the newest
 * picture and carries the mask along with its motion, `sync` waits for the mask as long as the tick can spare.
 */
export const ALIGNS = ['aligned', 'tight', 'sync'] as const
export type Align = (typeof ALIGNS)[number]

/** How live masks are shown, and how their edges are made; lengths are in picture heights. */
export interface MaskLook {
  align: Align
  /** 0..1: how far the edge follows the picture's own edges. */
  guide: number
  /** Softness of the edge. */
  feather: number
  /** Moves the edge inwards (above 0) or outwards. */
  choke: number
  /** 0..1: how much of the last mask stays where the two agree; where they disagree the new one is taken. */
  steady: number
  /** Holes up to this size are filled. */
  holes: number
  /** 0..1: how much of the background's colour is taken out of the edges of cut-outs. */
  clean: number
}

export const MASK_LOOK = {
  align: choice(ALIGNS, 'aligned'),
  guide: float(0, 1, 0.6),
  feather: float(0, 0.1, 0),
  choke: float(-0.05, 0.05, 0),
  steady: float(0, 1, 0.5),
  holes: float(0, 0.05, 0.01),
  clean: float(0, 1, 1),
} as const satisfies Record<keyof MaskLook, ParamDecl>

export const createMaskLook = (look: Partial<MaskLook> = {}): MaskLook => ({ align: 'aligned', guide: 0.6, feather: 0, choke: 0, steady: 0.5, holes: 0.01, clean: 1, ...look })
