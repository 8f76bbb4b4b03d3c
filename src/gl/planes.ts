import { DoppelError } from '../engine/error.js'
import { PIXEL_FORMATS, planeSizes, type PixelFormatId } from '../engine/pixels.js'
import type { Frame } from '../engine/types.js'
import type { Program } from './program.js'
import { setSampling } from './target.js'
import type { Gpu } from './types.js'

/** A stored picture's planes as textures, just as the decoder left them. */
export interface Planes {
  readonly format: PixelFormatId
  readonly width: number
  readonly height: number
  /** Copies a frame's planes to the GPU. Rows may be padded; nothing is converted or copied on the CPU. */
  upload(frame: Frame): void
  /** Gives a program in use the planes, as `plane0` and so on. */
  apply(program: Program): void
  close(): void
}

/** Textures of 16 bit whole numbers, by EXT_texture_norm16. */
const [R16, RG16] = [0x822a, 0x822c]

/** Makes the textures for pictures of one format and size; each frame's planes go into the same ones. `labels`: samples are not mixed with their neighbours. */
export const createPlanes = (gpu: Gpu, format: PixelFormatId, width: number, height: number, norm16: boolean, labels = false): Planes => {
  const { gl } = gpu
  const most = gl.getParameter(gl.MAX_TEXTURE_SIZE) as number
  if (width > most || height > most) throw new DoppelError(`a picture of ${width}x${height} is larger than this graphics card takes (${most}x${most})`, 'make the clip smaller, for instance with ffmpeg -vf scale=1920:-2')
  const { bits, planes } = PIXEL_FORMATS[format]
  const short = bits > 8 && norm16
  const layoutOf = (components: number) => {
    if (short) return components === 1 ? [R16, gl.RED] as const : [RG16, gl.RG] as const
    const bytes = components * (bits > 8 ? 2 : 1)
    return bytes === 1 ? [gl.R8, gl.RED] as const : bytes === 2 ? [gl.RG8, gl.RG] as const : [gl.RGBA8, gl.RGBA] as const
  }
  const sizes = planeSizes(PIXEL_FORMATS[format], width, height)
  const textures = sizes.map((size, i) => {
    const components = planes[i]?.components ?? 1
    const [internal, external] = layoutOf(components)
    const texture = gl.createTexture()
    gl.bindTexture(gl.TEXTURE_2D, texture)
    gl.texStorage2D(gl.TEXTURE_2D, 1, internal, size.width, size.height)
    setSampling(gpu, gl.TEXTURE_2D, labels || (bits > 8 && !short) ? 'nearest' : 'linear')
    return { ...size, name: `plane${i}`, texture, external, texelBytes: components * (bits > 8 ? 2 : 1) }
  })
  const type = short ? gl.UNSIGNED_SHORT : gl.UNSIGNED_BYTE
  return {
    format,
    width,
    height,
    upload(frame) {
      gl.activeTexture(gl.TEXTURE0)
      for (let i = 0; i < textures.length; i++) {
        const to = textures[i]
        const from = frame.planes[i]
        if (!to || !from || from.stride < to.rowBytes || from.data.byteLength < from.stride * (to.height - 1) + to.rowBytes) {
          throw new DoppelError(`plane ${i} of a ${format} picture of ${width}x${height} is shorter than its size says`, '')
        }
        gl.bindTexture(gl.TEXTURE_2D, to.texture)
        const padded = from.stride !== to.rowBytes
        if (padded && from.stride % to.texelBytes !== 0) {
          // No row length in whole texels describes this: go row by row (no decoder here pads so).
          for (let y = 0; y < to.height; y++) gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, y, to.width, 1, to.external, type, from.data.subarray(y * from.stride, y * from.stride + to.rowBytes))
          continue
        }
        if (padded) gl.pixelStorei(gl.UNPACK_ROW_LENGTH, from.stride / to.texelBytes)
        gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, to.width, to.height, to.external, type, from.data)
        if (padded) gl.pixelStorei(gl.UNPACK_ROW_LENGTH, 0)
      }
    },
    apply(program) {
      for (const { name, texture } of textures) program.texture(name, texture)
    },
    close() {
      for (const { texture } of textures) gl.deleteTexture(texture)
    },
  }
}
