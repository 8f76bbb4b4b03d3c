import { createProgram } from './program.js'
import type { Outline } from './subject/outline.js'
import type { Gpu } from './types.js'

/** Draws cut-outs: the picture where the mask is, transparent black elsewhere. */
export interface CutoutPass {
  /** `outline` is the mask's, where it is known: then only its box is drawn. */
  draw(colour: WebGLTexture, mask: WebGLTexture, outline: Outline | undefined, to: { readonly framebuffer: WebGLFramebuffer; readonly width: number; readonly height: number }): void
  close(): void
}

const FRAGMENT = `#version 300 es
precision highp float;
precision highp sampler2D;
uniform vec2 texel;
uniform sampler2D colour;
uniform sampler2D mask;
out vec4 cutOut;
void main() {
  vec2 uv = gl_FragCoord.xy * texel;
  cutOut = texture(colour, uv) * texture(mask, uv).r;
}
`

/** Throws a {@link DoppelError} when the driver refuses. */
export const createCutoutPass = (gpu: Gpu): CutoutPass => {
  const { gl } = gpu
  const program = createProgram(gpu, { fragment: FRAGMENT, file: 'cut-out' })
  // Filled anew in every tick.
  const texel = [0, 0]
  return {
    draw(colour, mask, outline, to) {
      const { width, height } = to
      program.use()
      texel[0] = 1 / width
      texel[1] = 1 / height
      program.set('texel', texel)
      program.texture('colour', colour)
      program.texture('mask', mask)
      if (!outline) {
        program.draw(to)
        return
      }
      const [x0 = 0, y0 = 0, x1 = 1, y1 = 1] = outline.box
      gl.bindFramebuffer(gl.FRAMEBUFFER, to.framebuffer)
      gl.clearColor(0, 0, 0, 0)
      gl.clear(gl.COLOR_BUFFER_BIT)
      if (y1 === 0) return
      const [left, bottom] = [Math.floor(x0 * width), Math.floor(y0 * height)]
      gl.enable(gl.SCISSOR_TEST)
      gl.scissor(left, bottom, Math.ceil(x1 * width) - left, Math.ceil(y1 * height) - bottom)
      program.draw(to)
      gl.disable(gl.SCISSOR_TEST)
    },
    close() { program.close() },
  }
}
