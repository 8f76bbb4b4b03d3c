import { DoppelError } from '../engine/error.js'
import { AUTHOR, readShaderLog, shaderError, strangeSign, withoutComments } from './shader-error.js'
import { onceOnly } from './once.js'
import type { Gpu } from './types.js'
import { setterFor, type UniformValue } from './uniform.js'

export { isShaderError, type ShaderError } from './shader-error.js'
export type { UniformValue } from './uniform.js'

/** A compiled fragment shader that is drawn over a whole framebuffer. Call `use` before anything else. */
export interface Program {
  use(): void
  /** Whether the shader uses a uniform of this name (arrays without their brackets). */
  has(name: string): boolean
  /** Sets a uniform when the value differs from the last; a name the shader does not use is ignored. Values are copied. */
  set(name: string, value: UniformValue): void
  /** Gives a sampler its texture, for the next draw. Every sampler the shader uses needs one. */
  texture(name: string, texture: WebGLTexture): void
  /** Draws over the whole of a framebuffer. */
  draw(to: { readonly framebuffer: WebGLFramebuffer; readonly width: number; readonly height: number }): void
  /** Draws into whatever is bound, over the viewport. */
  drawBound(): void
  close(): void
}

export interface ProgramOptions {
  /** Whole GLSL ES 3.00 fragment shader; `hostUv` comes in, 0..1 with the origin at the bottom left. */
  readonly fragment: string
  /** Another vertex shader, for a fragment shader that takes something else than `hostUv`. */
  readonly vertex?: string
  /** What is the same for all pixels is worked out at the corners, see {@link onceOnly}. */
  readonly once?: boolean
  /** What the vertex shader knows as a copy's `extra`. */
  readonly extra?: string
  /** The author's file, for messages; several when several were put together, in the order of their `#line` numbers. */
  readonly file: string | readonly string[]
}

const VERTEX = `#version 300 es
out vec2 hostUv;
void main() {
  hostUv = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0;
  gl_Position = vec4(hostUv * 2.0 - 1.0, 0.0, 1.0);
}
`

const compile = ({ gl }: Gpu, type: number, source: string, files: readonly string[]): WebGLShader => {
  const shader = gl.createShader(type)
  if (shader === null) throw new DoppelError(`${files.join(' + ')} cannot be compiled: the graphics context was lost`, 'start again')
  gl.shaderSource(shader, source)
  gl.compileShader(shader)
  if (gl.getShaderParameter(shader, gl.COMPILE_STATUS) === true) return shader
  const log = gl.getShaderInfoLog(shader) ?? ''
  gl.deleteShader(shader)
  throw readShaderLog(files, log)
}

/** An author's part begins at its `#line`; a sign GLSL does not know is found there before the driver stumbles. */
const checkSigns = (source: string, files: readonly string[]) => {
  const strange = strangeSign(source)
  if (strange === undefined) return
  const before = source.split('\n').slice(0, strange.line)
  const start = before.findLastIndex((line) => line.startsWith('#line 1'))
  const author = Number(before[start]?.split(' ')[2] ?? AUTHOR) - AUTHOR
  throw shaderError(files[author] ?? files.join(' + '), start < 0 ? strange.line : strange.line - start - 1, `the sign ${strange.sign} has no meaning in GLSL`)
}

const link = (gpu: Gpu, vertex: string, fragment: string, files: readonly string[]): WebGLProgram => {
  const { gl } = gpu
  const program = gl.createProgram()
  const shaders: WebGLShader[] = []
  try {
    shaders.push(compile(gpu, gl.VERTEX_SHADER, vertex, files), compile(gpu, gl.FRAGMENT_SHADER, fragment, files))
    for (const shader of shaders) gl.attachShader(program, shader)
    gl.linkProgram(program)
    if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true) throw readShaderLog(files, gl.getProgramInfoLog(program) ?? '')
    return program
  } catch (thrown) {
    gl.deleteProgram(program)
    throw thrown
  } finally {
    for (const shader of shaders) gl.deleteShader(shader)
  }
}

/** Compiles and links. Throws a {@link ShaderError} naming the file and line. */
export const createProgram = (gpu: Gpu, { fragment, vertex = VERTEX, file, once = false, extra }: ProgramOptions): Program => {
  const { gl } = gpu
  const files = typeof file === 'string' ? [file] : file
  const source = withoutComments(fragment)
  checkSigns(source, files)
  const split = once ? onceOnly(source, vertex, extra) : { vertex, fragment: source }
  const program = link(gpu, split.vertex, split.fragment, files)
  gl.useProgram(program)
  const uniforms = new Map<string, (value: UniformValue) => void>()
  const samplers = new Map<string, { unit: number; target: number }>()
  const count = gl.getProgramParameter(program, gl.ACTIVE_UNIFORMS) as number
  for (let i = 0; i < count; i++) {
    const info = gl.getActiveUniform(program, i)
    const location = info && gl.getUniformLocation(program, info.name)
    if (!info || !location) continue
    const name = info.name.replace(/\[0\]$/, '')
    if (info.type === gl.SAMPLER_2D || info.type === gl.SAMPLER_2D_ARRAY) {
      // Each sampler keeps a texture unit of its own for good, so only textures change between draws.
      samplers.set(name, { unit: gl.TEXTURE0 + samplers.size, target: info.type === gl.SAMPLER_2D ? gl.TEXTURE_2D : gl.TEXTURE_2D_ARRAY })
      gl.uniform1i(location, samplers.size - 1)
    } else {
      uniforms.set(name, setterFor(gl, info, location, files.join(' + ')))
    }
  }
  const drawBound = () => {
    gl.bindVertexArray(gpu.triangle)
    gl.drawArrays(gl.TRIANGLES, 0, 3)
  }
  return {
    use() { gl.useProgram(program) },
    has: (name) => uniforms.has(name) || samplers.has(name),
    set(name, value) { uniforms.get(name)?.(value) },
    texture(name, texture) {
      const sampler = samplers.get(name)
      if (sampler === undefined) return
      gl.activeTexture(sampler.unit)
      gl.bindTexture(sampler.target, texture)
    },
    draw({ framebuffer, width, height }) {
      gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer)
      gl.viewport(0, 0, width, height)
      drawBound()
    },
    drawBound,
    close() { gl.deleteProgram(program) },
  }
}
