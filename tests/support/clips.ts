import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  AV_CODEC_FLAG_GLOBAL_HEADER, AV_LOG_ERROR, AV_PKT_DATA_DISPLAYMATRIX, AVCOL_RANGE_JPEG, AVCOL_RANGE_MPEG, AVCOL_SPC_BT2020_NCL, AVCOL_SPC_BT709, AVCOL_SPC_RGB,
  AVCOL_SPC_SMPTE170M, AVCOL_SPC_UNSPECIFIED, AVCOL_TRC_ARIB_STD_B67, AVCOL_TRC_SMPTE2084, AVFMT_GLOBALHEADER, Codec, CodecContext, Dictionary, FFmpegError, FormatContext, Frame, Log, Packet, Rational,
  avGetPixFmtFromName, type FFEncoderCodec, type Stream,
} from 'node-av'
import { PIXEL_FORMATS, planeSizes, type PixelFormat, type PixelFormatId } from '../../src/engine/pixels.js'
import type { Frame as Picture } from '../../src/engine/types.js'

/** What a picture shows at one place: its number in bars, or anything a test wants. 0 to 255. */
export type Draw = (number: number, x: number, y: number, width: number, height: number) => number

export interface ClipOptions {
  /** File name; the container follows from its ending. Default `clip.mp4`. */
  readonly name?: string
  readonly frames: number
  readonly fps?: number
  readonly width?: number
  readonly height?: number
  /** FFmpeg's name of the encoder; default `libx264`. */
  readonly codec?: string
  /** Any layout of the engine's table that the codec takes; default `yuv420p`. */
  readonly pixelFormat?: PixelFormatId
  /** FFmpeg's name of a layout with the same bytes, for codecs that know it by that only: grey `rgba` may pass for `bgra`. */
  readonly passAs?: string
  /** Frames between keyframes; default one second. */
  readonly gop?: number
  readonly bFrames?: number
  /** When frame n is shown, in whole thousandths of a second (variable frame rate). */
  readonly timeMs?: (n: number) => number
  /** `none` leaves the matrix unspecified. */
  readonly matrix?: 'bt601' | 'bt709' | 'bt2020' | 'none'
  readonly fullRange?: boolean
  /** Transfer of high dynamic range. */
  readonly transfer?: 'pq' | 'hlg'
  /** Clockwise degrees the player must turn the picture. */
  readonly rotation?: 0 | 90 | 180 | 270
  readonly pixelAspect?: readonly [number, number]
  /** Luma; default {@link bars}. */
  readonly draw?: Draw
  /** Alpha, where the layout has it; default opaque. */
  readonly alpha?: Draw
  /** Options of the encoder, such as `{ preset: 'ultrafast', qp: '0' }`. */
  readonly encoder?: Readonly<Record<string, string>>
  /** Options of the container. */
  readonly muxer?: Readonly<Record<string, string>>
  /** Adds to every frame's time, seconds: the stream then does not begin at 0. */
  readonly startSeconds?: number
}

const BITS = 16

Log.setLevel(AV_LOG_ERROR)

/**
 * Sixteen upright bars, bit 0 at the left: white is 1. Bars of an odd column are drawn in the upper and the lower third
 * alike, so a picture made of two frames shows two numbers; between them runs a slope that moves.
 */
export const bars: Draw = (number, x, y, width, height) => {
  if (3 * y >= height && 3 * y < 2 * height) return 40 + ((x + y + 3 * number) % 160)
  return (number >> Math.floor((x * BITS) / width)) & 1 ? 220 : 30
}

/** Detail that costs an encoder and a decoder about what a filmed picture does, under the same bars. */
export const busy: Draw = (number, x, y, width, height) => {
  const base = bars(number, x, y, width, height)
  if (3 * y < height || 3 * y >= 2 * height) return base
  const hash = Math.imul(((x + 2 * number) >> 2) * 7919 + (y >> 2) * 104729, 2654435761) >>> 24
  return 60 + (hash >> 1)
}

const sample = (picture: Picture, format: PixelFormat, x: number, y: number): number => {
  const plane = picture.planes[0]
  const { components = 1 } = format.planes[0] ?? {}
  if (!plane) return Number.NaN
  const bytes = format.bits > 8 ? 2 : 1
  const at = y * plane.stride + x * components * bytes
  const raw = (plane.data[at] ?? 0) | (bytes === 2 ? (plane.data[at + 1] ?? 0) << 8 : 0)
  return format.packing === 'high' ? raw >> 8 : raw >> (format.bits - 8)
}

const readRow = (picture: Picture, y: number): number => {
  const format = PIXEL_FORMATS[picture.format]
  let number = 0
  for (let bit = 0; bit < BITS; bit++) {
    if (sample(picture, format, Math.floor(((bit + 0.5) * picture.width) / BITS), y) > 125) number |= 1 << bit
  }
  return number
}

/** The number drawn into a picture by {@link bars}; -1 when its upper and lower part disagree (a torn picture). */
export const readFrameNumber = (picture: Picture): number => {
  const upper = readRow(picture, Math.floor(picture.height / 6))
  return upper === readRow(picture, Math.floor((picture.height * 5) / 6)) ? upper : -1
}

