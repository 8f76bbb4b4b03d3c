import { Codec, CodecContext, FormatContext, Frame, Packet, SoftwareResampleContext, avChannelLayoutDefault, type Stream } from 'node-av/lib'
import {
  AVDISCARD_ALL, AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_VIDEO, AVSEEK_FLAG_BACKWARD, AV_CHANNEL_LAYOUT_STEREO, AV_CHANNEL_ORDER_UNSPEC, AV_NOPTS_VALUE, AV_SAMPLE_FMT_FLTP,
  type AVSampleFormat,
} from 'node-av/constants'
import { check } from './av-check.js'

export const SAMPLE_RATE = 48_000

/** Stereo sound, one array of samples per side. */
export type Stereo = readonly [Float32Array, Float32Array]

/** A clip's sound as 48 kHz stereo; sample 0 lies under the start of its first picture. */
export interface ClipSound {
  seek(sample: number): void
  /** Fills `into` from `offset` with up to `count` samples in order; fewer only at the clip's end. */
  read(into: Stereo, offset: number, count: number): number
  close(): void
}

/** Codecs need some time before a seek target to be right again (Opus asks for 80 ms). */
const PREROLL_SECONDS = 0.25
/** Time stamps that jump by more than this are a hole or an overlap; less is rounding. */
const JUMP = SAMPLE_RATE / 50

const floats = (bytes: Buffer | undefined, count: number): Float32Array =>
  bytes ? new Float32Array(bytes.buffer, bytes.byteOffset, count) : new Float32Array(count)

const secondsOf = (ticks: bigint, stream: Stream): number => Number(ticks) * stream.timeBase.toDouble()

const openResampler = ({ channelLayout, format, sampleRate }: Frame): SoftwareResampleContext => {
  const swr = new SoftwareResampleContext()
  check(swr.allocSetOpts2(AV_CHANNEL_LAYOUT_STEREO, AV_SAMPLE_FMT_FLTP, SAMPLE_RATE, channelLayout, format as AVSampleFormat, sampleRate), 'cannot resample the sound')
  check(swr.init(), 'cannot resample the sound')
  return swr
}

/** Where the clip's time begins: at its first picture, if it has any. */
const originOf = (context: FormatContext, audio: Stream): number => {
  const video = context.findBestStream(AVMEDIA_TYPE_VIDEO, -1, -1)
  const stream = context.streams[video] ?? audio
  return stream.startTime === AV_NOPTS_VALUE ? 0 : secondsOf(stream.startTime, stream)
}

