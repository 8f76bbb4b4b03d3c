import { AV_CODEC_ID_VP8, AV_CODEC_ID_VP9, AVERROR_EAGAIN, type FFDecoderCodec } from 'node-av/constants'
import { Codec, type CodecContext, Frame, type Packet, type Stream } from 'node-av/lib'
import { DoppelError, messageOf } from '../engine/error.js'
import type { Hw } from './clip-messages.js'
import { findHardware, openCodec, software } from './hardware.js'

/** Packets a device may fail to decode before software takes over. */
const DEVICE_FAILURES = 5

/** A stream's decoder, on a device or in software, with pictures always in main memory. */
export interface Decoder {
  readonly codec: string
  /** The device in use, `none` for software, and why others are not. */
  readonly hw: string
  readonly refusals: readonly string[]
  /** Takes a packet, or undefined at the end of the stream. */
  send(packet: Packet | undefined): Outcome
  /** A picture into `into`, or FFmpeg's code when there is none; `replaced` as for `send`. */
  receive(into: Frame): number | 'replaced'
  /** Forgets what it was given: before going on elsewhere. */
  flush(): void
  close(): void
}

/** `replaced`: the device failed and software took over, which must be given everything since a keyframe anew. */
export type Outcome = 'taken' | 'damaged' | 'replaced'

// FFmpeg's own VP8 and VP9 decoders drop the alpha of WebM; libvpx keeps it.
const ALPHA_DECODERS = new Map<number, string>([[AV_CODEC_ID_VP8, 'libvpx'], [AV_CODEC_ID_VP9, 'libvpx-vp9']])

const findCodec = (path: string, stream: Stream): Codec => {
  const { codecId } = stream.codecpar
  const layered = stream.metadata?.get('alpha_mode') === '1' ? ALPHA_DECODERS.get(codecId) : undefined
  const codec = (layered ? Codec.findDecoderByName(layered as FFDecoderCodec) : null) ?? Codec.findDecoder(codecId)
  if (codec) return codec
  throw new DoppelError(`${path} uses a codec this FFmpeg cannot decode`, 'convert it to H.264, HEVC, VP9, AV1 or ProRes')
}

/** Opens a stream's decoder on the device asked for, else in software. Throws a {@link DoppelError} when neither opens. */
export const openDecoder = (path: string, stream: Stream, asked: Hw): Decoder => {
  const codec = findCodec(path, stream)
  const { codecpar, timeBase } = stream
  let hardware = findHardware(asked, codec)
  let failures = 0
  const open = () => openCodec(codec, hardware, (made) => {
    made.parametersToContext(codecpar)
    made.pktTimebase = timeBase
  })
  const useSoftware = (why: string) => {
    const refusals = [...hardware.refusals, `${hardware.name}: ${why}`]
    hardware.close()
    hardware = software(refusals)
    return open()
  }
  const openFirst = (): CodecContext => {
    try {
      return open()
    } catch (thrown) {
      if (hardware.name === 'none') throw thrown
      return useSoftware(messageOf(thrown))
    }
  }
  let context = openFirst()
  const onDevice = new Frame()
  onDevice.alloc()
  const replace = (why: string): 'replaced' => {
    context.freeContext()
    context = useSoftware(why)
    return 'replaced'
  }

  return {
    codec: codec.name ?? '',
    get hw() { return hardware.name },
    get refusals() { return hardware.refusals },
    send(packet) {
      const code = context.sendPacketSync(packet ?? null)
      if (!packet || code >= 0 || code === AVERROR_EAGAIN) return 'taken'
      failures += 1
      return hardware.name !== 'none' && failures >= DEVICE_FAILURES ? replace('failed while decoding') : 'damaged'
    },
    receive(into) {
      if (hardware.name === 'none') return context.receiveFrameSync(into)
      const code = context.receiveFrameSync(onDevice)
      if (code < 0) return code
      failures = 0
      try {
        // FFmpeg decodes in software by itself what a device is not made for.
        if (!onDevice.isHwFrame()) return replace('does not decode this kind of picture')
        return into.hwframeTransferDataSync(onDevice) >= 0 && into.copyProps(onDevice) >= 0 ? code : replace('pictures cannot be read back')
      } finally {
        onDevice.unref()
      }
    },
    flush: () => { context.flushBuffers() },
    close() {
      context.freeContext()
      onDevice.free()
      hardware.close()
    },
  }
}
