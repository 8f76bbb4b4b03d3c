import {
  AVDISCARD_ALL, AVERROR_EOF, AVMEDIA_TYPE_AUDIO, AV_CHANNEL_LAYOUT_MONO, AV_CHANNEL_ORDER_UNSPEC, AV_NOPTS_VALUE, AV_SAMPLE_FMT_FLT, AV_TIME_BASE, AVERROR_EAGAIN, type AVSampleFormat,
} from 'node-av/constants'
import { avChannelLayoutDefault, Codec, CodecContext, FFmpegError, type FormatContext, Frame, Packet, SoftwareResampleContext, type ChannelLayout } from 'node-av/lib'
import { DoppelError } from '../../engine/error.js'
import { SAMPLE_RATE } from '../../engine/sound/ring.js'
import { ERRORS_IN_A_ROW } from '../demux.js'

/** An audio track as 48 kHz mono. */
export interface Track {
  /** What it is, in words. */
  readonly detail: string
  /** The newest block: its first `next()` samples count. The same memory all along. */
  readonly block: Float32Array
  /** Decodes the next block and gives its length (which may be 0), or what ended the track. */
  next(): number | 'end' | DoppelError
  close(): void
}

/** Samples of one block: more than any codec's frame, brought to 48 kHz. */
const BLOCK = 2 ** 16

const refuse = (name: string, what: string, code: number, hint: string) => new DoppelError(`${name} ${what} (${FFmpegError.strerror(code)})`, hint)

/** Takes over an opened container, and closes it when it holds no sound. `name` is what the performer called it. */
export const openTrack = (context: FormatContext, name: string, hint: string): Track => {
  const fail = (error: DoppelError): never => {
    context.closeInputSync()
    throw error
  }
  const code = context.findStreamInfoSync()
  if (code < 0) fail(refuse(name, 'is not a sound that can be read', code, hint))
  const index = context.findBestStream(AVMEDIA_TYPE_AUDIO, -1, -1)
  const stream = context.streams[index]
  if (!stream) return fail(new DoppelError(`${name} has no sound: it holds no audio track`, hint))
  const codec = Codec.findDecoder(stream.codecpar.codecId)
  if (!codec) return fail(new DoppelError(`${name} holds a kind of sound that cannot be decoded here`, hint))
  for (const other of context.streams) if (other.index !== index) other.discard = AVDISCARD_ALL
  const decoder = new CodecContext()
  decoder.allocContext3(codec)
  decoder.parametersToContext(stream.codecpar)
  decoder.pktTimebase = stream.timeBase
  const opened = decoder.open2Sync(codec)
  if (opened < 0) {
    decoder.freeContext()
    fail(refuse(name, 'holds sound that cannot be decoded', opened, hint))
  }

  const [packet, decoded, out] = [new Packet(), new Frame(), new Frame()]
  packet.alloc()
  decoded.alloc()
  out.alloc()
  Object.assign(out, { format: AV_SAMPLE_FMT_FLT, channelLayout: AV_CHANNEL_LAYOUT_MONO, sampleRate: SAMPLE_RATE, nbSamples: BLOCK })
  FFmpegError.throwIfError(out.getBuffer(), 'making room for sound')
  const bytes = out.data?.[0] ?? Buffer.alloc(4 * BLOCK)
  const block = new Float32Array(bytes.buffer, bytes.byteOffset, BLOCK)
  let swr: SoftwareResampleContext | undefined
  let kind: { sampleRate: number; channels: number; format: number } = { sampleRate: 0, channels: 0, format: 0 }
  let layout: ChannelLayout | undefined
  let ended = false
  let errors = 0
  // Where the track begins later than the file does, silence comes first.
  const late = stream.startTime === AV_NOPTS_VALUE || context.startTime === AV_NOPTS_VALUE ? 0 : Number(stream.startTime) * stream.timeBase.toDouble() - Number(context.startTime) / AV_TIME_BASE
  let silence = Math.max(0, Math.round(late * SAMPLE_RATE))

  const resample = (): number => {
    const { sampleRate, channels, format } = decoded
    // Plain files name no speakers, only how many there are. Looked at once per kind: every look at a layout makes an object.
    if (!swr || sampleRate !== kind.sampleRate || channels !== kind.channels || format !== kind.format) {
      kind = { sampleRate, channels, format }
      layout = decoded.channelLayout.order === AV_CHANNEL_ORDER_UNSPEC ? avChannelLayoutDefault(channels) : undefined
      swr?.free()
      swr = new SoftwareResampleContext()
      swr.allocSetOpts2(AV_CHANNEL_LAYOUT_MONO, AV_SAMPLE_FMT_FLT, SAMPLE_RATE, layout ?? decoded.channelLayout, format as AVSampleFormat, sampleRate)
      // The mean of all channels: FFmpeg's own mix of two may be louder than 1.
      swr.setMatrix(Array.from({ length: channels }, () => 1 / channels), channels)
      FFmpegError.throwIfError(swr.init(), 'resampling sound')
    }
    if (layout) decoded.channelLayout = layout
    // 0 means: as much as there is room for.
    out.nbSamples = 0
    return swr.convertFrame(out, decoded) >= 0 ? out.nbSamples : 0
  }

  return {
    detail: `${codec.name ?? 'sound'}, ${stream.codecpar.sampleRate} Hz, ${stream.codecpar.channels} ${stream.codecpar.channels === 1 ? 'channel' : 'channels'}`,
    block,
    next() {
      if (silence > 0) {
        const n = Math.min(silence, BLOCK)
        block.fill(0, 0, n)
        silence -= n
        return n
      }
      for (;;) {
        const received = decoder.receiveFrameSync(decoded)
        if (received >= 0) {
          errors = 0
          return resample()
        }
        if (ended || received === AVERROR_EOF) return 'end'
        if (received !== AVERROR_EAGAIN && ++errors > ERRORS_IN_A_ROW) return refuse(name, 'cannot be decoded any more', received, hint)
        packet.unref()
        const read = context.readFrameSync(packet)
        if (read === AVERROR_EOF) {
          ended = true
          decoder.sendPacketSync(null)
        } else if (read === AVERROR_EAGAIN) return 0
        else if (read < 0) {
          if (++errors > ERRORS_IN_A_ROW) return refuse(name, 'cannot be read any more', read, hint)
        } else if (packet.streamIndex === index && decoder.sendPacketSync(packet) < 0 && ++errors > ERRORS_IN_A_ROW) return new DoppelError(`${name} is damaged: its sound cannot be decoded any more`, hint)
      }
    },
    close() {
      swr?.free()
      for (const frame of [decoded, out]) frame.free()
      packet.free()
      decoder.freeContext()
      context.closeInputSync()
    },
  }
}