/** The pixels of frame `number`, tightly packed in the layout's plane order. */
export const drawPixels = (pixelFormat: PixelFormatId, width: number, height: number, number: number, draw: Draw = bars, alpha: Draw = () => 255): Buffer => {
  const format: PixelFormat = PIXEL_FORMATS[pixelFormat]
  const sizes = planeSizes(format, width, height)
  const bytes = format.bits > 8 ? 2 : 1
  const out = Buffer.alloc(sizes.reduce((sum, { rowBytes, height: rows }) => sum + rowBytes * rows, 0))
  const shift = format.packing === 'high' ? 8 : format.bits - 8
  let at = 0
  const put = (value: number) => {
    if (bytes === 1) out[at] = value
    else out.writeUInt16LE((value << shift) & 0xffff, at)
    at += bytes
  }
  sizes.forEach((size, index) => {
    const components = format.planes[index]?.components ?? 1
    const chroma = format.model === 'yuv' && index > 0 && !(format.alpha && index === 3)
    const isAlpha = format.alpha && index === 3
    for (let y = 0; y < size.height; y++) {
      for (let x = 0; x < size.width; x++) {
        if (chroma) for (let c = 0; c < components; c++) put(128)
        else if (isAlpha) put(alpha(number, x, y, width, height))
        else if (components === 4) {
          const value = draw(number, x, y, width, height)
          for (let c = 0; c < 3; c++) put(value)
          put(alpha(number, x, y, width, height))
        } else put(draw(number, x, y, width, height))
      }
    }
  })
  return out
}

const MATRIX = { bt601: AVCOL_SPC_SMPTE170M, bt709: AVCOL_SPC_BT709, bt2020: AVCOL_SPC_BT2020_NCL, none: AVCOL_SPC_UNSPECIFIED } as const
const check = (code: number, doing: string): void => { FFmpegError.throwIfError(code, doing) }

// A Dictionary handed to open2 or writeHeader is freed twice (node-av 6.1.1), so options are set one by one.
const setOptions = (on: CodecContext | FormatContext, options: Readonly<Record<string, string>>): void => {
  for (const [name, value] of Object.entries(options)) check(on.setOption(name, value), `setting ${name}`)
}

const SINES: Record<number, readonly [number, number]> = { 0: [1, 0], 90: [0, 1], 180: [-1, 0], 270: [0, -1] }

/** QuickTime's 3 x 3 matrix (x' = a x + c y, y' = b x + d y, y down) that turns a picture clockwise. */
const displayMatrix = (degrees: number): Buffer => {
  const [cos, sin] = SINES[degrees] ?? [1, 0]
  const matrix = Buffer.alloc(36)
  ;[cos * 65536, sin * 65536, 0, -sin * 65536, cos * 65536, 0, 0, 0, 1 << 30].forEach((value, i) => matrix.writeInt32LE(value, i * 4))
  return matrix
}

const openEncoder = (options: ClipOptions, timeBase: Rational, globalHeader: boolean): CodecContext => {
  const { width = 320, height = 180, fps = 60, pixelFormat = 'yuv420p', codec: name = 'libx264', matrix = 'none', pixelAspect = [1, 1] } = options
  const codec = Codec.findEncoderByName(name as FFEncoderCodec)
  if (!codec) throw new Error(`this FFmpeg has no encoder ${name}`)
  const context = new CodecContext()
  context.allocContext3(codec)
  context.width = width
  context.height = height
  context.pixelFormat = avGetPixFmtFromName(options.passAs ?? pixelFormat)
  context.timeBase = timeBase
  context.framerate = new Rational(fps, 1)
  context.gopSize = options.gop ?? fps
  context.maxBFrames = options.bFrames ?? (name === 'libx264' ? 2 : 0)
  context.colorSpace = PIXEL_FORMATS[pixelFormat].model === 'rgb' ? AVCOL_SPC_RGB : MATRIX[matrix]
  context.colorRange = options.fullRange || PIXEL_FORMATS[pixelFormat].model === 'rgb' ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
  if (options.transfer) context.colorTrc = options.transfer === 'pq' ? AVCOL_TRC_SMPTE2084 : AVCOL_TRC_ARIB_STD_B67
  context.sampleAspectRatio = new Rational(...pixelAspect)
  if (globalHeader) context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER)
  const fast: Record<string, string> = name === 'libx264' ? { preset: 'ultrafast', crf: '18', 'x264-params': 'scenecut=0' } : {}
  setOptions(context, { ...fast, ...options.encoder })
  check(context.open2Sync(codec), `opening ${name}`)
  return context
}

const fillFrame = (frame: Frame, options: ClipOptions, number: number): void => {
  const { width = 320, height = 180, pixelFormat = 'yuv420p' } = options
  frame.alloc()
  frame.width = width
  frame.height = height
  frame.format = avGetPixFmtFromName(options.passAs ?? pixelFormat)
  check(frame.getBuffer(), 'allocating a frame')
  check(frame.fromBuffer(drawPixels(pixelFormat, width, height, number, options.draw, options.alpha)), 'filling a frame')
}

