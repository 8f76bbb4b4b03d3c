import { AV_NOPTS_VALUE, AV_PKT_DATA_DISPLAYMATRIX, AVERROR_EOF } from 'node-av/constants'
import { Frame, type Packet, type Stream } from 'node-av/lib'
import { DoppelError } from '../engine/error.js'
import type { Hw } from './clip-messages.js'
import { openDecoder, type Decoder } from './decoder.js'
import { encrypted, ERRORS_IN_A_ROW, findEnding, isEncrypted, openDemux, packetTime, timeOf, type Demux, type Ending } from './demux.js'
import { rotationOf } from './picture.js'
import type { Reader, ReaderFacts, Report } from './reader.js'

const DEFAULT_FPS = 25
/** Pictures that seem to be spaced more closely than this have times that are no multiples of anything. */
const FASTEST_FPS = 120
/** How often a seek goes further back when the keyframe it found is too late, each time twice as far, and how far first (seconds). */
const SEEK_TRIES = 8
const SEEK_BACK = 0.1

const positive = ({ num, den }: { num: number; den: number }): number => (num > 0 && den > 0 ? num / den : 0)

const nominalFps = ({ avgFrameRate, rFrameRate }: Stream): number => {
  const [mean, spacing] = [positive(avgFrameRate), positive(rFrameRate)]
  // The mean of a variable rate has not a place for each picture; what they are spaced by has. Twice the mean it counts interlaced fields.
  const variable = spacing > mean && spacing <= FASTEST_FPS && Math.abs(spacing - 2 * mean) > 0.02 * mean
  const fps = (variable ? spacing : mean || spacing) || DEFAULT_FPS
  return fps > 1000 ? DEFAULT_FPS : fps
}

export interface FileReaderOptions {
  readonly path: string
  readonly hw: Hw
  readonly report: Report
}

/** Timestamps of the first picture and of the ending, found once per clip. */
interface Span extends Ending { readonly origin: number }

/** What one reader of a clip tells the next. */
interface Known { readonly facts: ReaderFacts; readonly span: Span }

/** A file's pictures by the timestamps of its stream. */
interface Pictures {
  /** Timestamp of the next picture; NaN at the end; `later` after a packet that no picture came of yet. */
  step(into: Frame): number | 'later'
  /** To the keyframe from which the picture due at `timestamp` follows; `origin` is the first picture's. */
  seek(timestamp: number, origin: number): void
  /** Set once a picture was decoded: packets are not locked. */
  trusted: boolean
}

const createPictures = ({ path, report }: FileReaderOptions, demux: Demux, decoder: Decoder, frameUnits: number): Pictures => {
  let waiting: Packet | undefined
  let previous = Number.NaN
  let ended = false
  let from = { timestamp: 0, origin: 0 }
  // After software took over from a device: what was given already is not given again.
  let given = Number.NEGATIVE_INFINITY

  const damaged = () => { report(`${path} is damaged in places`, 'what can be read of it plays on; copy the file again if that is not wanted') }

  const nextPacket = (): Packet | undefined => {
    for (let errors = 0; errors < ERRORS_IN_A_ROW; errors++) {
      const got = waiting ?? demux.read()
      waiting = undefined
      if (got === 'end') return undefined
      if (typeof got !== 'number') return got
      damaged()
    }
    return undefined
  }

  /** To the keyframe at or before a timestamp; false when there is none, or the container cannot find it. */
  const seekTo = (timestamp: number): boolean => {
    if (!demux.seek(timestamp)) return false
    const packet = nextPacket()
    // Half a unit of tolerance, as for every comparison of times; without times there is no telling.
    if (!packet || !(packetTime(packet) <= timestamp + 0.5)) return false
    waiting = packet
    return true
  }

  const seek = (timestamp: number, origin: number): void => {
    from = { timestamp, origin }
    ended = false
    previous = Number.NaN
    given = Number.NEGATIVE_INFINITY
    waiting = undefined
    decoder.flush()
    for (let tries = 0, back = 0; tries < SEEK_TRIES && timestamp - back > origin; tries++, back = (SEEK_BACK * 2 ** (tries - 1)) / demux.unit) {
      if (seekTo(timestamp - back)) return
    }
    if (!seekTo(origin)) demux.rewind()
  }

  const resume = () => {
    report(`${path} is decoded in software now: the device failed`, 'choose --hw none if this goes on')
    const last = previous
    seek(Number.isNaN(last) ? from.timestamp : last, from.origin)
    if (!Number.isNaN(last)) given = last
  }

  const pictures: Pictures = {
    trusted: false,
    seek,
    step(into) {
      for (let fed = false; !ended;) {
        const code = decoder.receive(into)
        if (code === 'replaced') resume()
        else if (code === AVERROR_EOF) ended = true
        else if (code >= 0) {
          const stamp = timeOf(into.bestEffortTimestamp === AV_NOPTS_VALUE ? into.pts : into.bestEffortTimestamp)
          // Streams without timestamps are counted.
          const time = Number.isNaN(stamp) ? (Number.isNaN(previous) ? from.origin : previous + frameUnits) : stamp
          if (time <= given) continue
          return (previous = time)
        } else if (fed) return 'later'
        else {
          fed = true
          const packet = nextPacket()
          if (packet && !pictures.trusted && isEncrypted(packet)) throw encrypted(path)
          const outcome = decoder.send(packet)
          if (outcome === 'damaged') damaged()
          else if (outcome === 'replaced') resume()
        }
      }
      return Number.NaN
    },
  }
  return pictures
}

