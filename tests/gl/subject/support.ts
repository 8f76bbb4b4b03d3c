import type { Drawn, Gpu, Target } from '../../../src/gl/types.js'
import { createProgram } from '../../../src/gl/program.js'
import { createTarget } from '../../../src/gl/target.js'
import { SUBJECT_GLSL } from '../../../src/gl/subject/glsl.js'
import type { Program } from '../../../src/gl/program.js'
import { drawnOf, filledMask, filledTarget } from '../support.js'

/** RGBA of a float target, bottom row first. */
export const floatsOf = ({ gl }: Gpu, { framebuffer, width, height }: Target): Float32Array => {
  const data = new Float32Array(width * height * 4)
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer)
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.FLOAT, data)
  return data
}

/** Gives what a GLSL expression of `uv` is at every pixel, for a shader that declares everything an effect may read of its subject. */
export const createProbe = (gpu: Gpu, width: number, height: number, expression: string) => {
  const program = createProgram(gpu, {
    fragment: `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
precision highp sampler2DArray;
in vec2 hostUv;
uniform sampler2D mask;
out vec4 o;
${Object.values(SUBJECT_GLSL).join('')}void main() { vec2 uv = hostUv; o = ${expression}; }
`,
    file: 'probe',
  })
  const out = createTarget(gpu, { width, height, format: 'rgba16f' })
  return {
    program,
    /** Draws after `apply`; the function gives one component of a pixel, x right, y up. */
    read(apply: (program: Program) => void) {
      program.use()
      apply(program)
      program.draw(out)
      const data = floatsOf(gpu, out)
      return (x: number, y: number, component = 0) => data[(y * width + x) * 4 + component] ?? Number.NaN
    },
    close() {
      program.close()
      out.close()
    },
  }
}

/** Signed distance in pixels, positive inside; x right, y up. */
export type Signed = (x: number, y: number) => number
export const circle = (cx: number, cy: number, r: number): Signed => (x, y) => r - Math.hypot(x - cx, y - cy)
/** An ellipse, about: axes a (at `angle` from the right) and b. */
export const ellipse = (cx: number, cy: number, a: number, b: number, angle: number): Signed => (x, y) => {
  const [u, v] = [(x - cx) * Math.cos(angle) + (y - cy) * Math.sin(angle), (y - cy) * Math.cos(angle) - (x - cx) * Math.sin(angle)]
  return Math.min(a, b) * (1 - Math.hypot(u / a, v / b))
}
export const box = (x0: number, y0: number, x1: number, y1: number): Signed => (x, y) => Math.min(x - x0, x1 - x, y - y0, y1 - y)
export const union = (...shapes: readonly Signed[]): Signed => (x, y) => Math.max(...shapes.map((shape) => shape(x, y)))

/** A mask with an edge one pixel soft. */
export const maskOf = (gpu: Gpu, width: number, height: number, signed: Signed): Target =>
  filledMask(gpu, width, height, (x, y) => 255 * Math.min(1, Math.max(0, 0.5 + signed(x + 0.5, height - y - 0.5))))

/** A picture (grey unless told; x right, y up) with the mask of a shape. */
export const drawnWith = (gpu: Gpu, width: number, height: number, signed: Signed | undefined, seq: number, rgba: (x: number, y: number) => readonly number[] = () => [128, 128, 128, 255]): Drawn & { close(): void } => {
  const colour = filledTarget(gpu, width, height, (x, y) => rgba(x, height - 1 - y))
  const mask = signed ? maskOf(gpu, width, height, signed) : undefined
  return {
    ...drawnOf(colour, mask, seq),
    close() {
      colour.close()
      mask?.close()
    },
  }
}
