import { writeFileSync } from 'node:fs'
import { AV_CODEC_ID_PNG, AV_PIX_FMT_GRAY8 } from 'node-av/constants'
import { Codec, CodecContext, Frame, Packet, Rational } from 'node-av/lib'
import { DoppelError, messageOf } from '../engine/error.js'
import { check } from './av-check.js'

/** Writes 8 bit grey PNGs of one size. */
export interface LabelWriter {
  /** `width * height` bytes, top row first. Throws a {@link DoppelError} when the file cannot be written. */
  write(path: string, data: Uint8Array): void
  close(): void
}

export const openLabelWriter = (width: number, height: number): LabelWriter => {
  const codec = Codec.findEncoder(AV_CODEC_ID_PNG)
  if (!codec) throw new DoppelError('this build of FFmpeg writes no PNG', 'run: npm run setup -- --again')
  const context = new CodecContext()
  const packet = new Packet()
  const frame = new Frame()
  packet.alloc()
  frame.alloc()
  context.allocContext3(codec)
  Object.assign(context, { width, height, pixelFormat: AV_PIX_FMT_GRAY8, timeBase: new Rational(1, 25) })
  check(context.open2Sync(codec), 'cannot encode PNG')
  let count = 0n
  return {
    write(path, data) {
      frame.unref()
      Object.assign(frame, { format: AV_PIX_FMT_GRAY8, width, height, pts: count++ })
      check(frame.getBuffer(), 'no memory for a picture')
      const plane = frame.data?.[0]
      const stride = frame.linesize[0] ?? 0
      if (!plane) throw new RangeError('the picture has no plane')
      for (let y = 0; y < height; y++) plane.set(data.subarray(y * width, (y + 1) * width), y * stride)
      check(context.sendFrameSync(frame), `cannot encode ${path}`)
      check(context.receivePacketSync(packet), `cannot encode ${path}`)
      try {
        writeFileSync(path, packet.data ?? new Uint8Array(0))
      } catch (thrown) {
        throw new DoppelError(`the mask ${path} cannot be written: ${messageOf(thrown)}`, 'give --out a folder you may write to, with room in it')
      } finally {
        packet.unref()
      }
    },
    close() {
      packet.free()
      frame.free()
      context.freeContext()
    },
  }
}
