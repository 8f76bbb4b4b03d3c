/** Video codecs a recording can have. */
export const RECORD_CODECS = ['h264', 'hevc', 'prores', 'vp9', 'ffv1'] as const
export type RecordCodec = (typeof RECORD_CODECS)[number]

/** A kind of file, by extension: what it may hold, and how it stays readable when the program dies while writing. */
export interface Container {
  /** FFmpeg's muxer. */
  readonly muxer: string
  /** The first is what `auto` means. */
  readonly codecs: readonly RecordCodec[]
  /** FFmpeg's encoder for the sound. */
  readonly audio: 'aac' | 'libopus'
  readonly options: Readonly<Record<string, string>>
  /** True for the MP4 family: a file of boxes. */
  readonly boxes: boolean
}

/** Longest stretch of finished pictures that exists only in memory. */
const AT_RISK_MS = 250

// A hybrid file is written as fragments, each complete by itself, so that it plays up to its last fragment whatever
// happens; closing turns it into an ordinary file by adding one index, which editors like better. Nothing is copied.
// Written with the first fragment, the header knows by how much encoders delay their tracks, so picture and sound start at 0.
const hybrid = { movflags: 'hybrid_fragmented+delay_moov', frag_duration: String(AT_RISK_MS * 1000), flush_packets: '1' }
// Matroska is a sequence of clusters; ending one closes what can be read.
const clusters = { cluster_time_limit: String(AT_RISK_MS), flush_packets: '1' }

export const CONTAINERS: Readonly<Record<string, Container>> = {
  '.mp4': { muxer: 'mp4', codecs: ['h264', 'hevc'], audio: 'aac', options: hybrid, boxes: true },
  '.mov': { muxer: 'mov', codecs: ['h264', 'hevc', 'prores'], audio: 'aac', options: hybrid, boxes: true },
  '.mkv': { muxer: 'matroska', codecs: ['h264', 'hevc', 'vp9', 'ffv1'], audio: 'libopus', options: clusters, boxes: false },
  '.webm': { muxer: 'webm', codecs: ['vp9'], audio: 'libopus', options: clusters, boxes: false },
}
