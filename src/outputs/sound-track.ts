import { Codec, CodecContext, Frame, Packet, Rational } from 'node-av/lib'
import { AV_CHANNEL_LAYOUT_STEREO, AV_SAMPLE_FMT_FLT, AV_SAMPLE_FMT_FLTP, type FFEncoderCodec } from 'node-av/constants'
import { DoppelError } from '../engine/error.js'
import { check } from './av-check.js'
import { SAMPLE_RATE, type Stereo } from './clip-sound.js'
import type { Container } from './containers.js'
import { openKeptSound } from './kept-sound.js'
import type { AudioFrom } from './record-job.js'
import { receive } from './video-encoder.js'

/** The sound of a recording, encoded as far as the picture has come. */
export interface SoundTrack {
  readonly context: CodecContext
  /** Encodes every whole block that ends at or before `sample`. */
  encodeUntil(sample: number, take: (packet: Packet) => void): void
  /** Encodes the rest up to `sample` exactly, and what the encoder still holds. */
  finish(sample: number, take: (packet: Packet) => void): void
  close(): void
}

const BIT_RATE = 192_000n

const openEncoder = (name: Container['audio'], prepare: (context: CodecContext) => void) => {
  const codec = Codec.findEncoderByName(name as FFEncoderCodec)
  if (!codec) throw new DoppelError(`the encoder ${name} is missing from this build`)
  const planar = (codec.sampleFormats ?? []).includes(AV_SAMPLE_FMT_FLTP)
  const context = new CodecContext()
  context.allocContext3(codec)
  Object.assign(context, {
    sampleRate: SAMPLE_RATE, channelLayout: AV_CHANNEL_LAYOUT_STEREO, sampleFormat: planar ? AV_SAMPLE_FMT_FLTP : AV_SAMPLE_FMT_FLT,
    bitRate: BIT_RATE, timeBase: new Rational(1, SAMPLE_RATE),
  })
  prepare(context)
  check(context.open2Sync(codec), `the encoder ${name} does not open`)
  return { context, planar }
}

/** Writes a block of stereo samples into an encoder's frame. */
const store = ([left, right]: Stereo, count: number, frame: Frame, planar: boolean) => {
  const planes = (frame.data ?? []).map((bytes) => new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2))
  const [a, b] = planes
  if (planar) {
    a?.set(left.subarray(0, count))
    b?.set(right.subarray(0, count))
  } else if (a) {
    for (let i = 0; i < count; i++) {
      a[2 * i] = left[i] ?? 0
      a[2 * i + 1] = right[i] ?? 0
    }
  }
}

/** Opens the track for a clip's sound; undefined when the clip has none. */
export const openSoundTrack = (from: AudioFrom, encoder: Container['audio'], prepare: (context: CodecContext) => void): SoundTrack | undefined => {
  const sound = openKeptSound(from)
  if (!sound) return undefined
  const { context, planar } = openEncoder(encoder, prepare)
  const block = context.frameSize
  const samples: Stereo = [new Float32Array(block), new Float32Array(block)]
  const packet = new Packet()
  packet.alloc()
  const frame = new Frame()
  frame.alloc()
  let done = 0
  const encode = (count: number, take: (packet: Packet) => void) => {
    sound.fill(samples, count)
    frame.unref()
    Object.assign(frame, { format: context.sampleFormat, nbSamples: count, channelLayout: AV_CHANNEL_LAYOUT_STEREO, sampleRate: SAMPLE_RATE })
    check(frame.getBuffer(), 'no memory for sound')
    store(samples, count, frame, planar)
    frame.pts = BigInt(done)
    check(context.sendFrameSync(frame), 'the sound encoder refuses a block')
    receive(context, packet, take)
    done += count
  }
  return {
    context,
    encodeUntil(sample, take) {
      while (done + block <= sample) encode(block, take)
    },
    finish(sample, take) {
      while (done < sample) encode(Math.min(block, sample - done), take)
      check(context.sendFrameSync(null), 'the sound encoder does not end')
      receive(context, packet, take)
    },
    close() {
      frame.free()
      packet.free()
      context.freeContext()
      sound.close()
    },
  }
}
