import { DoppelError } from '../../engine/error.js'
import { setSampling } from '../target.js'
import type { Gpu } from '../types.js'

/** Pictures of one size in one texture (`sampler2DArray`), each of which can be drawn into. */
export interface Layers {
  readonly texture: WebGLTexture
  readonly width: number
  readonly height: number
  readonly count: number
  /** What a program draws to after `aim`. */
  readonly framebuffer: WebGLFramebuffer
  /** Points the framebuffer at one layer. */
  aim(layer: number): void
  /** Makes one of them transparent black, or all. */
  wipe(layer: number): void
  clear(): void
  close(): void
}

export interface LayersOptions {
  readonly width: number
  readonly height: number
  readonly count: number
  readonly format: 'R8' | 'RGBA8'
  /** What they are for, in messages: "there is no graphics memory for ...". */
  readonly purpose: string
}

/** No fragment shader has more units than these in this process: each unit may still hold a texture that is closed. */
const UNITS = 16

/** Makes the layers, all transparent black. Throws a {@link DoppelError} when memory is short. */
export const createLayers = (gpu: Gpu, { width, height, count, format, purpose }: LayersOptions): Layers => {
  const { gl } = gpu
  const texture = gl.createTexture()
  gl.bindTexture(gl.TEXTURE_2D_ARRAY, texture)
  gl.texStorage3D(gl.TEXTURE_2D_ARRAY, 1, gl[format], width, height, count)
  setSampling(gpu, gl.TEXTURE_2D_ARRAY, 'linear')
  const framebuffer = gl.createFramebuffer()
  const aim = (layer: number) => {
    gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer)
    gl.framebufferTextureLayer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, texture, 0, layer)
  }
  const layers: Layers = {
    texture,
    width,
    height,
    count,
    framebuffer,
    aim,
    wipe(layer) {
      aim(layer)
      gl.clearColor(0, 0, 0, 0)
      gl.clear(gl.COLOR_BUFFER_BIT)
    },
    clear() { for (let layer = 0; layer < count; layer++) layers.wipe(layer) },
    close() {
      gl.deleteFramebuffer(framebuffer)
      // `gl` does not unbind array textures when it deletes them.
      for (let unit = 0; unit < UNITS; unit++) {
        gl.activeTexture(gl.TEXTURE0 + unit)
        gl.bindTexture(gl.TEXTURE_2D_ARRAY, null)
      }
      gl.deleteTexture(texture)
    },
  }
  aim(0)
  if (gl.checkFramebufferStatus(gl.FRAMEBUFFER) !== gl.FRAMEBUFFER_COMPLETE) {
    layers.close()
    throw new DoppelError(`there is no graphics memory for ${purpose} (${count} pictures of ${width}x${height})`, 'try a smaller --size, or fewer layers with such effects')
  }
  layers.clear()
  return layers
}
