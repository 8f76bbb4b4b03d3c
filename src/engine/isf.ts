/**
 * What a shader in the Interactive Shader Format says of itself, once it was read and checked (src/isf): how an effect
 * with passes and images of its own is drawn (src/gl/isf). See docs/isf.md.
 */
export type IsfType = 'event' | 'bool' | 'long' | 'float' | 'point2D' | 'color' | 'image' | 'audio' | 'audioFFT'

/** One entry of INPUTS. */
export interface IsfInput {
  /** As the shader has it. */
  readonly name: string
  readonly type: IsfType
  /** Its key among the effect's parameters; undefined for pictures, sounds and what follows the beat. */
  readonly param?: string
  /** Of a long: the number that stands for each choice. */
  readonly values?: readonly number[]
  /** Of a point: what 0 and 1 of the picture mean to the shader, x and y. */
  readonly min?: readonly [number, number]
  readonly max?: readonly [number, number]
  /** Of a sound: columns asked for; as many as there are unless told. */
  readonly width?: number
}

/** Least and greatest value of a number. */
export type IsfRange = readonly [least: number, most: number]

/** A WIDTH or HEIGHT. */
export interface IsfSize {
  /** Inputs it depends on; a size without any is the same all along. */
  readonly uses: readonly string[]
  /** Pixels, a whole number from 1 up. `known` gives WIDTH, HEIGHT (of the canvas) and inputs by their names. */
  at(known: (name: string) => number): number
  /** The most it comes to when each name is somewhere between two values. */
  most(between: (name: string) => IsfRange): number
}

/** One entry of PASSES. */
export interface IsfPass {
  /** The buffer it draws; undefined for the effect's picture. */
  readonly target: string | undefined
  /** Whether the buffer is kept from tick to tick. */
  readonly persistent: boolean
  /** 16 bit floats instead of bytes. */
  readonly float: boolean
  /** The canvas's unless told. */
  readonly width: IsfSize | undefined
  readonly height: IsfSize | undefined
}

/** A picture of a file beside the shader, straight alpha, bottom row first. */
export interface IsfImage {
  readonly name: string
  readonly width: number
  readonly height: number
  readonly rgba: Uint8Array
}

/** What can be read anew while it plays: everything but the parameters. */
export interface IsfProgram {
  readonly inputs: readonly IsfInput[]
  /** At least one. */
  readonly passes: readonly IsfPass[]
  readonly images: readonly IsfImage[]
  /** It has no `inputImage`: what it draws lies over the picture. */
  readonly generator: boolean
  /** What loops may go by: inputs whose values are numbers, and between which. */
  readonly ranges: ReadonlyMap<string, IsfRange>
}

export interface IsfDecl {
  /** The same-named `.vs`, where there is one: absolute path. */
  readonly vertex: string | undefined
  /**
   * Reads the shader's header. Throws a DoppelError that lists all that is wrong with it, or says that its parameters are no longer
   * those it was opened with.
   */
  program(text: string): IsfProgram
}
