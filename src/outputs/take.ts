import type { Packet } from 'node-av/lib'
import { DoppelError } from '../engine/error.js'
import { SAMPLE_RATE } from './clip-sound.js'
import { CONTAINERS } from './containers.js'
import { samplesBefore } from './frame-rate.js'
import { openMediaFile } from './media-file.js'
import type { RecordJob } from './record-job.js'
import { openSoundTrack } from './sound-track.js'
import { openVideoEncoder } from './video-encoder.js'

/** A recording in progress: pictures in, a file out. All of it may throw a DoppelError; then only `abandon` is left. */
export interface Take {
  readonly encoder: string
  readonly notes: string
  /** Pictures encoded so far. */
  readonly frames: number
  /** Copies a picture; its memory is free again when this returns. */
  load(picture: Uint8Array): void
  /** Encodes the picture loaded last as the one due `tick` frames after the first. */
  encode(tick: number): void
  finish(): void
  abandon(): void
}

/** Opens the encoders and creates the file. Throws a DoppelError when any of it fails. */
export const openTake = (job: RecordJob): Take => {
  const container = CONTAINERS[job.extension]
  if (!container) throw new DoppelError(`no recording to ${job.extension}`)
  const file = openMediaFile(job.path, container)
  const video = openVideoEncoder(job, file.prepare)
  const sound = job.audio && openSoundTrack(job.audio, container.audio, file.prepare)
  const videoTrack = file.add(video.context)
  const soundTrack = sound ? file.add(sound.context) : -1
  const takeVideo = (packet: Packet) => file.write(packet, videoTrack)
  const takeSound = (packet: Packet) => file.write(packet, soundTrack)
  const close = () => {
    video.close()
    sound?.close()
  }
  let frames = 0
  let ends = 0
  try {
    file.begin()
  } catch (thrown) {
    close()
    file.abandon()
    throw thrown
  }
  return {
    encoder: video.name,
    notes: video.notes,
    get frames() { return frames },
    load: video.load,
    encode(tick) {
      video.encode(tick, takeVideo)
      frames += 1
      ends = tick + 1
      sound?.encodeUntil(samplesBefore(ends, job.rate, SAMPLE_RATE), takeSound)
    },
    finish() {
      video.drain(takeVideo)
      sound?.finish(samplesBefore(ends, job.rate, SAMPLE_RATE), takeSound)
      file.finish()
      close()
    },
    abandon() {
      close()
      file.abandon()
    },
  }
}
