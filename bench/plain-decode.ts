import { AVERROR_EOF, AVMEDIA_TYPE_VIDEO, AVSEEK_FLAG_BACKWARD, Codec, CodecContext, FFmpegError, FormatContext, Frame, Packet } from 'node-av'

/** A clip decoded in one loop on this thread, with FFmpeg's own threads as the file source has them: what ours is measured against. */
export interface PlainDecoder {
  /** Goes to the keyframe at or before `seconds`, as decoders do. */
  seek(seconds: number): void
  /** Decodes one picture and gives its time in seconds; NaN at the end. Copies nothing. */
  next(): number
  close(): void
}

const check = (code: number, doing: string): void => { FFmpegError.throwIfError(code, doing) }

export const openPlainDecoder = (path: string): PlainDecoder => {
  const input = new FormatContext()
  check(input.openInputSync(path), `opening ${path}`)
  check(input.findStreamInfoSync(), `reading ${path}`)
  const stream = input.streams.find(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_VIDEO)
  const codec = stream && Codec.findDecoder(stream.codecpar.codecId)
  if (!stream || !codec) throw new Error(`${path} has no picture to decode`)
  const decoder = new CodecContext()
  decoder.allocContext3(codec)
  decoder.parametersToContext(stream.codecpar)
  decoder.pktTimebase = stream.timeBase
  decoder.threadCount = 0
  check(decoder.open2Sync(codec), 'opening the decoder')
  const unit = stream.timeBase.num / stream.timeBase.den
  const packet = new Packet()
  packet.alloc()
  const frame = new Frame()
  frame.alloc()
  let origin = 0n
  const receive = (): number => {
    for (;;) {
      const code = decoder.receiveFrameSync(frame)
      if (code >= 0) return Number(frame.pts - origin) * unit
      if (code === AVERROR_EOF) return Number.NaN
      packet.unref()
      let read = input.readFrameSync(packet)
      while (read >= 0 && packet.streamIndex !== stream.index) {
        packet.unref()
        read = input.readFrameSync(packet)
      }
      check(decoder.sendPacketSync(read < 0 ? null : packet), 'decoding')
    }
  }
  const seek = (timestamp: bigint) => {
    check(input.seekFrameSync(stream.index, timestamp, AVSEEK_FLAG_BACKWARD), 'seeking')
    decoder.flushBuffers()
  }
  if (!Number.isNaN(receive())) origin = frame.pts
  seek(origin)
  return {
    seek: (seconds) => { seek(origin + BigInt(Math.round(seconds / unit))) },
    next: receive,
    close() {
      packet.free()
      frame.free()
      decoder.freeContext()
      input.closeInputSync()
    },
  }
}
