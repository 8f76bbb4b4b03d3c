import { createBoxDrawer, type Place } from './in-box.js'
import { createProgram } from './program.js'
import type { Outline } from './subject/outline.js'
import type { Gpu } from './types.js'

/** Draws cut-outs: the picture where the mask is, transparent black elsewhere. */
export interface CutoutPass {
  /**
   * `outline` is the mask's, where it is known: then only its box is drawn. `filled` are the pixels (x0, y0, x1, y1) outside of which the place is
   * transparent black already, and is kept up to date.
   */
  draw(colour: WebGLTexture, mask: WebGLTexture, outline: Outline | undefined, to: Place, filled: Int32Array): void
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
  const program = createProgram(gpu, { fragment: FRAGMENT, file: 'cut-out' })
  const drawInBox = createBoxDrawer(gpu)
  // Filled anew in every tick.
  const texel = [0, 0]
  return {
    draw(colour, mask, outline, to, filled) {
      program.use()
      texel[0] = 1 / to.width
      texel[1] = 1 / to.height
      program.set('texel', texel)
      program.texture('colour', colour)
      program.texture('mask', mask)
      drawInBox(program, outline, 0, to, filled)
    },
    close() { program.close() },
  }
}
