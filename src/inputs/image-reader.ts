import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import {
  AV_CODEC_ID_BMP, AV_CODEC_ID_MJPEG, AV_CODEC_ID_PNG, AV_CODEC_ID_TARGA, AV_CODEC_ID_TIFF, AV_CODEC_ID_WEBP, type AVCodecID, FF_THREAD_SLICE,
} from 'node-av/constants'
import { Codec, CodecContext, FFmpegError, Frame, Packet } from 'node-av/lib'
import { DoppelError, messageOf } from '../engine/error.js'
import { MAX_PIXELS, MAX_SIDE, refuseSize } from './limits.js'
import type { Reader, ReaderFacts, Report } from './reader.js'

const CODECS: Readonly<Record<string, AVCodecID>> = {
  '.png': AV_CODEC_ID_PNG, '.jpg': AV_CODEC_ID_MJPEG, '.jpeg': AV_CODEC_ID_MJPEG, '.webp': AV_CODEC_ID_WEBP,
  '.bmp': AV_CODEC_ID_BMP, '.tif': AV_CODEC_ID_TIFF, '.tiff': AV_CODEC_ID_TIFF, '.tga': AV_CODEC_ID_TARGA,
}

const EPSILON = 1e-6

export interface ImageReaderOptions {
  /** What the performer named: a picture, a folder or a pattern. */
  readonly path: string
  readonly files: readonly string[]
  readonly fps: number
  readonly report: Report
}

const openDecoder = (file: string): { codec: Codec; context: CodecContext } => {
  const codec = Codec.findDecoder(CODECS[extname(file).toLowerCase()] ?? AV_CODEC_ID_PNG)
  if (!codec) throw new DoppelError(`this FFmpeg cannot decode ${extname(file)} pictures`, 'convert them to .png')
  const context = new CodecContext()
  context.allocContext3(codec)
  // One picture in, the same picture out: threads over frames would hold some back.
  context.threadType = FF_THREAD_SLICE
  context.setOption('max_pixels', MAX_PIXELS)
  FFmpegError.throwIfError(context.open2Sync(codec), `opening the ${codec.name ?? ''} decoder`)
  return { codec, context }
}

const decodeFile = (context: CodecContext, file: string, packet: Packet, into: Frame): void => {
  packet.unref()
  packet.data = readFileSync(file)
  // Else the PNG decoder adds the picture to the one before.
  packet.isKeyframe = true
  const sent = context.sendPacketSync(packet)
  packet.unref()
  context.sendPacketSync(null)
  const code = sent < 0 ? sent : context.receiveFrameSync(into)
  context.flushBuffers()
  FFmpegError.throwIfError(code, `decoding ${file}`)
}

/** Size in the header of a PNG (the only kind whose size fits no memory: others end at 65535 or 16383 a side). */
const pngSize = (file: string): readonly [number, number] | undefined => {
  const head = readFileSync(file).subarray(0, 24)
  return head.length === 24 && head.toString('latin1', 12, 16) === 'IHDR' ? [head.readUInt32BE(16), head.readUInt32BE(20)] : undefined
}

const firstPicture = (context: CodecContext, file: string, packet: Packet, into: Frame): void => {
  const size = pngSize(file)
  if (size) refuseSize(file, ...size)
  try {
    decodeFile(context, file, packet, into)
  } catch (thrown) {
    throw new DoppelError(
      `${file} cannot be read as a ${extname(file)} picture of at most ${MAX_SIDE} pixels a side: ${messageOf(thrown)}`,
      'it may be damaged, cut off, too large or of another kind than its name says; save it anew', { cause: thrown },
    )
  }
  refuseSize(file, into.width, into.height)
}

/** Opens a still (one file) or a sequence of pictures shown `fps` a second. Throws a {@link DoppelError} when the first cannot be shown. */
export const openImageReader = (options: ImageReaderOptions): Reader => {
  const { files, fps, path, report } = options
  const [first = path] = files
  const still = files.length === 1
  const { codec, context } = openDecoder(first)
  const packet = new Packet()
  packet.alloc()
  let index = 0
  const close = () => {
    packet.free()
    context.freeContext()
  }
  const measure = (): ReaderFacts => {
    const frame = new Frame()
    frame.alloc()
    try {
      firstPicture(context, first, packet, frame)
      const aspect = frame.sampleAspectRatio
      return {
        codec: codec.name ?? '', width: frame.width, height: frame.height, hasAudio: false, fps: still ? 0 : fps, duration: still ? 0 : files.length / fps,
        frameSeconds: 1 / fps, epsilon: EPSILON,
        // Pictures follow JFIF and the web, whatever their height.
        look: { rotation: 0, pixelAspect: aspect.num > 0 && aspect.den > 0 ? aspect.num / aspect.den : 1, defaultMatrix: 'bt601' },
      }
    } catch (thrown) {
      close()
      throw thrown
    } finally {
      frame.free()
    }
  }
  const next = (into: Frame): number => {
    while (index < files.length) {
      const at = index++
      try {
        decodeFile(context, files[at] ?? first, packet, into)
        return at / fps
      } catch {
        report(`${path}: pictures of the sequence are missing or damaged`, 'the one before is held in their place')
      }
    }
    return Number.NaN
  }
  return {
    facts: measure(),
    hw: 'none',
    refusals: [],
    seek(seconds) { index = Math.min(files.length - 1, Math.max(0, Math.floor((seconds + EPSILON) * fps))) },
    next,
    step: next,
    again: () => openImageReader(options),
    close,
  }
}
