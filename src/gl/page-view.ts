import type { Page } from '../engine/types.js'
import { createProgram } from './program.js'
import { setSampling } from './target.js'
import type { Gpu } from './types.js'

/** Lays pages over whatever is bound. */
export interface PageView {
  /** In the middle of a viewport of this size, a pixel for a pixel; smaller where it would not fit. Uploads a page once. */
  draw(page: Page, width: number, height: number): void
  close(): void
}

const PLACE = `#version 300 es
precision highp float;
uniform vec2 size;
out vec2 at;
void main() {
  vec2 place = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0;
  gl_Position = vec4(place * 2.0 - 1.0, 0.0, 1.0);
  at = (place - 0.5) / size + 0.5;
}
`
/** What lies under it keeps so little of its light that every picture leaves it readable. */
const UNDER = 0.14
const LAY = `#version 300 es
precision highp float;
in vec2 at;
uniform sampler2D page;
uniform vec2 pixels;
uniform float corner;
out vec4 colour;
void main() {
  vec2 beyond = abs(at - 0.5) * pixels - (pixels * 0.5 - corner);
  float inside = clamp(corner - length(max(beyond, 0.0)) + 0.5, 0.0, 1.0);
  colour = vec4(texture(page, vec2(at.x, 1.0 - at.y)).rgb, ${(1 - UNDER).toFixed(2)}) * inside;
}
`

/** Throws a DoppelError when it cannot be compiled. */
export const createPageView = (gpu: Gpu): PageView => {
  const { gl } = gpu
  const program = createProgram(gpu, { vertex: PLACE, fragment: LAY, file: 'page' })
  let texture: WebGLTexture | undefined
  let held: Page | undefined
  const drop = () => {
    if (texture) gl.deleteTexture(texture)
    texture = held = undefined
  }
  const upload = (page: Page): WebGLTexture => {
    drop()
    const { width, height, data } = page
    const made = gl.createTexture()
    gl.activeTexture(gl.TEXTURE0)
    gl.bindTexture(gl.TEXTURE_2D, made)
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, width, height)
    setSampling(gpu, gl.TEXTURE_2D, 'linear')
    const rgba = new Uint8Array(width * height * 4).fill(255)
    for (let from = 0, to = 0; to < rgba.length; from += 3, to += 4) {
      rgba[to] = data[from] ?? 0
      rgba[to + 1] = data[from + 1] ?? 0
      rgba[to + 2] = data[from + 2] ?? 0
    }
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, rgba)
    held = page
    texture = made
    return made
  }
  return {
    draw(page, width, height) {
      const shown = texture && held === page ? texture : upload(page)
      const scale = Math.min(1, width / page.width, height / page.height)
      // Whole pixels in the middle of whole pixels: its letters stay sharp.
      const even = (side: number, of: number) => Math.round(side * scale) + ((Math.round(side * scale) ^ of) & 1)
      const [w, h] = [even(page.width, width), even(page.height, height)]
      program.use()
      program.set('size', [w / width, h / height])
      program.set('pixels', [w, h])
      program.set('corner', Math.min(w, h) * 0.025)
      program.texture('page', shown)
      gl.enable(gl.BLEND)
      gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
      program.drawBound()
      gl.disable(gl.BLEND)
    },
    close() {
      drop()
      program.close()
    },
  }
}