const drain = (encoder: CodecContext, packet: Packet, take: (packet: Packet) => void): void => {
  while (encoder.receivePacketSync(packet) >= 0) {
    take(packet)
    packet.unref()
  }
}

/** Encodes a clip into `dir` and gives its path. Frame n shows number n (see {@link readFrameNumber}). */
export const makeClip = async (dir: string, options: ClipOptions): Promise<string> => {
  await mkdir(dir, { recursive: true })
  const path = join(dir, options.name ?? 'clip.mp4')
  const { fps = 60, timeMs, startSeconds = 0 } = options
  const timeBase = timeMs ? new Rational(1, 1000) : new Rational(1, fps)
  const output = new FormatContext()
  check(output.allocOutputContext2(null, null, path), `making ${path}`)
  setOptions(output, options.muxer ?? {})
  const encoder = openEncoder(options, timeBase, (Number(output.oformat?.flags ?? 0) & AVFMT_GLOBALHEADER) !== 0)
  const stream: Stream = output.newStream()
  check(stream.codecpar.fromContext(encoder), 'describing the stream')
  stream.timeBase = timeBase
  stream.avgFrameRate = new Rational(fps, 1)
  stream.sampleAspectRatio = new Rational(...(options.pixelAspect ?? [1, 1]))
  if (options.rotation) check(stream.codecpar.addCodedSideData(AV_PKT_DATA_DISPLAYMATRIX, displayMatrix(options.rotation)), 'rotating')
  if (options.pixelFormat?.startsWith('yuva') && options.codec === 'libvpx-vp9') stream.metadata = Dictionary.fromObject({ alpha_mode: '1' })
  check(output.openOutputSync(), `opening ${path}`)
  check(output.writeHeaderSync(), `starting ${path}`)
  const packet = new Packet()
  packet.alloc()
  const durations = new Map<bigint, bigint>()
  const write = () => drain(encoder, packet, (made) => {
    made.streamIndex = stream.index
    made.duration = durations.get(made.pts) ?? 1n
    made.rescaleTs(timeBase, stream.timeBase)
    check(output.interleavedWriteFrameSync(made), `writing ${path}`)
  })
  const offset = BigInt(Math.round((startSeconds * timeBase.den) / timeBase.num))
  for (let n = 0; n < options.frames; n++) {
    const frame = new Frame()
    fillFrame(frame, options, n)
    frame.pts = BigInt(timeMs ? timeMs(n) : n) + offset
    frame.duration = timeMs ? BigInt(timeMs(n + 1) - timeMs(n)) : 1n
    durations.set(frame.pts, frame.duration)
    check(encoder.sendFrameSync(frame), 'encoding')
    frame.free()
    write()
  }
  check(encoder.sendFrameSync(null), 'finishing')
  write()
  check(output.writeTrailerSync(), `finishing ${path}`)
  output.closeOutputSync()
  packet.free()
  encoder.freeContext()
  output.freeContext()
  return path
}

const STILLS: Readonly<Record<string, { codec: string; pixelFormat: PixelFormatId; fullRange: boolean }>> = {
  png: { codec: 'png', pixelFormat: 'rgba', fullRange: true },
  jpg: { codec: 'mjpeg', pixelFormat: 'yuv420p', fullRange: true },
  webp: { codec: 'libwebp', pixelFormat: 'yuv420p', fullRange: false },
}

/** Encodes one picture showing `number` into `dir/name` (`.png`, `.jpg` or `.webp`) and gives its path. */
export const makeStill = async (dir: string, name: string, number: number, options: Omit<ClipOptions, 'frames' | 'name'> = {}): Promise<string> => {
  const kind = STILLS[name.split('.').at(-1) ?? '']
  if (!kind) throw new Error(`a still is .png, .jpg or .webp, not ${name}`)
  await mkdir(dir, { recursive: true })
  const all: ClipOptions = { ...kind, ...options, frames: 1, fps: 25 }
  const encoder = openEncoder(all, new Rational(1, 25), false)
  const frame = new Frame()
  fillFrame(frame, all, number)
  frame.pts = 0n
  check(encoder.sendFrameSync(frame), 'encoding')
  check(encoder.sendFrameSync(null), 'finishing')
  const packet = new Packet()
  packet.alloc()
  const parts: Buffer[] = []
  drain(encoder, packet, (made) => parts.push(Buffer.from(made.data ?? [])))
  frame.free()
  packet.free()
  encoder.freeContext()
  const path = join(dir, name)
  await writeFile(path, Buffer.concat(parts))
  return path
}

/** Encodes numbered pictures (`dir/00000.png` and so on) and gives the pattern `dir/%05d.png`. */
export const makeSequence = async (dir: string, frames: number, options: Omit<ClipOptions, 'frames' | 'name'> & { ending?: string; first?: number } = {}): Promise<string> => {
  const { ending = 'png', first = 0, ...rest } = options
  for (let n = 0; n < frames; n++) await makeStill(dir, `${String(n + first).padStart(5, '0')}.${ending}`, n, rest)
  return join(dir, `%05d.${ending}`)
}
