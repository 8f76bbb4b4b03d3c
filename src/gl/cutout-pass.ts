import { createProgram } from './program.js'
import type { Outline } from './subject/outline.js'
import type { Gpu } from './types.js'

/** What a cut-out is drawn to. */
export interface CutoutPlace {
  readonly framebuffer: WebGLFramebuffer
  readonly width: number
  readonly height: number
}

/** Draws cut-outs: the picture where the mask is, transparent black elsewhere. */
export interface CutoutPass {
  /**
   * `outline` is the mask's, where it is known: then only its box is drawn. `filled` are the pixels (x0, y0, x1, y1) outside of which the place is
   * transparent black already, and is kept up to date.
   */
  draw(colour: WebGLTexture, mask: WebGLTexture, outline: Outline | undefined, to: CutoutPlace, filled: Int32Array): void
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

const WHOLE = [0, 0, 1, 1]

/** Throws a {@link DoppelError} when the driver refuses. */
export const createCutoutPass = (gpu: Gpu): CutoutPass => {
  const { gl } = gpu
  const program = createProgram(gpu, { fragment: FRAGMENT, file: 'cut-out' })
  // Filled anew in every tick.
  const texel = [0, 0]
  const boxed = (left: number, bottom: number, right: number, top: number, act: () => void) => {
    if (right <= left || top <= bottom) return
    gl.enable(gl.SCISSOR_TEST)
    gl.scissor(left, bottom, right - left, top - bottom)
    act()
    gl.disable(gl.SCISSOR_TEST)
  }
  const wipe = () => {
    gl.clearColor(0, 0, 0, 0)
    gl.clear(gl.COLOR_BUFFER_BIT)
  }
  const drawBound = () => { program.drawBound() }
  return {
    draw(colour, mask, outline, { framebuffer, width, height }, filled) {
      program.use()
      texel[0] = 1 / width
      texel[1] = 1 / height
      program.set('texel', texel)
      program.texture('colour', colour)
      program.texture('mask', mask)
      gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer)
      gl.viewport(0, 0, width, height)
      const [oldLeft = 0, oldBottom = 0, oldRight = 0, oldTop = 0] = filled
      const [x0 = 0, y0 = 0, x1 = 1, y1 = 1] = outline?.box ?? WHOLE
      const empty = y1 === 0
      const left = (filled[0] = empty ? 0 : Math.floor(x0 * width))
      const bottom = (filled[1] = empty ? 0 : Math.floor(y0 * height))
      const right = (filled[2] = empty ? 0 : Math.ceil(x1 * width))
      const top = (filled[3] = empty ? 0 : Math.ceil(y1 * height))
      if (!outline) {
        drawBound()
        return
      }
      if (oldLeft < left || oldBottom < bottom || oldRight > right || oldTop > top) boxed(oldLeft, oldBottom, oldRight, oldTop, wipe)
      boxed(left, bottom, right, top, drawBound)
    },
    close() { program.close() },
  }
}
