import type { Moment } from '../engine/effect.js'
import { PIXEL_FORMATS } from '../engine/pixels.js'
import type { Drawing, Fit, Frame } from '../engine/types.js'
import { conversionRows } from './convert.js'
import { generatorSource } from './effect-source.js'
import { checkErrors, forgetErrors } from './errors.js'
import { mapToStored, placeOn, type Mapping } from './fit.js'
import { frameSource, type Taps } from './frame-source.js'
import { momentSetter } from './moment.js'
import { createPlanes, type Planes } from './planes.js'
import { createProgram, type Program, type ProgramOptions } from './program.js'
import { createTarget, joinTargets } from './target.js'
import type { Drawn, Gpu, PictureStage, ShaderText, Target } from './types.js'

export interface PictureOptions {
  /** The canvas, pixels. */
  readonly width: number
  readonly height: number
  readonly shaderText: ShaderText
  /** The pictures are labels of so many subjects (see {@link Drawn.subjects}): they are not mixed on the way to the canvas. */
  readonly labels?: number | undefined
  /** False keeps samples above 8 bits in 8 bit textures even where there are 16 bit ones. */
  readonly norm16?: boolean
}

/** Looks per canvas pixel along one side: each linear look covers two stored pixels, so they overlap and nothing is passed over. */
const looks = (storedPerCanvas: number) => (storedPerCanvas <= 2 ? 1 : Math.min(8, Math.ceil(storedPerCanvas / 1.5)))
const tapsOf = ({ toX, toY }: Mapping): Taps => [looks(Math.hypot(toX[0], toY[0])), looks(Math.hypot(toX[1], toY[1]))]

/** By GPU: pictures of a format are converted by one program, whichever source they come from, so that a new clip compiles nothing in the show. */
const shared = new WeakMap<object, Map<string, Program>>()
const sharedPrograms = ({ gl }: Gpu): Map<string, Program> => {
  const programs = shared.get(gl) ?? new Map<string, Program>()
  shared.set(gl, programs)
  return programs
}

/**
 * Makes the stage that brings one source's pictures to the canvas, premultiplied and upright, in one pass. Nothing is
 * uploaded or drawn while the picture's `seq` and the fit stay the same. `draw` throws a DoppelError for a picture that
 * cannot be shown (too large for the graphics card, planes too short) and for a generator whose shader does not compile.
 */
export const createPictureStage = (gpu: Gpu, { width, height, shaderText, labels, norm16 = gpu.norm16 }: PictureOptions): PictureStage => {
  const { gl } = gpu
  const colour = createTarget(gpu, { width, height, format: 'rgba8' })
  // Few sources have masks of their own: they are made when the first picture brings one.
  let masked: { target: Target; both: { framebuffer: WebGLFramebuffer; width: number; height: number } } | undefined
  const withMask = (subjects: number) => {
    if (!masked) {
      const target = createTarget(gpu, { width, height, format: subjects > 1 ? 'rgba8' : 'r8' })
      masked = { target, both: { framebuffer: joinTargets(gpu, [colour, target]), width, height } }
    }
    return masked
  }

  const own = new Map<string, Program>()
  const broken = new Map<string, unknown>()
  const programFor = (programs: Map<string, Program>, key: string, file: string, source: () => Pick<ProgramOptions, 'fragment' | 'vertex'>): Program => {
    const known = programs.get(key)
    if (known) return known
    // The same failure tick after tick must not cost a compilation each time.
    if (broken.has(key)) throw broken.get(key)
    try {
      const program = createProgram(gpu, { ...source(), file })
      programs.set(key, program)
      return program
    } catch (thrown) {
      broken.set(key, thrown)
      throw thrown
    }
  }
  const setters = new Map<Program, (moment: Moment) => void>()

  let planes: Planes | undefined
  const drawFrame = (frame: Frame, fit: Fit) => {
    if (planes?.format !== frame.format || planes.width !== frame.width || planes.height !== frame.height) {
      planes?.close()
      planes = undefined
      planes = createPlanes(gpu, frame.format, frame.width, frame.height, norm16, labels !== undefined)
    }
    planes.upload(frame)
    const format = PIXEL_FORMATS[frame.format]
    const mapping = mapToStored(frame, placeOn(frame, width, height, fit))
    const taps: Taps = labels === undefined ? tapsOf(mapping) : [1, 1]
    const program = programFor(sharedPrograms(gpu), `${frame.format} ${taps[0]} ${taps[1]} ${norm16}`, `pictures in ${frame.format}`, () => frameSource(format, format.bits > 8 && !norm16, taps))
    const [red, green, blue] = conversionRows(format, frame.matrix, frame.fullRange)
    // Chosen before the planes are bound: making the mask binds a texture of its own.
    const to = format.alpha ? withMask(1).both : colour
    program.use()
    program.set('toX', mapping.toX)
    program.set('toY', mapping.toY)
    program.set('canvas', [width, height])
    program.set('size', [frame.width, frame.height])
    program.set('red', red)
    program.set('green', green)
    program.set('blue', blue)
    planes.apply(program)
    program.draw(to)
    return format.alpha
  }

  const drawDrawing = (drawing: Drawing, fit: Fit, moment: Moment) => {
    const program = programFor(own, drawing.shader, drawing.shader, () => ({ fragment: generatorSource(shaderText(drawing.shader)) }))
    const place = placeOn(drawing, width, height, fit)
    const setMoment = setters.get(program) ?? momentSetter(program)
    setters.set(program, setMoment)
    program.use()
    program.set('hostCorner', [place.x, place.y])
    program.set('resolution', [place.width, place.height])
    setMoment(moment)
    for (const name in drawing.uniforms) program.set(name, drawing.uniforms[name] ?? 0)
    program.draw(withMask(drawing.subjects).both)
    return true
  }

  const drawn: { -readonly [K in keyof Drawn]: Drawn[K] } = { colour, mask: undefined, subjects: undefined, seq: 0 }
  let channels: Drawn['subjects']
  const several = (count: number) => (channels?.count === count ? channels : (channels = { count, packed: 'channels' }))
  let shown: { seq: number; fit: Fit } | undefined
  return {
    draw(picture, fit, moment) {
      if (shown?.seq === picture.seq && shown.fit === fit) return drawn
      // Forgotten first: a picture that fails is tried again, not taken for shown.
      shown = undefined
      forgetErrors(gpu)
      const hasMask = picture.kind === 'frame' ? drawFrame(picture, fit) : drawDrawing(picture, fit, moment)
      checkErrors(gpu, `take in a picture of ${picture.width}x${picture.height}`)
      drawn.mask = hasMask ? masked?.target : undefined
      drawn.subjects = picture.kind === 'drawing' && picture.subjects > 1 ? several(picture.subjects) : undefined
      drawn.seq += 1
      shown = { seq: picture.seq, fit }
      return drawn
    },
    close() {
      for (const program of own.values()) program.close()
      planes?.close()
      if (masked) {
        gl.deleteFramebuffer(masked.both.framebuffer)
        masked.target.close()
      }
      colour.close()
    },
  }
}
