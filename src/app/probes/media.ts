import { Codec, DeviceAPI, getFFmpegInfo, HardwareContext, type FFHWDeviceType, type FFVideoEncoder } from 'node-av'
import type { MediaReport } from './reports.js'

const ENCODERS = ['h264_nvenc', 'h264_qsv', 'h264_amf', 'h264_vaapi', 'h264_videotoolbox', 'libx264'] as FFVideoEncoder[]
const DEVICES = ['cuda', 'vaapi', 'qsv', 'videotoolbox', 'd3d11va'] as FFHWDeviceType[]

const opens = (device: FFHWDeviceType): boolean => {
  try {
    const context = HardwareContext.create(device)
    context?.dispose()
    return context !== null
  } catch {
    return false
  }
}

export const probeMedia = async (): Promise<MediaReport> => {
  const devices = await DeviceAPI.list()
  return {
    ffmpeg: getFFmpegInfo().version,
    encoders: ENCODERS.filter((name) => Codec.findEncoderByName(name) !== null),
    hardware: DEVICES.filter(opens),
    cameras: devices.filter(({ type }) => type === 'video').map(({ name, description }) => ({ name, description })),
  }
}
