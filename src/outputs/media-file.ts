import { FormatContext, IOContext, type CodecContext, type Packet, type Rational, type Stream } from 'node-av/lib'
import { AVFMT_GLOBALHEADER, AVIO_FLAG_WRITE, AV_CODEC_FLAG_GLOBAL_HEADER, AV_OPT_SEARCH_CHILDREN, AV_OPT_TYPE_STRING } from 'node-av/constants'
import { check } from './av-check.js'
import type { Container } from './containers.js'
import { keepWholeBoxes } from './whole-boxes.js'

/** A media file being written. Everything here throws a DoppelError when the disk refuses. */
export interface MediaFile {
  /** Call before opening an encoder: most containers keep its parameters in their header, not in the stream. */
  prepare(encoder: CodecContext): void
  /** Adds a track for an opened encoder. */
  add(encoder: CodecContext): number
  /** Creates the file and writes its header, once all tracks are added. */
  begin(): void
  /** Writes a packet whose times are in its encoder's time base; empties it. */
  write(packet: Packet, track: number): void
  /** Writes the index and closes. */
  finish(): void
  /** Closes as it is: what was written stays readable. */
  abandon(): void
}

export const openMediaFile = (path: string, { muxer, options, boxes }: Container): MediaFile => {
  // Without the prefix FFmpeg takes "take:1.mp4" for a protocol.
  const url = `file:${path}`
  const context = new FormatContext()
  check(context.allocOutputContext2(null, muxer, url), `cannot prepare ${path}`)
  for (const [name, value] of Object.entries(options)) check(context.setOption(name, value, AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN), `no option ${name}=${value} for ${path}`)
  const tracks: { stream: Stream; timeBase: Rational }[] = []
  const globalHeader = ((context.oformat?.flags ?? 0) & AVFMT_GLOBALHEADER) !== 0
  let disk: IOContext | undefined
  const close = () => {
    context.pb = null
    disk?.closepSync()
    disk = undefined
    context.freeContext()
  }
  return {
    prepare(encoder) {
      if (globalHeader) encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER)
    },
    add(encoder) {
      const stream = context.newStream(null)
      check(stream.codecpar.fromContext(encoder), `cannot describe a track of ${path}`)
      stream.timeBase = encoder.timeBase
      if (encoder.width > 0) stream.avgFrameRate = encoder.framerate
      tracks.push({ stream, timeBase: encoder.timeBase })
      return tracks.length - 1
    },
    begin() {
      disk = new IOContext()
      check(disk.open2Sync(url, AVIO_FLAG_WRITE), `cannot write ${path}`)
      context.pb = disk
      check(context.writeHeaderSync(), `cannot write ${path}`)
      // A full disk shows now, before the show, and not with the first pictures.
      disk.flushSync()
      check(disk.error, `cannot write ${path}`)
    },
    write(packet, index) {
      const track = tracks[index]
      if (!track) throw new RangeError(`track ${index} does not exist`)
      packet.streamIndex = index
      packet.rescaleTs(track.timeBase, track.stream.timeBase)
      check(context.interleavedWriteFrameSync(packet), `cannot write ${path}`)
    },
    finish() {
      check(context.writeTrailerSync(), `cannot finish ${path}`)
      close()
    },
    abandon() {
      const written = disk !== undefined
      close()
      if (written && boxes) keepWholeBoxes(path)
    },
  }
}
