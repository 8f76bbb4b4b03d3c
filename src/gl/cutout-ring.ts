import { DoppelError } from '../engine/error.js'
import { setSampling } from './target.js'
import type { Gpu } from './types.js'

/** Graphics memory for past cut-outs: a texture of layers, all transparent at first. */
export interface CutoutRing {
  readonly texture: WebGLTexture
  /** Of one layer, pixels. */
  readonly width: number
  readonly height: number
  readonly layers: number
  readonly bytes: number
  /** For each layer, where it may hold something: see {@link CutoutPass}. */
  readonly filled: readonly Int32Array[]
  close(): void
}

/** Where a history finds its ring, which may be lent to others meanwhile. */
export interface Seat {
  ring: CutoutRing
  /** Changes when the ring was lent anew: what it holds is somebody else's. */
  lent: number
}

/** Of each layer; the canvas's shape. And of them, at most. */
const MOST = { width: 960, height: 540, layers: 128 }
const BYTES = 4
export const layersAtMost = MOST.layers

export const cutoutSize = (width: number, height: number): { readonly width: number; readonly height: number } => {
  const scale = Math.min(1, MOST.width / width, MOST.height / height)
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** How many pictures, one every `stride` ticks, it takes to look `seconds` back. */
export const layersFor = (seconds: number, tickSeconds: number, stride: number): number =>
  // One more than the steps between them; a hair less, for 2 s at 1/60 s is 120 steps and not 121.
  Math.min(MOST.layers, Math.max(2, Math.ceil(seconds / (tickSeconds * stride) - 1e-6) + 1))

/** Bytes of so many pictures for a canvas. */
export const ringBytes = (canvas: { readonly width: number; readonly height: number }, layers: number): number => {
  const { width, height } = cutoutSize(canvas.width, canvas.height)
  return width * height * BYTES * layers
}

/** Makes a ring for a canvas of this size. Throws a {@link DoppelError} when memory is short. */
export const createCutoutRing = (gpu: Gpu, canvas: { readonly width: number; readonly height: number }, layers: number): CutoutRing => {
  const { gl } = gpu
  const { width, height } = cutoutSize(canvas.width, canvas.height)
  const texture = gl.createTexture()
  gl.bindTexture(gl.TEXTURE_2D_ARRAY, texture)
  gl.texStorage3D(gl.TEXTURE_2D_ARRAY, 1, gl.RGBA8, width, height, layers)
  setSampling(gpu, gl.TEXTURE_2D_ARRAY, 'linear')
  const framebuffer = gl.createFramebuffer()
  const attach = (layer: number) => {
    gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer)
    gl.framebufferTextureLayer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, texture, 0, layer)
  }
  const close = () => {
    // `gl` does not unbind array textures when it deletes them.
    for (let unit = 0; unit < 8; unit++) {
      gl.activeTexture(gl.TEXTURE0 + unit)
      gl.bindTexture(gl.TEXTURE_2D_ARRAY, null)
    }
    gl.deleteTexture(texture)
  }
  attach(0)
  const complete = gl.checkFramebufferStatus(gl.FRAMEBUFFER) === gl.FRAMEBUFFER_COMPLETE
  if (complete) {
    gl.clearColor(0, 0, 0, 0)
    for (let layer = 0; layer < layers; layer++) {
      attach(layer)
      gl.clear(gl.COLOR_BUFFER_BIT)
      // Drivers that draw on the CPU keep, for each job they had in hand at once, what it drew to, closed or not, until they have as many again.
      gl.finish()
    }
  }
  gl.deleteFramebuffer(framebuffer)
  if (!complete) {
    close()
    throw new DoppelError(`there is no graphics memory for ${layers} past pictures of ${width}x${height}`, 'try a smaller --size, a shorter "past" in the set, or fewer layers with effects that read the history')
  }
  return { texture, width, height, layers, bytes: width * height * BYTES * layers, filled: Array.from({ length: layers }, () => new Int32Array(4)), close }
}
