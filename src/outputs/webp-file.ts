import { Codec, CodecContext, Frame, Log, Packet, Rational } from 'node-av/lib'
import { AV_LOG_QUIET, AV_OPT_SEARCH_CHILDREN, AV_OPT_TYPE_STRING, AV_PIX_FMT_BGRA, type FFEncoderCodec } from 'node-av/constants'
import { DoppelError } from '../engine/error.js'
import type { PixelView } from '../engine/types.js'
import { check } from './av-check.js'
import { openMediaFile } from './media-file.js'
import { receive } from './video-encoder.js'

export interface WebpOptions {
  /** Pixels. */
  readonly width: number
  readonly height: number
  /** Pictures a second of one that moves; undefined: a still, of one picture. */
  readonly fps?: number
  /** 0 to 100. */
  readonly quality: number
}

/** A WebP being written: a picture for pages. One that moves goes round for ever. Not for shows: it encodes where it is called. */
export interface WebpFile {
  write(view: Pick<PixelView, 'data'>): void
  finish(): void
}

const WEBP = { muxer: 'webp', codecs: [], audio: 'aac', options: { loop: '0' }, boxes: false } as const

/** Opens the file, replacing one that is there. Throws a {@link DoppelError} when it cannot be written. */
export const openWebpFile = (path: string, { width, height, fps, quality }: WebpOptions): WebpFile => {
  const codec = Codec.findEncoderByName((fps === undefined ? 'libwebp' : 'libwebp_anim') as FFEncoderCodec)
  if (!codec) throw new DoppelError('this build of FFmpeg writes no WebP', 'run: npm run setup -- --again')
  Log.setLevel(AV_LOG_QUIET)
  const file = openMediaFile(path, WEBP)
  const context = new CodecContext()
  const packet = new Packet()
  const frame = new Frame()
  packet.alloc()
  frame.alloc()
  context.allocContext3(codec)
  const rate = fps ?? 1
  Object.assign(context, { width, height, pixelFormat: AV_PIX_FMT_BGRA, timeBase: new Rational(1, rate), framerate: new Rational(rate, 1), gopSize: rate })
  file.prepare(context)
  for (const [name, value] of [['quality', String(quality)], ['compression_level', '6'], ['preset', 'picture']] as const) {
    check(context.setOption(name, value, AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN), `no option ${name}=${value} for ${path}`)
  }
  check(context.open2Sync(codec), `cannot encode ${path}`)
  const track = file.add(context)
  file.begin()
  const take = (ready: Packet) => { file.write(ready, track) }
  let count = 0
  return {
    write({ data }) {
      frame.unref()
      Object.assign(frame, { format: AV_PIX_FMT_BGRA, width, height, pts: BigInt(count), duration: 1n })
      check(frame.getBuffer(), 'no memory for a picture')
      const plane = frame.data?.[0]
      const stride = frame.linesize[0] ?? 0
      if (!plane) throw new RangeError('the picture has no plane')
      for (let y = 0; y < height; y++) {
        for (let from = y * width * 4, to = y * stride; from < (y + 1) * width * 4; from += 4, to += 4) {
          plane[to] = data[from + 2] ?? 0
          plane[to + 1] = data[from + 1] ?? 0
          plane[to + 2] = data[from] ?? 0
          plane[to + 3] = 255
        }
      }
      count += 1
      check(context.sendFrameSync(frame), 'the encoder refuses a picture')
      receive(context, packet, take)
    },
    finish() {
      check(context.sendFrameSync(null), 'the encoder does not end')
      receive(context, packet, take)
      file.finish()
      packet.free()
      frame.free()
      context.freeContext()
    },
  }
}
