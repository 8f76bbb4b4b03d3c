import createGL from 'gl'
import { DoppelError } from '../engine/error.js'
import { openEgl } from '../native/egl.js'
import { openGles } from '../native/gles.js'
import type { Gpu } from './types.js'

const SOFTWARE = /llvmpipe|swiftshader|softpipe|software rasterizer|basic render driver/i

const hints: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'it needs an X display: check DISPLAY, or install xvfb and start again; npx doppel doctor says more',
}

/**
 * Opens the one WebGL 2 context of this process. Throws a {@link DoppelError} when the machine gives none (no X display
 * on Linux, no driver).
 */
export const openGpu = (): Gpu => {
  // `gl` draws into textures throughout, so its own surface is as small as can be.
  const gl = createGL(1, 1, { createWebGL2Context: true, alpha: true, depth: false, stencil: false, antialias: false }) as (WebGL2RenderingContext & createGL.StackGLExtension) | null
  if (gl === null) throw new DoppelError('there is no graphics context: WebGL 2 could not be started', hints[process.platform] ?? 'install a graphics driver with OpenGL ES 3; npx doppel doctor says more')
  // A helper context is current until the first call.
  gl.disable(gl.DITHER)
  if (gl.getExtension('EXT_color_buffer_float') === null) {
    throw new DoppelError('the graphics driver cannot draw into 16 bit float textures, which feedback needs', 'update the graphics driver')
  }
  const egl = openEgl()
  const gles = openGles()
  // Rows of planes are packed as the decoder left them, whatever their width.
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1)
  gl.pixelStorei(gl.PACK_ALIGNMENT, 1)
  const triangle = gl.createVertexArray()
  return {
    gl,
    egl,
    gles,
    norm16: gles.requestExtension('GL_EXT_texture_norm16'),
    triangle,
    info: { vendor: gles.vendor, renderer: gles.renderer, version: gles.version, software: SOFTWARE.test(gles.renderer) },
    makeCurrent() {
      egl.makeCurrent()
    },
    close() {
      gl.deleteVertexArray(triangle)
      gl.getExtension('STACKGL_destroy_context')?.destroy()
    },
  }
}
