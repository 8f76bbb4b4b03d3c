import type { RecordCodec } from './containers.js'

export const QUALITIES = ['small', 'good', 'best'] as const
export type Quality = (typeof QUALITIES)[number]

export interface EncoderSettings {
  /** True while a show runs: low delay, so that pictures reach the disk, and little work, so that the show keeps its time. */
  readonly realtime: boolean
  readonly quality: Quality
  /** Bits per second for encoders that know no constant quality. */
  readonly bitRate: number
}

/** One encoder of FFmpeg and how it is set up. */
export interface EncoderRow {
  readonly codec: RecordCodec
  readonly name: string
  readonly hardware: boolean
  /** What it is fed; `vaapi` is NV12 uploaded to the device. */
  readonly pixels: 'yuv420p' | 'nv12' | 'yuv422p10le' | 'vaapi'
  options(settings: EncoderSettings): Record<string, string>
}

/** Quantiser-like scales: lower is better. */
const CRF = { small: 26, good: 20, best: 15 } as const
const VP9_CRF = { small: 36, good: 30, best: 22 } as const

const nvenc = ({ realtime, quality }: EncoderSettings) => ({
  preset: realtime ? 'p4' : 'p6', tune: realtime ? 'll' : 'hq', rc: 'vbr', cq: String(CRF[quality]), b: '0', delay: '0',
})
const qsv = ({ realtime, quality }: EncoderSettings) => ({ preset: realtime ? 'veryfast' : 'slow', global_quality: String(CRF[quality]), async_depth: '1' })
const amf = ({ quality }: EncoderSettings) => ({ usage: 'transcoding', rc: 'cqp', qp_i: String(CRF[quality]), qp_p: String(CRF[quality]) })
const vaapi = ({ quality }: EncoderSettings) => ({ rc_mode: 'CQP', qp: String(CRF[quality]), async_depth: '1' })
const videotoolbox = ({ realtime, bitRate }: EncoderSettings) => ({ realtime: realtime ? '1' : '0', b: String(bitRate), allow_sw: '0' })
// Look-ahead holds back dozens of pictures, which are lost when the program dies.
const x264 = ({ realtime, quality }: EncoderSettings) =>
  realtime
    ? { preset: 'veryfast', crf: String(CRF[quality]), 'rc-lookahead': '0', bf: '0', profile: 'high' }
    // Without macroblock trees: with them this x264 now and then writes other bytes for the same pictures (24 runs gave 15 files).
    : { preset: 'medium', crf: String(CRF[quality] - 2), profile: 'high', mbtree: '0' }
const x265 = ({ realtime, quality }: EncoderSettings) => ({
  preset: realtime ? 'ultrafast' : 'fast', crf: String(CRF[quality]), ...(realtime && { tune: 'zerolatency' }), 'x265-params': 'log-level=error',
})
const vp9 = ({ realtime, quality }: EncoderSettings) => ({
  crf: String(VP9_CRF[quality]), b: '0', 'row-mt': '1', deadline: realtime ? 'realtime' : 'good', 'cpu-used': realtime ? '8' : '3', 'lag-in-frames': realtime ? '0' : '16',
})
const prores = ({ quality }: EncoderSettings) => ({ profile: { small: 'lt', good: 'standard', best: 'hq' }[quality], vendor: 'apl0' })

const row = (codec: RecordCodec, name: string, pixels: EncoderRow['pixels'], hardware: boolean, options: EncoderRow['options']): EncoderRow => ({ codec, name, pixels, hardware, options })

/** Every encoder that may be used, in order of preference; a machine has few of them. */
export const ENCODERS: readonly EncoderRow[] = [
  row('h264', 'h264_videotoolbox', 'nv12', true, videotoolbox),
  row('h264', 'h264_nvenc', 'yuv420p', true, nvenc),
  row('h264', 'h264_qsv', 'nv12', true, qsv),
  row('h264', 'h264_amf', 'nv12', true, amf),
  row('h264', 'h264_vaapi', 'vaapi', true, vaapi),
  row('h264', 'libx264', 'yuv420p', false, x264),
  row('hevc', 'hevc_videotoolbox', 'nv12', true, videotoolbox),
  row('hevc', 'hevc_nvenc', 'yuv420p', true, nvenc),
  row('hevc', 'hevc_qsv', 'nv12', true, qsv),
  row('hevc', 'hevc_amf', 'nv12', true, amf),
  row('hevc', 'hevc_vaapi', 'vaapi', true, vaapi),
  row('hevc', 'libx265', 'yuv420p', false, x265),
  row('prores', 'prores_ks', 'yuv422p10le', false, prores),
  row('vp9', 'libvpx-vp9', 'yuv420p', false, vp9),
  row('ffv1', 'ffv1', 'yuv420p', false, () => ({ level: '3', slices: '12', slicecrc: '1' })),
]

/**
 * The encoders to try for a codec, best first. Offline only software ones: they give the same file on every machine,
 * and no show is waiting for the processor.
 */
export const candidates = (codec: RecordCodec, realtime: boolean): readonly EncoderRow[] =>
  ENCODERS.filter((encoder) => encoder.codec === codec && (realtime || !encoder.hardware))