/** Steps until there is a picture, or the end. */
const untilThere = (step: () => number | 'later'): number => {
  for (;;) {
    const time = step()
    if (time !== 'later') return time
  }
}

const measure = (path: string, demux: Demux, pictures: Pictures, frameUnits: number): Span => {
  const probe = new Frame()
  probe.alloc()
  const origin = untilThere(() => pictures.step(probe))
  probe.free()
  if (Number.isNaN(origin)) throw new DoppelError(`no picture of ${path} can be decoded`, 'the file is damaged or cut off; copy or convert it again')
  const start = timeOf(demux.stream.startTime)
  const length = timeOf(demux.stream.duration)
  const found = findEnding(demux, (Number.isNaN(length) ? 0 : length) + (Number.isNaN(start) ? 0 : start), frameUnits)
  return found && found.last >= origin ? { origin, ...found } : { origin, last: origin, end: origin + frameUnits }
}

const factsOf = (demux: Demux, decoder: Decoder, { origin, end }: Span, fps: number): ReaderFacts => {
  const { codecpar, sampleAspectRatio } = demux.stream
  return {
    codec: decoder.codec,
    width: codecpar.width,
    height: codecpar.height,
    hasAudio: demux.hasAudio,
    fps,
    duration: (end - origin) * demux.unit,
    frameSeconds: 1 / fps,
    epsilon: Math.min(0.25 / fps, 0.6 * demux.unit) + 1e-6,
    look: {
      rotation: rotationOf(codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX)),
      pixelAspect: positive(sampleAspectRatio) || positive(codecpar.sampleAspectRatio) || 1,
    },
  }
}

const start = (options: FileReaderOptions, demux: Demux, decoder: Decoder, known: Known | undefined): Reader => {
  const { path, report } = options
  const fps = nominalFps(demux.stream)
  const frameUnits = 1 / fps / demux.unit
  const pictures = createPictures(options, demux, decoder, frameUnits)
  const span = known?.span ?? measure(path, demux, pictures, frameUnits)
  const facts = known?.facts ?? factsOf(demux, decoder, span, fps)
  const { origin, last } = span
  pictures.trusted = true
  pictures.seek(origin, origin)
  let previous = Number.NaN
  const step = (into: Frame): number | 'later' => {
    const stamp = pictures.step(into)
    if (stamp === 'later') return stamp
    const time = (stamp - origin) * demux.unit
    if (Number.isNaN(time)) {
      const reached = Number.isNaN(previous) ? 0 : previous
      if (reached < (last - origin) * demux.unit - 1.5 / fps) report(`${path} ends before it should`, 'it was cut short or changed while playing; the last picture is held')
      return time
    }
    // Timestamps that stumble go on a little later.
    previous = time > previous || Number.isNaN(previous) ? time : previous + facts.epsilon
    return previous
  }
  return {
    facts,
    get hw() { return decoder.hw },
    get refusals() { return decoder.refusals },
    seek(seconds) {
      previous = Number.NaN
      pictures.seek(seconds / demux.unit + origin, origin)
    },
    step,
    next: (into) => untilThere(() => step(into)),
    again: () => openFileReader({ ...options, hw: decoder.hw === 'none' ? 'none' : options.hw }, { facts, span }),
    close() {
      decoder.close()
      demux.close()
    },
  }
}

/** Opens a clip for reading; throws a {@link DoppelError} naming what is wrong with it. */
export const openFileReader = (options: FileReaderOptions, known?: Known): Reader => {
  const demux = openDemux(options.path)
  let decoder: Decoder | undefined
  try {
    decoder = openDecoder(options.path, demux.stream, options.hw)
    return start(options, demux, decoder, known)
  } catch (thrown) {
    decoder?.close()
    demux.close()
    throw thrown
  }
}
