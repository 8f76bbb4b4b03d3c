import { DoppelError } from '../engine/error.js'
import type { Gpu, Target } from './types.js'

export type TargetFormat = 'rgba8' | 'rgba16f' | 'r8' | 'r16f' | 'rg16f'

export interface TargetOptions {
  /** Pixels. */
  readonly width: number
  readonly height: number
  readonly format: TargetFormat
  /** How it is sampled between its pixels; linear unless told. Beyond its edges the edge repeats. */
  readonly filter?: 'linear' | 'nearest'
}

const INTERNAL = { rgba8: 'RGBA8', rgba16f: 'RGBA16F', r8: 'R8', r16f: 'R16F', rg16f: 'RG16F' } as const

/** How the texture that is bound to `target` is sampled between its pixels and beyond its edges. */
export const setSampling = ({ gl }: Gpu, target: number, filter: 'linear' | 'nearest'): void => {
  const mode = filter === 'linear' ? gl.LINEAR : gl.NEAREST
  gl.texParameteri(target, gl.TEXTURE_MIN_FILTER, mode)
  gl.texParameteri(target, gl.TEXTURE_MAG_FILTER, mode)
  gl.texParameteri(target, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE)
  gl.texParameteri(target, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE)
}

/** Fills a target with transparent black, or with `colour`. */
export const clearTarget = ({ gl }: Gpu, { framebuffer }: Target, r = 0, g = 0, b = 0, a = 0): void => {
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer)
  gl.clearColor(r, g, b, a)
  gl.clear(gl.COLOR_BUFFER_BIT)
}

/** A framebuffer over several targets of one size, for a pass that draws to all of them; target i is output location i. */
export const joinTargets = ({ gl, gles }: Gpu, targets: readonly Target[]): WebGLFramebuffer => {
  const framebuffer = gl.createFramebuffer()
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer)
  targets.forEach(({ texture }, i) => gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0 + i, gl.TEXTURE_2D, texture, 0))
  // Through ANGLE itself: `gl`'s own drawBuffers passes on undefined values for colour attachments.
  gles.drawToAttachments(targets.length)
  const status = gl.checkFramebufferStatus(gl.FRAMEBUFFER)
  if (status !== gl.FRAMEBUFFER_COMPLETE) {
    gl.deleteFramebuffer(framebuffer)
    throw new DoppelError(`the graphics driver cannot draw into ${targets.length} such textures at once (status 0x${status.toString(16)})`, 'a smaller canvas, or fewer layers, may fit: try --size 1280x720')
  }
  return framebuffer
}

/**
 * Makes a texture one can draw into, transparent black at first. Throws a {@link DoppelError} when the size or the memory
 * is beyond the graphics card.
 */
export const createTarget = (gpu: Gpu, { width, height, format, filter = 'linear' }: TargetOptions): Target => {
  const { gl } = gpu
  const most = gl.getParameter(gl.MAX_TEXTURE_SIZE) as number
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1 || width > most || height > most) {
    throw new DoppelError(`a picture of ${width}x${height} cannot be drawn: this graphics card takes 1x1 to ${most}x${most}`, 'choose another --size')
  }
  const texture = gl.createTexture()
  gl.bindTexture(gl.TEXTURE_2D, texture)
  gl.texStorage2D(gl.TEXTURE_2D, 1, gl[INTERNAL[format]], width, height)
  setSampling(gpu, gl.TEXTURE_2D, filter)
  const framebuffer = gl.createFramebuffer()
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer)
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0)
  const target: Target = {
    texture,
    framebuffer,
    width,
    height,
    close() {
      gl.deleteFramebuffer(framebuffer)
      gl.deleteTexture(texture)
    },
  }
  if (gl.checkFramebufferStatus(gl.FRAMEBUFFER) !== gl.FRAMEBUFFER_COMPLETE) {
    target.close()
    throw new DoppelError(`a ${format} picture of ${width}x${height} cannot be made: out of graphics memory?`, 'try a smaller --size or fewer layers')
  }
  clearTarget(gpu, target)
  return target
}
