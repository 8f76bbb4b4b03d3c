import { availableParallelism } from 'node:os'
import { Codec, CodecContext, FFmpegError, Packet, PosixError, Rational } from 'node-av/lib'
import {
  AVCOL_PRI_BT709, AVCOL_RANGE_MPEG, AVCOL_SPC_BT709, AVCOL_TRC_BT709, AVERROR_EOF, AV_OPT_SEARCH_CHILDREN, AV_OPT_TYPE_STRING, type FFEncoderCodec,
} from 'node-av/constants'
import { DoppelError, messageOf } from '../engine/error.js'
import { check } from './av-check.js'
import { candidates, type EncoderRow, type EncoderSettings } from './encoders.js'
import type { RecordJob } from './record-job.js'
import { createUpload, type Upload } from './upload.js'

export interface VideoEncoder {
  readonly name: string
  /** Why better encoders were passed over, in words; empty when the first one worked. */
  readonly notes: string
  readonly context: CodecContext
  load(picture: Uint8Array): void
  /** Encodes the picture loaded last and hands over every packet that is ready. */
  encode(pts: number, take: (packet: Packet) => void): void
  /** Hands over what the encoder still holds. */
  drain(take: (packet: Packet) => void): void
  close(): void
}

/** Threads are part of what x264 writes, so offline they are a constant: the same file on every machine. */
const EXACT_THREADS = 4
/** Live, one core stays with the show; each further thread holds back one more picture. */
const liveThreads = () => Math.max(2, Math.min(availableParallelism() - 1, 6))

const AGAIN = FFmpegError.AVERROR(PosixError.EAGAIN)

/** Hands every packet that is ready to `take`; each is valid only inside. */
export const receive = (context: CodecContext, packet: Packet, take: (packet: Packet) => void): void => {
  for (;;) {
    const code = context.receivePacketSync(packet)
    if (code === AGAIN || code === AVERROR_EOF) return
    check(code, 'the encoder failed')
    take(packet)
  }
}

const configure = (context: CodecContext, { width, height, rate, realtime }: RecordJob, upload: Upload) => {
  Object.assign(context, {
    width, height, pixelFormat: upload.format,
    timeBase: new Rational(rate.den, rate.num), framerate: new Rational(rate.num, rate.den), sampleAspectRatio: new Rational(1, 1),
    // A key frame a second: the recording is soon a clip somebody scrubs.
    gopSize: Math.max(1, Math.round(rate.num / rate.den)),
    threadCount: realtime ? liveThreads() : EXACT_THREADS,
    colorSpace: AVCOL_SPC_BT709, colorRange: AVCOL_RANGE_MPEG, colorPrimaries: AVCOL_PRI_BT709, colorTrc: AVCOL_TRC_BT709,
  })
  if (realtime) context.maxBFrames = 0
  upload.configure(context)
}

const openRow = (row: EncoderRow, job: RecordJob, settings: EncoderSettings, prepare: (context: CodecContext) => void): VideoEncoder => {
  const codec = Codec.findEncoderByName(row.name as FFEncoderCodec)
  if (!codec) throw new DoppelError('not in this build')
  const upload = createUpload(row.pixels, job.width, job.height)
  const context = new CodecContext()
  const packet = new Packet()
  packet.alloc()
  const close = () => {
    packet.free()
    context.freeContext()
    upload.close()
  }
  try {
    context.allocContext3(codec)
    configure(context, job, upload)
    prepare(context)
    // Set one by one: a dictionary given to open2Sync is freed there and once more when it is collected (node-av 6.1.1).
    for (const [name, value] of Object.entries(row.options(settings))) {
      check(context.setOption(name, value, AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN), `its option ${name}=${value} is refused`)
    }
    check(context.open2Sync(codec), 'does not open')
  } catch (thrown) {
    close()
    throw thrown
  }
  const timed = (take: (packet: Packet) => void) => (ready: Packet) => {
    if (ready.duration === 0n) ready.duration = 1n
    take(ready)
  }
  return {
    name: row.name, notes: '', context, close,
    load: (picture) => upload.load(picture),
    encode(pts, take) {
      check(context.sendFrameSync(upload.frame(pts)), 'the encoder refuses a picture')
      receive(context, packet, timed(take))
    },
    drain(take) {
      check(context.sendFrameSync(null), 'the encoder does not end')
      receive(context, packet, timed(take))
    },
  }
}

/** Hardware may open and still not encode (no session left, size not supported): one grey picture tells. */
const tryOut = (row: EncoderRow, job: RecordJob, settings: EncoderSettings) => {
  const trial = openRow(row, job, settings, () => {})
  let packets = 0
  try {
    trial.load(new Uint8Array((job.width * job.height * 3) / 2).fill(128))
    trial.encode(0, () => { packets += 1 })
    trial.drain(() => { packets += 1 })
  } finally {
    trial.close()
  }
  if (packets === 0) throw new DoppelError('gives nothing')
}

/**
 * Opens the best encoder that works on this machine. `prepare` is called with its context before it opens. Throws a
 * {@link DoppelError} naming every encoder tried when none does.
 */
export const openVideoEncoder = (job: RecordJob, prepare: (context: CodecContext) => void): VideoEncoder => {
  const { width, height, rate, realtime, quality } = job
  const settings = { realtime, quality, bitRate: Math.round(0.15 * width * height * (rate.num / rate.den)) }
  const passed: string[] = []
  for (const row of candidates(job.codec, realtime)) {
    // Another platform's encoder is no news.
    if (!Codec.findEncoderByName(row.name as FFEncoderCodec)) continue
    try {
      if (row.hardware) tryOut(row, job, settings)
      return { ...openRow(row, job, settings, prepare), notes: passed.join(', ') }
    } catch (thrown) {
      passed.push(`${row.name}: ${messageOf(thrown)}`)
    }
  }
  throw new DoppelError(`no ${job.codec} encoder works here${passed.length > 0 ? ` (${passed.join(', ')})` : ''}`, 'record with another codec, or to a file of another kind')
}
