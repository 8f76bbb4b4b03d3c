import type { EffectInstance } from '../../engine/effect.js'
import type { IsfImage, IsfProgram } from '../../engine/isf.js'
import { createOwned } from '../owned.js'
import { createProgram, type Program } from '../program.js'
import { shaderError } from '../shader-error.js'
import { createSoundLine, type SoundKind, type SoundLine, type SoundTextures } from '../sound-textures.js'
import { createTarget, setSampling } from '../target.js'
import type { Gpu, Target } from '../types.js'
import { createBuffers, isPartial, type Buffers } from './buffers.js'
import { createIsfInputs, type IsfInputs } from './dress.js'
import { bufferSource, pictureSource, seenBy, showSource, straightSource, vertexSource } from './host.js'
import { translateIsf } from './translate.js'

/** The textures of a tick that a shader may look at. */
export interface Around {
  readonly from: WebGLTexture
  readonly mask: WebGLTexture
}

/** An ISF shader compiled, with all the memory it needs. */
export interface Built {
  readonly program: IsfProgram
  readonly inputs: IsfInputs
  readonly buffers: Buffers
  /** Draws passes into buffers; undefined where there is but the picture. */
  readonly pass: Program | undefined
  /** Draws the last pass as the effect's picture; undefined where that shows what was drawn before. */
  readonly picture: Program | undefined
  /** Shows a buffer as the effect's picture. */
  readonly show: Program | undefined
  /** Undoes the premultiplied alpha of the chain's picture, for shaders that hand it on. */
  readonly straight: { readonly program: Program; readonly target: Target } | undefined
  /** It may leave pixels as they are: what it draws to is cleared before. */
  readonly clears: boolean
  /** Gives every picture the shader looks at its texture, as they are at this moment. */
  look(program: Program, around: Around): void
  /** Sounds of a width of their own. */
  readonly lines: readonly SoundLine[]
  close(): void
}

export interface BuildOptions {
  readonly program: IsfProgram
  readonly fragment: string
  readonly vertex: string | undefined
  /** The canvas, pixels. */
  readonly size: readonly [number, number]
  readonly sound: SoundTextures | undefined
}

const imageTexture = (gpu: Gpu, { width, height, rgba }: IsfImage): Target => {
  const { gl } = gpu
  const target = createTarget(gpu, { width, height, format: 'rgba8' })
  gl.activeTexture(gl.TEXTURE0)
  gl.bindTexture(gl.TEXTURE_2D, target.texture)
  gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, rgba)
  setSampling(gpu, gl.TEXTURE_2D, 'linear')
  return target
}

const FLOATS: ReadonlySet<string> = new Set(['float', 'point2D', 'color'])
const SOUNDS: Readonly<Record<string, SoundKind>> = { audio: 'waveform', audioFFT: 'spectrum' }

/** Translates, compiles and allocates. Throws a ShaderError with file and line, or another DoppelError; then nothing is left behind. */
export const buildIsf = (gpu: Gpu, instance: EffectInstance, { program, fragment, vertex, size: [width, height], sound }: BuildOptions): Built => {
  const { keep, all, close } = createOwned()
  const { shader: file, isf } = instance.decl
  return all(() => {
    const partial = new Set(program.passes.flatMap((pass) => (pass.target !== undefined && isPartial(pass) ? [pass.target] : [])))
    const seen = seenBy(program, partial)
    const floats = program.inputs.filter(({ type }) => FLOATS.has(type)).map(({ name }) => name)
    const options = { floats, names: [...program.inputs.map(({ name }) => name), ...seen.map(({ name }) => name)], pictures: seen.map(({ name }) => name), ranges: program.ranges }
    const main = translateIsf(fragment, { ...options, file, vertex: false })
    const corners = vertex === undefined ? undefined : translateIsf(vertex, { ...options, file: isf?.vertex ?? file, vertex: true })
    const handedOn = new Set([...main.handedOn, ...corners?.handedOn ?? []])
    const stray = [...partial].find((name) => handedOn.has(name))
    if (stray !== undefined) throw shaderError(file, 0, `${stray} changes its size with an input, and so cannot be handed to a function: look at it by its name`)
    const handsOn = handedOn.has('inputImage')
    const looked = seen.map((one) => (handsOn && one.look === 'straight' ? { ...one, look: 'plain' as const } : one))

    const files = isf?.vertex === undefined ? [file] : [file, isf.vertex]
    const compile = (source: string) => keep(createProgram(gpu, { fragment: source, vertex: vertexSource(program, looked, corners), file: files }))
    const clears = corners !== undefined || main.discards
    const direct = program.passes.at(-1)?.target === undefined && !clears
    const pass = !direct || program.passes.some(({ target }) => target !== undefined) ? compile(bufferSource(program, looked, main)) : undefined
    const picture = direct ? compile(pictureSource(program, looked, main)) : undefined
    const show = direct ? undefined : keep(createProgram(gpu, { fragment: showSource(program.generator), file }))
    const straight = handsOn ? { program: keep(createProgram(gpu, { fragment: straightSource(), file })), target: keep(createTarget(gpu, { width, height, format: 'rgba8' })) } : undefined

    const inputs = createIsfInputs(program, instance, main.nameOf)
    const buffers = keep(createBuffers(gpu, program, { file, width, height, own: !direct && program.passes.at(-1)?.target === undefined, between: inputs.between, now: inputs.number }))
    const blank = keep(createTarget(gpu, { width: 1, height: 1, format: 'rgba8' }))
    const images = new Map(program.images.map((image) => [image.name, keep(imageTexture(gpu, image)).texture]))
    const lines: SoundLine[] = []
    const heard = new Map(program.inputs.flatMap(({ name, type, width: columns }): [string, WebGLTexture | undefined][] => {
      const kind = SOUNDS[type]
      if (!kind) return []
      if (columns === undefined) return [[name, sound?.[kind]]]
      const line = keep(createSoundLine(gpu, kind, columns))
      lines.push(line)
      return [[name, line.texture]]
    }))

    const still = (texture: WebGLTexture) => () => texture
    const textureOf = (name: string): ((around: Around) => WebGLTexture) => {
      const buffer = buffers.all.get(name)
      if (buffer) return () => buffer.read ?? blank.texture
      if (name === 'inputImage') return straight ? still(straight.target.texture) : ({ from }) => from
      if (name === 'maskImage' && program.inputs.some((input) => input.name === name)) return ({ mask }) => mask
      return still(images.get(name) ?? heard.get(name) ?? blank.texture)
    }
    const textures = looked.map(({ name, look }, i) => ({
      uniform: main.nameOf(name), of: textureOf(name), part: `hostPart${i}`, values: new Float32Array(4), buffer: look === 'part' ? buffers.all.get(name) : undefined,
    }))
    return {
      program, inputs, buffers, pass, picture, show, straight, clears, lines, close,
      look(to, around) {
        for (const { uniform, of, part, values, buffer } of textures) {
          to.texture(uniform, of(around))
          if (!buffer) continue
          const { width: w, height: h, fullWidth, fullHeight } = buffer
          values[0] = w / fullWidth
          values[1] = h / fullHeight
          values[2] = 0.5 / fullWidth
          values[3] = 0.5 / fullHeight
          to.set(part, values)
        }
      },
    }
  })
}
