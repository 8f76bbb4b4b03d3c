import { BLOCK, type CellPicture } from './subject/cells.js'
import { createProgram } from './program.js'
import type { Gpu } from './types.js'

/** Draws cut-outs: the picture where the mask is, transparent black elsewhere. */
export interface CutoutPass {
  /** `cells` is the mask as it was measured in this tick, where it was: then only the blocks that hold any of it are drawn. */
  draw(colour: WebGLTexture, mask: WebGLTexture, cells: CellPicture | undefined, to: { readonly framebuffer: WebGLFramebuffer; readonly width: number; readonly height: number }): void
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

/** A quad for each block of cells, of no size where the mask has nothing in it; nor in the cells around, for between pixels it is mixed. */
const BLOCKS = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
uniform sampler2D cells;
uniform int across;
uniform ivec2 last;
uniform ivec2 strip;
uniform vec2 cell;
void main() {
  ivec2 corner = ivec2(gl_InstanceID % across, gl_InstanceID / across) * ${BLOCK};
  float most = 0.0;
  for (int y = -1; y <= ${BLOCK}; y++) for (int x = -1; x <= ${BLOCK}; x++) {
    ivec2 at = clamp(corner + ivec2(x, y), ivec2(0), last);
    most = max(most, texelFetch(cells, ivec2(at.x / strip.x * strip.y + at.x % strip.x, at.y), 0).a);
  }
  vec2 at = vec2(corner + ${BLOCK} * ivec2(gl_VertexID & 1, gl_VertexID >> 1)) * cell;
  gl_Position = most > 0.0 ? vec4(at * 2.0 - 1.0, 0.0, 1.0) : vec4(2.0, 2.0, 0.0, 1.0);
}
`

/** Throws a {@link DoppelError} when the driver refuses. */
export const createCutoutPass = (gpu: Gpu): CutoutPass => {
  const { gl } = gpu
  const everywhere = createProgram(gpu, { fragment: FRAGMENT, file: 'cut-out' })
  const blocks = createProgram(gpu, { vertex: BLOCKS, fragment: FRAGMENT, file: 'cut-out in blocks' })
  // Filled anew in every tick.
  const [texel, last, strip, cell] = [[0, 0], [0, 0], [0, 0], [0, 0]]
  return {
    draw(colour, mask, cells, to) {
      const program = cells ? blocks : everywhere
      program.use()
      texel[0] = 1 / to.width
      texel[1] = 1 / to.height
      program.set('texel', texel)
      program.texture('colour', colour)
      program.texture('mask', mask)
      if (!cells) {
        program.draw(to)
        return
      }
      const { grid } = cells
      const across = Math.ceil(grid.columns / BLOCK)
      const up = Math.ceil(grid.rows / BLOCK)
      last[0] = grid.columns - 1
      last[1] = grid.rows - 1
      strip[0] = cells.strip
      strip[1] = cells.tile
      cell[0] = grid.size / grid.width
      cell[1] = grid.size / grid.height
      program.set('across', across)
      program.set('last', last)
      program.set('strip', strip)
      program.set('cell', cell)
      program.texture('cells', cells.texture)
      gl.bindFramebuffer(gl.FRAMEBUFFER, to.framebuffer)
      gl.clearColor(0, 0, 0, 0)
      gl.clear(gl.COLOR_BUFFER_BIT)
      gl.viewport(0, 0, to.width, to.height)
      gl.bindVertexArray(gpu.triangle)
      gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, across * up)
    },
    close() {
      everywhere.close()
      blocks.close()
    },
  }
}
