import type { Gpu } from '../src/gl/types.js'

/** Counts the shaders compiled and programs linked from now on. */
export const countCompiles = ({ gl }: Gpu): { readonly count: number } => {
  let count = 0
  const counted = <T>(call: (of: T) => void) => (of: T): void => {
    count += 1
    call(of)
  }
  Object.assign(gl, { compileShader: counted(gl.compileShader.bind(gl)), linkProgram: counted(gl.linkProgram.bind(gl)) })
  return { get count() { return count } }
}
