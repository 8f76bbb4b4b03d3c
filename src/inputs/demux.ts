import { closeSync, openSync, readSync } from 'node:fs'
import {
  AV_DISPOSITION_ATTACHED_PIC, AV_NOPTS_VALUE, AV_PKT_DATA_ENCRYPTION_INFO, AV_PKT_DATA_ENCRYPTION_INIT_INFO, AV_PKT_FLAG_CORRUPT, AV_PKT_FLAG_DISCARD,
  AVDISCARD_ALL, AVERROR_EACCES, AVERROR_EOF, AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_VIDEO, AVSEEK_FLAG_BACKWARD,
} from 'node-av/constants'
import { FFmpegError, FormatContext, Packet, type Stream } from 'node-av/lib'
import { DoppelError } from '../engine/error.js'
import { refuseSize } from './limits.js'

/** A container opened at its first film-like video stream. */
export interface Demux {
  readonly stream: Stream
  readonly hasAudio: boolean
  /** Seconds of one unit of the stream's timestamps. */
  readonly unit: number
  /** The stream's next packet, valid until the next call; `end`, or an FFmpeg error code after which more may follow. */
  read(): Packet | 'end' | number
  /** To the keyframe at or before `timestamp` (in units) as the container sees it; false when it cannot. */
  seek(timestamp: number): boolean
  /** Opens the file anew, at its start: for what cannot seek. */
  rewind(): void
  close(): void
}

// FFmpeg reads any text as pictures of a terminal; nobody means that.
const NOT_PICTURES = new Set(['tty', 'bin', 'xbin', 'adf', 'idf'])

const looksLikeMp4 = (path: string): boolean => {
  const head = Buffer.alloc(12)
  const file = openSync(path, 'r')
  try {
    readSync(file, head, 0, 12, 0)
  } finally {
    closeSync(file)
  }
  return ['ftyp', 'mdat', 'moov', 'wide'].includes(head.toString('latin1', 4, 8))
}

const unreadable = (path: string, code: number): DoppelError => {
  const reason = FFmpegError.strerror(code)
  if (code === AVERROR_EACCES) return new DoppelError(`${path} may not be read`, 'check its permissions')
  if (looksLikeMp4(path)) return new DoppelError(`${path} is cut off: the index at the end of the file is missing`, 'it was not recorded or copied to the end; copy it again')
  return new DoppelError(`${path} is not a clip or picture that can be read (${reason})`, 'give a video file such as .mp4, .mov, .webm or .mkv, or a picture')
}

const isVideo = (stream: Stream) => stream.codecpar.codecType === AVMEDIA_TYPE_VIDEO && (Number(stream.disposition) & AV_DISPOSITION_ATTACHED_PIC) === 0

const openContext = (path: string): FormatContext => {
  const context = new FormatContext()
  const opened = context.openInputSync(path)
  if (opened < 0) throw unreadable(path, opened)
  return context
}

const check = (path: string, context: FormatContext): Stream => {
  const stream = context.streams.find(isVideo)
  if (!stream || NOT_PICTURES.has(context.iformat?.name ?? '')) {
    const sound = context.streams.some(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_AUDIO)
    throw new DoppelError(sound ? `${path} has sound but no picture` : `${path} holds no picture`, 'give a clip with a video track')
  }
  const { codecpar } = stream
  refuseSize(path, codecpar.width, codecpar.height)
  if (codecpar.codecTagString === 'encv' || codecpar.getCodedSideData(AV_PKT_DATA_ENCRYPTION_INIT_INFO)) throw encrypted(path)
  return stream
}

/** A clip whose pictures are locked. */
export const encrypted = (path: string): DoppelError => new DoppelError(`${path} is encrypted (copy protection)`, 'give a copy without protection')

/** Opens a clip; throws a {@link DoppelError} that tells what is wrong with it. */
export const openDemux = (path: string): Demux => {
  let context = openContext(path)
  const prepare = (): Stream => {
    try {
      // Sizes first: looking for stream details decodes a picture, which an absurd one must not.
      for (const { codecpar } of context.streams) refuseSize(path, codecpar.width, codecpar.height)
      const code = context.findStreamInfoSync()
      if (code < 0) throw unreadable(path, code)
      const found = check(path, context)
      for (const other of context.streams) if (other.index !== found.index) other.discard = AVDISCARD_ALL
      return found
    } catch (thrown) {
      context.closeInputSync()
      throw thrown
    }
  }
  let stream = prepare()
  const packet = new Packet()
  packet.alloc()
  return {
    get stream() { return stream },
    hasAudio: context.streams.some(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_AUDIO),
    get unit() { return stream.timeBase.num / stream.timeBase.den },
    read() {
      for (;;) {
        packet.unref()
        const code = context.readFrameSync(packet)
        if (code === AVERROR_EOF) return 'end'
        if (code < 0) return code
        if (packet.streamIndex === stream.index) return packet
      }
    },
    seek: (timestamp) => context.seekFrameSync(stream.index, BigInt(Math.round(timestamp)), AVSEEK_FLAG_BACKWARD) >= 0,
    rewind() {
      context.closeInputSync()
      context = openContext(path)
      stream = prepare()
    },
    close() {
      packet.free()
      context.closeInputSync()
    },
  }
}

/** Whether a packet's bytes are locked. */
export const isEncrypted = (packet: Packet): boolean => packet.getSideData(AV_PKT_DATA_ENCRYPTION_INFO) !== null

export const timeOf = (timestamp: bigint): number => (timestamp === AV_NOPTS_VALUE ? Number.NaN : Number(timestamp))

/** When a packet's picture is shown, in the stream's units; AVI and its like only know when it is decoded. */
export const packetTime = ({ pts, dts }: Packet): number => timeOf(pts === AV_NOPTS_VALUE ? dts : pts)

/** Errors in a row after which the rest of a file is given up as unreadable. */
export const ERRORS_IN_A_ROW = 64

/** When the last picture begins and ends, in the stream's units. */
export interface Ending { readonly last: number; readonly end: number }

const scan = (demux: Demux, frameUnits: number): Ending | undefined => {
  let last = Number.NEGATIVE_INFINITY
  let end = last
  for (let errors = 0; errors < ERRORS_IN_A_ROW;) {
    const got = demux.read()
    if (got === 'end') break
    if (typeof got === 'number') {
      errors += 1
      continue
    }
    errors = 0
    const time = packetTime(got)
    // Half-written packets and those an edit list hides are never shown.
    if (Number.isNaN(time) || (Number(got.flags) & (AV_PKT_FLAG_CORRUPT | AV_PKT_FLAG_DISCARD)) !== 0 || time <= last) continue
    last = time
    end = time + (got.duration > 0n ? Number(got.duration) : frameUnits)
  }
  return last === Number.NEGATIVE_INFINITY ? undefined : { last, end }
}

/**
 * Finds a clip's true end by reading its last packets (durations in headers are often wrong by a frame), or all of them
 * where it cannot seek to the end or is cut off. Leaves the demuxer anywhere: seek before reading on.
 */
export const findEnding = (demux: Demux, expected: number, frameUnits: number): Ending | undefined => {
  if (expected > 0 && demux.seek(expected)) {
    const found = scan(demux, frameUnits)
    if (found) return found
  }
  demux.rewind()
  return scan(demux, frameUnits)
}
