import { DoppelError } from '../engine/error.js'
import { placeOn } from './fit.js'
import type { Page } from '../engine/types.js'
import { createPageView, type PageView } from './page-view.js'
import { createProgram } from './program.js'
import type { Gpu, WindowSurface } from './types.js'

const PLACE = `#version 300 es
precision highp float;
uniform vec2 corner;
uniform vec2 size;
out vec2 at;
void main() {
  vec2 place = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0;
  gl_Position = vec4(place * 2.0 - 1.0, 0.0, 1.0);
  at = (place - corner) / size;
}
`
const SHOW = `#version 300 es
precision highp float;
in vec2 at;
uniform sampler2D picture;
out vec4 colour;
void main() {
  colour = vec4(0.0, 0.0, 0.0, 1.0);
  if (all(equal(at, clamp(at, 0.0, 1.0)))) colour.rgb = texture(picture, at).rgb;
}
`

/**
 * Takes a native window (X11 window id, HWND, CALayer pointer) to draw into. Pictures go from texture to window on the
 * GPU; showing one never waits for the screen. Throws a {@link DoppelError} when the window cannot be drawn into.
 */
export const createWindowSurface = (gpu: Gpu, nativeId: bigint): WindowSurface => {
  const { gl, egl, gles } = gpu
  const surface = egl.createWindowSurface(nativeId)
  if (surface === 0n) throw new DoppelError(`the window 0x${nativeId.toString(16)} cannot be drawn into: ${egl.error()}`, 'open the window again')
  const program = createProgram(gpu, { vertex: PLACE, fragment: SHOW, file: 'window' })
  let pages: PageView | undefined
  let gone = false
  const read = (page: Page, w: number, h: number) => {
    // Made when something is first to be read: most windows never show a word.
    pages ??= createPageView(gpu)
    pages.draw(page, w, h)
  }
  const show: WindowSurface['present'] = (from, width, height, fit, over) => {
    if (!egl.makeCurrent(surface)) return false
    // The surface may lag behind a window that was just resized: its own size is the one that is drawn to.
    const [actualWidth, actualHeight] = egl.surfaceSize(surface)
    const [w, h] = actualWidth > 0 && actualHeight > 0 ? [actualWidth, actualHeight] : [width, height]
    const place = placeOn(from, w, h, fit)
    gles.bindSurface()
    gl.viewport(0, 0, w, h)
    program.use()
    program.set('corner', [place.x / w, place.y / h])
    program.set('size', [place.width / w, place.height / h])
    program.texture('picture', from.texture)
    program.drawBound()
    if (over) read(over, w, h)
    return egl.swap(surface)
  }
  return {
    present(from, width, height, fit, over) {
      if (gone) return false
      try {
        gone = !show(from, width, height, fit, over)
      } finally {
        // `gl` believes that its own surface and framebuffer are current.
        egl.makeCurrent()
        gl.bindFramebuffer(gl.FRAMEBUFFER, null)
      }
      return !gone
    },
    close() {
      gone = true
      egl.makeCurrent()
      program.close()
      pages?.close()
      egl.destroySurface(surface)
    },
  }
}
