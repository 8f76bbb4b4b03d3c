import {
  AV_FRAME_DATA_DISPLAYMATRIX, AVCOL_RANGE_JPEG, AVCOL_SPC_BT2020_CL, AVCOL_SPC_BT2020_NCL, AVCOL_SPC_BT470BG, AVCOL_SPC_BT709, AVCOL_SPC_FCC, AVCOL_SPC_RGB,
  AVCOL_SPC_SMPTE170M, AVCOL_SPC_SMPTE240M, AVCOL_TRC_ARIB_STD_B67, AVCOL_TRC_SMPTE2084, type AVPixelFormat, SWS_BILINEAR,
} from 'node-av/constants'
import { avGetPixFmtFromName, avGetPixFmtName, avImageGetBufferSize, FFmpegError, Frame, SoftwareScaleContext } from 'node-av/lib'
import { PIXEL_FORMATS, PIXEL_FORMAT_IDS, type PixelFormatId } from '../engine/pixels.js'
import type { ColourMatrix, Rotation } from '../engine/types.js'
import type { Shape } from './clip-shape.js'

/** What a stream says of all its pictures. */
export interface StreamLook {
  readonly rotation: Rotation
  readonly pixelAspect: number
  /** Matrix of pictures that do not name one; undefined follows the height, as broadcast does. */
  readonly defaultMatrix?: ColourMatrix
}

/**
 * Clockwise turn of a display matrix: nine little-endian integers a b u c d v x y w with x' = a x + c y and y' = b x + d y,
 * y downwards (ISO 14496-12, 6.2.2), so that b > 0 carries the right-hand edge to the bottom.
 */
export const rotationOf = (matrix: Buffer | null): Rotation => {
  if (!matrix || matrix.length < 36) return 0
  const turns = Math.round(Math.atan2(matrix.readInt32LE(4), matrix.readInt32LE(0)) / (Math.PI / 2))
  return ([0, 90, 180, 270] as const)[((turns % 4) + 4) % 4] ?? 0
}

const MATRICES = new Map<number, ColourMatrix>([
  [AVCOL_SPC_BT709, 'bt709'], [AVCOL_SPC_SMPTE240M, 'bt709'], [AVCOL_SPC_SMPTE170M, 'bt601'], [AVCOL_SPC_BT470BG, 'bt601'],
  [AVCOL_SPC_FCC, 'bt601'], [AVCOL_SPC_BT2020_NCL, 'bt2020'], [AVCOL_SPC_BT2020_CL, 'bt2020'], [AVCOL_SPC_RGB, 'rgb'],
])

const HD_LINES = 720

// yuvjNNNp is yuvNNNp that is always full range; bytes lie alike.
const layoutName = (name: string) => name.replace(/^yuvj/, 'yuv')
const isId = (name: string): name is PixelFormatId => (PIXEL_FORMAT_IDS as readonly string[]).includes(name)

/** The layout of the table that keeps most of a layout which is not in it: alpha first, then chroma, then depth. */
export const nearestLayout = (name: string): PixelFormatId => {
  const layout = layoutName(name)
  if (isId(layout)) return layout
  const yuv = /^(yuva?)(\d{3})p(\d+)?/.exec(layout)
  if (yuv) {
    const [, family = 'yuv', sampling = '444', bits = '8'] = yuv
    const depth = Number(bits) > 10 ? 12 : Number(bits) > 8 ? 10 : 8
    const samplings = { 420: ['420', '422', '444'], 422: ['422', '444'], 411: ['422'], 410: ['420'], 440: ['444'] }[sampling] ?? ['444']
    const suffix = depth === 8 ? 'p' : `p${depth}le`
    return samplings.map((one) => `${family}${one}${suffix}`).find(isId) ?? `${family === 'yuva' ? 'yuva' : 'yuv'}444p12le`
  }
  if (/^(gray|mono)/.test(layout)) return 'gray'
  const packed = PACKED.find(([pattern]) => pattern.test(layout))
  return packed?.[1] ?? 'rgba'
}

const PACKED: readonly (readonly [RegExp, PixelFormatId])[] = [
  [/^(yuyv422|uyvy422|yvyu422)/, 'yuv422p'], [/^(y210|y212|p212|p216)/, 'yuv422p12le'], [/^(nv21)/, 'nv12'], [/^(p012|p016)/, 'yuv420p12le'],
  [/^(nv24|nv42|vuyx)/, 'yuv444p'], [/^(p410|p412|p416|xv30|xv36|y41)/, 'yuv444p12le'], [/^(vuya|ayuv)/, 'yuva444p'], [/^nv20/, 'yuv422p10le'],
]

