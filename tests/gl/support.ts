import type { EffectDecl, Moment } from '../../src/engine/effect.js'
import { PIXEL_FORMATS, planeSizes, type PixelFormatId } from '../../src/engine/pixels.js'
import type { Frame } from '../../src/engine/types.js'
import { createTarget } from '../../src/gl/target.js'
import type { Drawn, Gpu, ShaderText, Target } from '../../src/gl/types.js'

export const moment = (frame = 0, more: Partial<Moment> = {}): Moment => ({ time: frame / 60, dt: 1 / 60, frame, bpm: 120, beat: frame / 30, seed: 7, ...more })

/** RGBA bytes of a target, bottom row first; of one that holds floats, the bytes nearest to them. */
export const pixelsOf = ({ gl }: Gpu, { framebuffer, width, height }: Target): Uint8Array => {
  const pixels = new Uint8Array(width * height * 4)
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer)
  if (gl.getParameter(gl.IMPLEMENTATION_COLOR_READ_TYPE) !== gl.UNSIGNED_BYTE) {
    const floats = new Float32Array(pixels.length)
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.FLOAT, floats)
    return pixels.map((_, i) => Math.round(255 * Math.min(1, Math.max(0, floats[i] ?? 0))))
  }
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels)
  return pixels
}

/** One pixel, counted from the top left as a viewer does. */
export const pixelAt = (gpu: Gpu, target: Target, x: number, y: number): number[] => {
  const at = ((target.height - 1 - y) * target.width + x) * 4
  return [...pixelsOf(gpu, target).subarray(at, at + 4)]
}

export const worstDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  if (a.length !== b.length) throw new RangeError(`${a.length} values against ${b.length}`)
  let worst = 0
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs((a[i] ?? 0) - (b[i] ?? 0)))
  return worst
}

/** A target filled by a function of the pixel, counted from the top left; 0..255 each. */
export const filledTarget = (gpu: Gpu, width: number, height: number, rgba: (x: number, y: number) => readonly number[]): Target => {
  const { gl } = gpu
  const target = createTarget(gpu, { width, height, format: 'rgba8' })
  const pixels = new Uint8Array(width * height * 4)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) pixels.set(rgba(x, height - 1 - y), (y * width + x) * 4)
  gl.bindTexture(gl.TEXTURE_2D, target.texture)
  gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels)
  return target
}

/** A mask filled by a function of the pixel, counted from the top left; 0..255. */
export const filledMask = (gpu: Gpu, width: number, height: number, value: (x: number, y: number) => number): Target => {
  const { gl } = gpu
  const target = createTarget(gpu, { width, height, format: 'r8' })
  const pixels = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) pixels[y * width + x] = value(x, height - 1 - y)
  gl.bindTexture(gl.TEXTURE_2D, target.texture)
  gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, gl.RED, gl.UNSIGNED_BYTE, pixels)
  return target
}

export const drawnOf = (colour: Target, mask?: Target, seq = 1): Drawn => ({ colour, mask, seq })

/** Counts draws of pictures while `act` runs. */
export const drawsOf = ({ gl }: Gpu, act: () => void): number => {
  const before = gl.drawArrays
  let count = 0
  gl.drawArrays = (mode, first, n) => {
    count += 1
    before.call(gl, mode, first, n)
  }
  try {
    act()
  } finally {
    gl.drawArrays = before
  }
  return count
}

/** An effect with its shader's text beside it. */
export const effect = (id: string, params: EffectDecl['params'] = {}, reads: EffectDecl['reads'] = []): EffectDecl => ({ id, label: id, about: id, shader: `${id}.frag`, reads, params })

export const shaders = (texts: Record<string, string>): ShaderText => (file) => {
  const text = texts[file]
  if (text === undefined) throw new Error(`no shader ${file}`)
  return text
}

export interface FrameOptions {
  readonly code: (plane: number, component: number, x: number, y: number) => number
  readonly frame?: Partial<Frame>
  /** Bytes of padding after every row. */
  readonly padding?: number
  /** In memory that is shared with another thread, as the ring's is. */
  readonly shared?: boolean
}

/** A frame whose samples are what `code` says: whole numbers in the format's own bits. */
export const frameOf = (id: PixelFormatId, width: number, height: number, { code, frame = {}, padding = 0, shared = true }: FrameOptions): Frame => {
  const format = PIXEL_FORMATS[id]
  const planes = planeSizes(format, width, height).map((size, p) => {
    const components = format.planes[p]?.components ?? 1
    const stride = size.rowBytes + padding
    const data = new Uint8Array(shared ? new SharedArrayBuffer(stride * size.height) : new ArrayBuffer(stride * size.height)).fill(0xa5)
    for (let y = 0; y < size.height; y++) for (let x = 0; x < size.width; x++) for (let c = 0; c < components; c++) {
      const value = code(p, c, x, y) * (format.packing === 'high' ? 2 ** (16 - format.bits) : 1)
      const at = x * components + c
      if (format.bits === 8) data[y * stride + at] = value
      else data.set([value & 255, value >> 8], y * stride + at * 2)
    }
    return { data, width: size.width, height: size.height, stride }
  })
  return { kind: 'frame', format: id, width, height, planes, matrix: 'bt709', fullRange: false, rotation: 0, pixelAspect: 1, seq: 1, capturedAt: 0, mediaTime: 0, ...frame }
}

/** Whole numbers that look random and are the same in every run. */
export const scatter = (...parts: readonly number[]): number => {
  let h = 2166136261
  for (const part of parts) h = Math.imul(h ^ (part + 0x9e37), 16777619)
  h = Math.imul(h ^ (h >>> 15), 2246822507)
  return (h ^ (h >>> 13)) >>> 0
}
