import { Frame, HardwareDeviceContext, HardwareFramesContext, SoftwareScaleContext, type CodecContext } from 'node-av/lib'
import {
  AVCOL_PRI_BT709, AVCOL_RANGE_MPEG, AVCOL_SPC_BT709, AVCOL_TRC_BT709, AV_HWDEVICE_TYPE_VAAPI,
  AV_PIX_FMT_NV12, AV_PIX_FMT_VAAPI, AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV422P10LE, type AVPixelFormat,
} from 'node-av/constants'
import { planeSizes, PIXEL_FORMATS } from '../engine/pixels.js'
import { check } from './av-check.js'
import type { EncoderRow } from './encoders.js'

/** Brings pictures into the form an encoder takes. */
export interface Upload {
  readonly format: AVPixelFormat
  /** What the encoder must know before it opens. */
  configure(encoder: CodecContext): void
  /** Copies an I420 picture out of shared memory; the memory is free again when this returns. */
  load(picture: Uint8Array): void
  /** The picture loaded last, for the encoder. */
  frame(pts: number): Frame
  close(): void
}

const CPU_FORMATS = { yuv420p: AV_PIX_FMT_YUV420P, nv12: AV_PIX_FMT_NV12, vaapi: AV_PIX_FMT_NV12, yuv422p10le: AV_PIX_FMT_YUV422P10LE } as const

/** A frame with memory of its own; given fresh memory while an encoder still holds the old. */
const createPicture = (format: AVPixelFormat, width: number, height: number) => {
  const frame = new Frame()
  frame.alloc()
  let planes: Buffer[] = []
  let strides: number[] = []
  return {
    frame,
    get planes() { return planes },
    get strides() { return strides },
    own() {
      if (planes.length > 0 && frame.isWritable) return
      frame.unref()
      Object.assign(frame, { format, width, height, colorSpace: AVCOL_SPC_BT709, colorRange: AVCOL_RANGE_MPEG, colorPrimaries: AVCOL_PRI_BT709, colorTrc: AVCOL_TRC_BT709 })
      check(frame.getBuffer(), 'no memory for a picture')
      planes = frame.data ?? []
      strides = frame.linesize
    },
  }
}

/** Copies tightly packed planes into rows of the encoder's stride. */
const createCopy = (width: number, height: number) => {
  const sizes = planeSizes(PIXEL_FORMATS.yuv420p, width, height)
  return (from: Uint8Array, planes: readonly Buffer[], strides: readonly number[]): void => {
    const source = Buffer.from(from.buffer, from.byteOffset, from.byteLength)
    let at = 0
    sizes.forEach((size, i) => {
      const plane = planes[i]
      const stride = strides[i] ?? 0
      if (!plane) throw new RangeError(`the encoder's picture has no plane ${i}`)
      const rows = stride === size.rowBytes ? 1 : size.height
      const bytes = (size.rowBytes * size.height) / rows
      for (let y = 0; y < rows; y++, at += bytes) source.copy(plane, y * stride, at, at + bytes)
    })
  }
}

/** The way from I420 in shared memory to one encoder. Throws a DoppelError when its device is not there. */
export const createUpload = (pixels: EncoderRow['pixels'], width: number, height: number): Upload => {
  const loaded = createPicture(AV_PIX_FMT_YUV420P, width, height)
  const copy = createCopy(width, height)
  const format = CPU_FORMATS[pixels]
  const converts = format !== AV_PIX_FMT_YUV420P
  const converted = createPicture(format, width, height)
  const scale = new SoftwareScaleContext()
  if (converts) {
    scale.getContext(width, height, AV_PIX_FMT_YUV420P, width, height, format)
    check(scale.initContext(), 'no conversion for the encoder')
  }
  const device = pixels === 'vaapi' ? openDevice(width, height) : undefined
  const onCpu = (): Frame => {
    if (!converts) return loaded.frame
    converted.own()
    check(scale.scaleSync(loaded.planes, loaded.strides, 0, height, converted.planes, converted.strides), 'cannot convert a picture')
    return converted.frame
  }
  return {
    format: device ? AV_PIX_FMT_VAAPI : format,
    configure(encoder) {
      if (device) encoder.hwFramesCtx = device.frames
    },
    load(picture) {
      loaded.own()
      copy(picture, loaded.planes, loaded.strides)
    },
    frame(pts) {
      const frame = device ? device.upload(onCpu()) : onCpu()
      frame.pts = BigInt(pts)
      return frame
    },
    close() {
      for (const { frame } of [loaded, converted]) frame.free()
      if (converts) scale.freeContext()
      device?.close()
    },
  }
}

const openDevice = (width: number, height: number) => {
  const device = new HardwareDeviceContext()
  check(device.create(AV_HWDEVICE_TYPE_VAAPI, null, null), 'no VAAPI device')
  const frames = new HardwareFramesContext()
  frames.alloc(device)
  Object.assign(frames, { format: AV_PIX_FMT_VAAPI, swFormat: AV_PIX_FMT_NV12, width, height, initialPoolSize: 20 })
  check(frames.init(), 'no VAAPI pictures')
  const frame = new Frame()
  frame.alloc()
  return {
    frames,
    upload(from: Frame): Frame {
      frame.unref()
      check(frames.getBuffer(frame), 'no VAAPI picture')
      check(frames.transferDataSync(frame, from), 'cannot upload a picture')
      return frame
    },
    close() {
      frame.free()
      frames.free()
      device.free()
    },
  }
}