/** What a decoded picture (in main memory) will be in the ring. */
export const shapeOf = (frame: Frame, look: StreamLook): Shape => {
  const name = avGetPixFmtName(frame.format as AVPixelFormat) ?? ''
  const format = nearestLayout(name)
  const rgb = PIXEL_FORMATS[format].model === 'rgb'
  const turned = frame.getSideData(AV_FRAME_DATA_DISPLAYMATRIX)
  const named = MATRICES.get(frame.colorSpace)
  const { num, den } = frame.sampleAspectRatio
  return {
    format,
    width: frame.width,
    height: frame.height,
    matrix: rgb ? 'rgb' : named && named !== 'rgb' ? named : (look.defaultMatrix ?? (frame.height >= HD_LINES ? 'bt709' : 'bt601')),
    fullRange: rgb || frame.colorRange === AVCOL_RANGE_JPEG || name.startsWith('yuvj'),
    rotation: turned ? rotationOf(turned) : look.rotation,
    pixelAspect: num > 0 && den > 0 ? num / den : look.pixelAspect,
  }
}

/** Sentences about what a picture's look cannot keep on its way to the GPU. */
export const lookNotes = (frame: Frame): string[] => {
  const name = avGetPixFmtName(frame.format as AVPixelFormat) ?? 'unknown'
  const format = nearestLayout(name)
  const notes: string[] = []
  if (layoutName(name) !== format) notes.push(`${name} is converted to ${format}`)
  if (frame.colorTrc === AVCOL_TRC_SMPTE2084 || frame.colorTrc === AVCOL_TRC_ARIB_STD_B67) notes.push('HDR is shown without tone mapping')
  return notes
}

/** Copies decoded pictures into ring slots, tightly packed, converting layouts the table lacks. */
export interface PictureCopier {
  /** `pixels` must have room for the shape; row and plane order follow `planeSizes`. */
  copy(frame: Frame, shape: Shape, pixels: Buffer): void
  close(): void
}

/** Slots of a ring. */
const WRAPPED = 3

/**
 * A frame whose pixels are the very bytes of `pixels`: FFmpeg copies into it in one go. (A frame with no buffers of its own
 * takes the memory it is given. Looking at a decoded frame's bytes instead would have the garbage collector reckon with them.)
 */
const wrap = (pixels: Buffer, width: number, height: number, format: AVPixelFormat): Frame => {
  const size = avImageGetBufferSize(format, width, height, 1)
  if (size < 0 || size > pixels.length) throw new RangeError(`a picture of ${size} bytes does not fit a slot of ${pixels.length}`)
  const frame = new Frame()
  frame.alloc()
  frame.width = width
  frame.height = height
  frame.format = format
  FFmpegError.throwIfError(frame.fromBuffer(pixels), 'finding room for a picture')
  return frame
}

export const createPictureCopier = (): PictureCopier => {
  let scaler: SoftwareScaleContext | undefined
  // FFmpeg's scaler may write past the end of a tightly packed row, so it gets a frame of its own.
  let scaled: Frame | undefined
  const slots = new Map<Buffer, Frame>()
  let key = ''

  const drop = () => {
    scaler?.freeContext()
    scaled?.free()
    for (const slot of slots.values()) slot.free()
    slots.clear()
    scaler = scaled = undefined
    key = ''
  }
  const renew = (frame: Frame, format: AVPixelFormat) => {
    drop()
    if (format === frame.format) return
    scaled = new Frame()
    scaled.alloc()
    scaled.width = frame.width
    scaled.height = frame.height
    scaled.format = format
    FFmpegError.throwIfError(scaled.getBuffer(), 'making room for a picture')
    scaler = new SoftwareScaleContext()
    scaler.getContext(frame.width, frame.height, frame.format as AVPixelFormat, frame.width, frame.height, format, SWS_BILINEAR)
  }
  const slotOf = (pixels: Buffer, { width, height }: Frame, format: AVPixelFormat): Frame => {
    let slot = slots.get(pixels)
    if (slot) return slot
    if (slots.size === WRAPPED) {
      for (const old of slots.values()) old.free()
      slots.clear()
    }
    slots.set(pixels, (slot = wrap(pixels, width, height, format)))
    return slot
  }
  return {
    copy(frame, shape, pixels) {
      const from = frame.format as AVPixelFormat
      const format = layoutName(avGetPixFmtName(from) ?? '') === shape.format ? from : avGetPixFmtFromName(shape.format)
      const wanted = `${frame.width}x${frame.height} ${from} ${format}`
      if (key !== wanted) renew(frame, format)
      key = wanted
      if (scaler && scaled) FFmpegError.throwIfError(scaler.scaleFrameSync(scaled, frame), 'converting a picture')
      FFmpegError.throwIfError(slotOf(pixels, frame, format).copy(scaled ?? frame), 'copying a picture')
    },
    close: drop,
  }
}
