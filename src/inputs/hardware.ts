import { availableParallelism } from 'node:os'
import { AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX, type AVPixelFormat, type FFHWDeviceType } from 'node-av/constants'
import { type Codec, CodecContext, FFmpegError, HardwareDeviceContext } from 'node-av/lib'
import { DoppelError } from '../engine/error.js'
import type { Hw } from './clip-messages.js'

/** FFmpeg's names of the devices each platform may have, best first. */
const CANDIDATES: Readonly<Record<string, readonly Exclude<Hw, 'auto' | 'none'>[]>> = {
  linux: ['cuda', 'vaapi', 'qsv'],
  darwin: ['videotoolbox'],
  win32: ['d3d11va', 'cuda', 'qsv'],
}

/** Software decoding with all cores, or a device; and why the devices that were tried are not used. */
export interface Hardware {
  /** `none`, or the device in use. */
  readonly name: string
  readonly refusals: readonly string[]
  /** Makes a codec decode on the device. */
  prepare(context: CodecContext): void
  close(): void
}

export const software = (refusals: readonly string[] = []): Hardware => ({ name: 'none', refusals, prepare: () => {}, close: () => {} })

const pixelFormatFor = (codec: Codec, type: number): AVPixelFormat | undefined => {
  for (let index = 0; ; index++) {
    const config = codec.getHwConfig(index)
    if (!config) return undefined
    if (config.deviceType === type && (config.methods & AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX) !== 0) return config.pixFmt
  }
}

const tryDevice = (name: Exclude<Hw, 'auto' | 'none'>, codec: Codec): Hardware | string => {
  const type = HardwareDeviceContext.findTypeByName(name as FFHWDeviceType)
  if (!HardwareDeviceContext.iterateTypes().includes(type)) return `${name}: not in this FFmpeg`
  const pixelFormat = pixelFormatFor(codec, type)
  if (pixelFormat === undefined) return `${name}: does not decode ${codec.name ?? 'this codec'}`
  const device = new HardwareDeviceContext()
  const code = device.create(type)
  if (code < 0) return `${name}: ${FFmpegError.strerror(code)}`
  return {
    name,
    refusals: [],
    prepare(context) {
      context.hwDeviceCtx = device
      context.setHardwarePixelFormat(pixelFormat)
    },
    close: () => { device.free() },
  }
}

/** The device asked for, or with `auto` the first that is there; else software. Never fails: what was refused is told. */
export const findHardware = (asked: Hw, codec: Codec, platform: NodeJS.Platform = process.platform): Hardware => {
  if (asked === 'none') return software()
  const refusals: string[] = []
  for (const name of asked === 'auto' ? (CANDIDATES[platform] ?? []) : [asked]) {
    const found = tryDevice(name, codec)
    if (typeof found !== 'string') return { ...found, refusals }
    refusals.push(found)
  }
  return software(refusals)
}

const LEAST_THREADS = 6

/**
 * FFmpeg itself takes one thread more than there are processors (0). Each holds a picture: with few, sending the next packet waits for
 * a keyframe that takes as long as several pictures, and nothing is served meanwhile. Six also decode 5 to 8 % faster on two cores.
 */
const softwareThreads = () => (availableParallelism() + 1 < LEAST_THREADS ? LEAST_THREADS : 0)

/** Opens a decoder for a stream on `hardware`; throws a {@link DoppelError} when it does not open. */
export const openCodec = (codec: Codec, hardware: Hardware, configure: (context: CodecContext) => void): CodecContext => {
  const context = new CodecContext()
  context.allocContext3(codec)
  configure(context)
  context.threadCount = hardware.name === 'none' ? softwareThreads() : 1
  hardware.prepare(context)
  const code = context.open2Sync(codec)
  if (code >= 0) return context
  context.freeContext()
  throw new DoppelError(`the ${codec.name ?? ''} decoder does not open: ${FFmpegError.strerror(code)}`, 'convert the clip to H.264 and try again')
}
