import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import {
  AV_CODEC_FLAG_GLOBAL_HEADER, AV_LOG_ERROR, AV_PICTURE_TYPE_NONE, AV_PIX_FMT_YUV420P, AVCOL_RANGE_MPEG, AVCOL_SPC_BT709, AVFMT_GLOBALHEADER, Codec, CodecContext, FFmpegError, Filter,
  FilterGraph, FormatContext, Frame, Log, Packet, Rational, type FFEncoderCodec,
} from 'node-av'

/** H.264 clips with a keyframe every second, made when first asked for. */
export interface Clips {
  /** Gives the path of a clip of this many seconds. */
  clip(width: number, height: number, fps: number, seconds: number): string
}

/** Moving patterns under film grain: about as many bits and as much work for a decoder as a filmed picture. */
const content = (width: number, height: number, fps: number) => `testsrc2=size=${width}x${height}:rate=${fps},noise=alls=9:allf=t,format=yuv420p,buffersink@out`

/** 15 Mbit/s at 1080p60: a camera's or a stock clip's. */
const BITS_PER_PIXEL = 0.12

const BITS = 16
const BAR_ROWS = 32
const check = (code: number, doing: string): void => { FFmpegError.throwIfError(code, doing) }

/** Draws `number` across the top of a luma plane: sixteen bars, bit 0 at the left, white is 1. */
const drawNumber = (luma: Uint8Array, stride: number, width: number, number: number): void => {
  for (let bit = 0; bit < BITS; bit++) {
    const [from, to] = [Math.floor((bit * width) / BITS), Math.floor(((bit + 1) * width) / BITS)]
    for (let y = 0; y < BAR_ROWS; y++) luma.fill((number >> bit) & 1 ? 220 : 30, y * stride + from, y * stride + to)
  }
}

/** The number of a picture of a clip made here, from its luma. */
export const readNumber = (luma: Uint8Array, stride: number, width: number): number => {
  let number = 0
  for (let bit = 0; bit < BITS; bit++) if ((luma[(BAR_ROWS / 2) * stride + Math.floor(((bit + 0.5) * width) / BITS)] ?? 0) > 125) number |= 1 << bit
  return number
}

const openPictures = (width: number, height: number, fps: number) => {
  const graph = new FilterGraph()
  graph.alloc()
  check(graph.parsePtr(content(width, height, fps)), 'describing the pictures')
  check(graph.configSync(), 'preparing the pictures')
  const sink = graph.filters?.find(({ filter }) => filter?.name === (Filter.getByName('buffersink')?.name ?? ''))
  if (!sink) throw new Error('the pictures have no end to take them from')
  return { next: (frame: Frame) => { check(sink.buffersinkGetFrameSync(frame), 'drawing a picture') }, close: () => { graph.free() } }
}

const openEncoder = (width: number, height: number, fps: number, globalHeader: boolean): CodecContext => {
  const codec = Codec.findEncoderByName('libx264' as FFEncoderCodec)
  if (!codec) throw new Error('this FFmpeg has no x264')
  const encoder = new CodecContext()
  encoder.allocContext3(codec)
  Object.assign(encoder, {
    width, height, pixelFormat: AV_PIX_FMT_YUV420P, timeBase: new Rational(1, fps), framerate: new Rational(fps, 1), gopSize: fps, bitRate: BigInt(Math.round(BITS_PER_PIXEL * width * height * fps)),
    colorSpace: AVCOL_SPC_BT709, colorRange: AVCOL_RANGE_MPEG,
  })
  if (globalHeader) encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER)
  for (const [name, value] of Object.entries({ preset: 'veryfast', 'x264-params': `keyint=${fps}:min-keyint=${fps}:scenecut=0` })) check(encoder.setOption(name, value), `setting ${name}`)
  check(encoder.open2Sync(codec), 'opening x264')
  return encoder
}

const encode = (path: string, width: number, height: number, fps: number, frames: number): void => {
  const pictures = openPictures(width, height, fps)
  const output = new FormatContext()
  check(output.allocOutputContext2(null, null, path), `making ${path}`)
  const encoder = openEncoder(width, height, fps, (Number(output.oformat?.flags ?? 0) & AVFMT_GLOBALHEADER) !== 0)
  const stream = output.newStream()
  check(stream.codecpar.fromContext(encoder), 'describing the stream')
  stream.timeBase = encoder.timeBase
  stream.avgFrameRate = new Rational(fps, 1)
  check(output.openOutputSync(), `opening ${path}`)
  check(output.writeHeaderSync(), `beginning ${path}`)
  const packet = new Packet()
  packet.alloc()
  const frame = new Frame()
  frame.alloc()
  const send = (picture: Frame | null) => {
    check(encoder.sendFrameSync(picture), 'encoding')
    while (encoder.receivePacketSync(packet) >= 0) {
      packet.streamIndex = stream.index
      packet.duration = 1n
      packet.rescaleTs(encoder.timeBase, stream.timeBase)
      check(output.interleavedWriteFrameSync(packet), `writing ${path}`)
      packet.unref()
    }
  }
  for (let n = 0; n < frames; n++) {
    pictures.next(frame)
    check(frame.makeWritable(), 'drawing a number')
    const luma = frame.data?.[0]
    if (luma) drawNumber(luma, frame.linesize[0] ?? width, width, n)
    frame.pts = BigInt(n)
    // The source calls every picture a keyframe, and the encoder would take its word.
    frame.pictType = AV_PICTURE_TYPE_NONE
    send(frame)
    frame.unref()
  }
  send(null)
  check(output.writeTrailerSync(), `finishing ${path}`)
  output.closeOutputSync()
  packet.free()
  frame.free()
  encoder.freeContext()
  output.freeContext()
  pictures.close()
}

/** Keeps clips in `folder`, where the benches of one run find those that others made. */
export const openClips = (folder: string, say: (text: string) => void): Clips => {
  Log.setLevel(AV_LOG_ERROR)
  return {
    clip(width, height, fps, seconds) {
      const path = join(folder, `${width}x${height}-${fps}-${seconds}s.mp4`)
      if (existsSync(path)) return path
      say(`making a clip of ${seconds} s, ${width}x${height} at ${fps} frames a second`)
      const part = join(folder, `part-${process.pid}.mp4`)
      encode(part, width, height, fps, Math.round(seconds * fps))
      // Whole or not there at all.
      renameSync(part, path)
      return path
    },
  }
}