/** Opens a clip's best audio track; undefined when it has none. Throws a DoppelError when the clip cannot be read. */
export const openClipSound = (path: string): ClipSound | undefined => {
  const context = new FormatContext()
  check(context.openInputSync(`file:${path}`), `cannot open the sound of ${path}`)
  check(context.findStreamInfoSync(), `cannot read the sound of ${path}`)
  const index = context.findBestStream(AVMEDIA_TYPE_AUDIO, -1, -1)
  const stream = context.streams[index]
  const codec = stream && Codec.findDecoder(stream.codecpar.codecId)
  if (!stream || !codec) {
    context.closeInputSync()
    return undefined
  }
  const origin = originOf(context, stream)
  for (const other of context.streams) if (other.index !== index) other.discard = AVDISCARD_ALL
  const decoder = new CodecContext()
  decoder.allocContext3(codec)
  check(decoder.parametersToContext(stream.codecpar), `cannot decode the sound of ${path}`)
  decoder.pktTimebase = stream.timeBase
  check(decoder.open2Sync(codec), `cannot decode the sound of ${path}`)

  const [packet, decoded, resampled] = [new Packet(), new Frame(), new Frame()]
  packet.alloc()
  decoded.alloc()
  resampled.alloc()
  let swr: SoftwareResampleContext | undefined
  let resampledKind = ''
  let block: Stereo = [new Float32Array(0), new Float32Array(0)]
  /** Samples of the block already given, silence due before it, samples to throw away, and where the stream should be. */
  let used = 0
  let silence = 0
  let skip = 0
  let due: number | undefined
  let target = 0
  let ended = false

  const stopResampling = () => {
    swr?.free()
    swr = undefined
  }
  const resample = (frame: Frame | null): void => {
    if (frame) {
      // Plain files name no speakers, only how many there are.
      if (frame.channelLayout.order === AV_CHANNEL_ORDER_UNSPEC) frame.channelLayout = avChannelLayoutDefault(frame.channels)
      const kind = `${frame.sampleRate} ${frame.channels} ${frame.format}`
      if (kind !== resampledKind) stopResampling()
      resampledKind = kind
      swr ??= openResampler(frame)
    }
    if (!swr) return
    resampled.unref()
    Object.assign(resampled, { format: AV_SAMPLE_FMT_FLTP, channelLayout: AV_CHANNEL_LAYOUT_STEREO, sampleRate: SAMPLE_RATE })
    check(swr.convertFrame(resampled, frame), 'cannot resample the sound')
    const [left, right] = resampled.data ?? []
    block = [floats(left, resampled.nbSamples), floats(right, resampled.nbSamples)]
    used = 0
  }
  /** Compares a frame's own time with where the samples before it end. */
  const place = (frame: Frame): void => {
    const pts = frame.bestEffortTimestamp
    const at = pts === AV_NOPTS_VALUE ? (due ?? 0) : Math.round((secondsOf(pts, stream) - origin) * SAMPLE_RATE)
    const jump = at - (due ?? target)
    if (due === undefined || Math.abs(jump) > JUMP) {
      if (jump > 0) silence += jump
      else skip -= jump
      due = at
    }
    due += (frame.nbSamples * SAMPLE_RATE) / frame.sampleRate
  }
  const nextFrame = (): boolean => {
    for (;;) {
      if (decoder.receiveFrameSync(decoded) >= 0) return true
      if (ended) return false
      packet.unref()
      if (context.readFrameSync(packet) < 0) {
        ended = true
        decoder.sendPacketSync(null)
      } else if (packet.streamIndex === index) decoder.sendPacketSync(packet)
    }
  }
  /** Loads the next block; false at the end. */
  const refill = (): boolean => {
    if (nextFrame()) {
      place(decoded)
      resample(decoded)
      return true
    }
    const held = swr !== undefined
    resample(null)
    stopResampling()
    return held
  }
  const give = (into: Stereo, offset: number, count: number): number => {
    if (silence > 0) {
      const n = Math.min(silence, count)
      for (const side of into) side.fill(0, offset, offset + n)
      silence -= n
      return n
    }
    const dropped = Math.min(skip, block[0].length - used)
    skip -= dropped
    used += dropped
    const n = Math.min(block[0].length - used, count)
    into.forEach((side, i) => { side.set((block[i] ?? block[0]).subarray(used, used + n), offset) })
    used += n
    return n
  }
  return {
    seek(sample) {
      // May lie before 0 on purpose: that is where codecs keep the samples that start them up.
      const seconds = sample / SAMPLE_RATE - PREROLL_SECONDS + origin
      const ticks = BigInt(Math.floor(seconds / stream.timeBase.toDouble()))
      // Some formats refuse to seek to before their first time stamp.
      if (context.seekFrameSync(index, ticks, AVSEEK_FLAG_BACKWARD) < 0) context.seekFrameSync(index, stream.startTime, AVSEEK_FLAG_BACKWARD)
      decoder.flushBuffers()
      stopResampling()
      block = [new Float32Array(0), new Float32Array(0)]
      used = silence = skip = 0
      due = undefined
      ended = false
      target = sample
    },
    read(into, offset, count) {
      let done = 0
      while (done < count) {
        const n = give(into, offset + done, count - done)
        done += n
        if (n === 0 && silence === 0 && !refill()) break
      }
      return done
    },
    close() {
      stopResampling()
      for (const frame of [decoded, resampled]) frame.free()
      packet.free()
      decoder.freeContext()
      context.closeInputSync()
    },
  }
}
