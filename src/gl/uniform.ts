import { shaderError } from './shader-error.js'

/** A number, a truth value, or the components of a vector (or of an array of them, one after another). */
export type UniformValue = number | boolean | ArrayLike<number>

type Send = (gl: WebGL2RenderingContext, at: WebGLUniformLocation, v: number[]) => void

interface Kind {
  /** Numbers in one. */
  readonly size: number
  readonly one: Send
  readonly many: Send
}

const n = (v: readonly number[], i: number) => v[i] ?? 0
const kind = (size: number, one: Send, many: Send): Kind => ({ size, one, many })
const ints = [
  kind(1, (gl, at, v) => { gl.uniform1i(at, n(v, 0)) }, (gl, at, v) => { gl.uniform1iv(at, v) }),
  kind(2, (gl, at, v) => { gl.uniform2i(at, n(v, 0), n(v, 1)) }, (gl, at, v) => { gl.uniform2iv(at, v) }),
  kind(3, (gl, at, v) => { gl.uniform3i(at, n(v, 0), n(v, 1), n(v, 2)) }, (gl, at, v) => { gl.uniform3iv(at, v) }),
  kind(4, (gl, at, v) => { gl.uniform4i(at, n(v, 0), n(v, 1), n(v, 2), n(v, 3)) }, (gl, at, v) => { gl.uniform4iv(at, v) }),
] as const

/** By the type `getActiveUniform` gives: FLOAT to FLOAT_VEC4, INT to INT_VEC4, BOOL to BOOL_VEC4. */
const KINDS: Readonly<Record<number, Kind>> = {
  0x1406: kind(1, (gl, at, v) => { gl.uniform1f(at, n(v, 0)) }, (gl, at, v) => { gl.uniform1fv(at, v) }),
  0x8b50: kind(2, (gl, at, v) => { gl.uniform2f(at, n(v, 0), n(v, 1)) }, (gl, at, v) => { gl.uniform2fv(at, v) }),
  0x8b51: kind(3, (gl, at, v) => { gl.uniform3f(at, n(v, 0), n(v, 1), n(v, 2)) }, (gl, at, v) => { gl.uniform3fv(at, v) }),
  0x8b52: kind(4, (gl, at, v) => { gl.uniform4f(at, n(v, 0), n(v, 1), n(v, 2), n(v, 3)) }, (gl, at, v) => { gl.uniform4fv(at, v) }),
  0x1404: ints[0], 0x8b53: ints[1], 0x8b54: ints[2], 0x8b55: ints[3],
  0x8b56: ints[0], 0x8b57: ints[1], 0x8b58: ints[2], 0x8b59: ints[3],
}

/**
 * Makes the function that sets one uniform, when the value differs from the last one sent (0 after linking, by GLSL).
 * Throws a {@link ShaderError} for a type that has no parameter or host value (matrices, unsigned).
 */
export const setterFor = (gl: WebGL2RenderingContext, info: WebGLActiveInfo, location: WebGLUniformLocation, file: string): ((value: UniformValue) => void) => {
  const known = KINDS[info.type]
  if (known === undefined) throw shaderError(file, 0, `the uniform ${info.name} has a type the host does not set: use float, int, bool or a vector of them`)
  const length = known.size * info.size
  const last = new Array<number>(length).fill(0)
  const next = new Array<number>(length).fill(0)
  const send = info.name.endsWith(']') ? known.many : known.one
  return (value) => {
    if (typeof value === 'object') for (let i = 0; i < length; i++) next[i] = value[i] ?? 0
    else next[0] = Number(value)
    let same = true
    for (let i = 0; i < length && same; i++) same = next[i] === last[i]
    if (same) return
    for (let i = 0; i < length; i++) last[i] = n(next, i)
    send(gl, location, next)
  }
}
