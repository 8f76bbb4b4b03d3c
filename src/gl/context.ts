import createGL from 'gl'
import { DoppelError } from '../engine/error.js'
import { openEgl } from '../native/egl.js'
import { openGles } from '../native/gles.js'
import type { Gpu } from './types.js'

const SOFTWARE = /llvmpipe|swiftshader|softpipe|software rasterizer|basic render driver/i

const hints: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'it needs an X display: check DISPLAY, or install xvfb and start again; npx doppel doctor says more',
}

/** Bytes of a pixel, of the formats there are textures of. */
const PIXEL = { RGBA8: 4, RGBA16F: 8, R8: 1, R16F: 2, RG8: 2, RG16F: 4 } as const
/** 16 bit whole numbers, which WebGL has no names for. */
const NORM16: Readonly<Record<number, number>> = { 0x822a: 2, 0x822c: 4, 0x805b: 8 }

/** Counts the bytes of every texture from now on. Here each is given its memory right after it was made, once. */
const countTextures = (gl: WebGL2RenderingContext): (() => number) => {
  const pixel = new Map<number, number>([...Object.entries(PIXEL).map(([name, bytes]) => [gl[name as keyof typeof PIXEL], bytes] as const), ...Object.entries(NORM16).map(([format, bytes]) => [Number(format), bytes] as const)])
  const [create, flat, deep, remove] = [gl.createTexture.bind(gl), gl.texStorage2D.bind(gl), gl.texStorage3D.bind(gl), gl.deleteTexture.bind(gl)]
  const sizes = new WeakMap<WebGLTexture, number>()
  let last: WebGLTexture | undefined
  let bytes = 0
  const add = (pixels: number, format: number) => {
    const size = pixels * (pixel.get(format) ?? 4)
    bytes += size
    if (last) sizes.set(last, size)
    last = undefined
  }
  gl.createTexture = () => (last = create())
  gl.texStorage2D = (target, levels, format, width, height) => {
    add(width * height, format)
    flat(target, levels, format, width, height)
  }
  gl.texStorage3D = (target, levels, format, width, height, depth) => {
    add(width * height * depth, format)
    deep(target, levels, format, width, height, depth)
  }
  gl.deleteTexture = (texture) => {
    bytes -= (texture && sizes.get(texture)) ?? 0
    if (texture) sizes.delete(texture)
    remove(texture)
  }
  return () => bytes
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
  const allocated = countTextures(gl)
  return {
    gl,
    egl,
    gles,
    norm16: gles.requestExtension('GL_EXT_texture_norm16'),
    triangle,
    allocated,
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
