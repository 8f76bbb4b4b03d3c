import { Worker } from 'node:worker_threads'
import { DoppelError } from '../engine/error.js'
import { createQueue, queueReader, queueWriter } from '../engine/queue.js'
import type { PixelOutput } from '../engine/types.js'
import { workerEntry } from '../engine/worker-entry.js'
import type { RecordCodec } from './containers.js'
import type { Quality } from './encoders.js'
import { frameRate } from './frame-rate.js'
import { checkPicture, pictureBytes } from './memory.js'
import type { AudioFrom, RecordJob } from './record-job.js'
import { claimPath, codecOf, containerOf } from './record-path.js'
import { followRecording } from './record-session.js'

export type { AudioFrom } from './record-job.js'

export interface RecordOptions {
  readonly id: string
  /** Pixels; both even. */
  readonly width: number
  readonly height: number
  readonly fps: number
  /** True while a show runs: a full queue drops pictures. False offline: nothing is dropped, the caller awaits `ready()`. */
  readonly realtime: boolean
  /** Sound to keep; left out when the clip has none. */
  readonly audio?: AudioFrom
  /** `auto` is H.264, or VP9 in .webm. */
  readonly codec?: RecordCodec | 'auto'
  readonly quality?: Quality
  /** Replaces a file that exists; without it that is an error. */
  readonly overwrite?: boolean
  /** Starts the worker; for tests. */
  readonly startWorker?: (entry: URL, job: RecordJob) => Worker
}

/** Pictures that may wait for the encoder: 130 ms at 60 fps, which rides out a key frame or a slow write. */
const DEPTH = 8

const checkSize = ({ width, height }: RecordOptions): void => {
  if (Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0 && width % 2 === 0 && height % 2 === 0) return
  const even = (n: number) => Math.max(2, 2 * Math.ceil(n / 2))
  throw new DoppelError(`recordings need an even width and height, not ${width}x${height}`, `make the canvas ${even(width)}x${even(height)}`)
}

/**
 * Records pictures to a file (.mp4, .mov, .mkv, .webm), encoding in a worker. The first picture's tick becomes time 0 and
 * each later one keeps its distance from it, so dropped pictures never shift what follows. A disk that refuses ends the
 * recording with one fault; what was written stays playable. Rejects with a {@link DoppelError} when it cannot begin.
 */
export const openRecord = async (asked: string, options: RecordOptions): Promise<PixelOutput> => {
  const { id, width, height, fps, realtime, audio, overwrite = false } = options
  checkSize(options)
  const { extension } = containerOf(asked)
  const codec = codecOf(options.codec ?? 'auto', asked)
  const claim = claimPath(asked, overwrite)
  const queue = createQueue(pictureBytes('i420', width, height), DEPTH)
  const job: RecordJob = {
    path: claim.path, extension, width, height, rate: frameRate(fps), realtime, codec, quality: options.quality ?? 'good', audio, queue,
    ending: new Int32Array(new SharedArrayBuffer(4)),
  }
  const startWorker = options.startWorker ?? ((entry, data) => new Worker(entry, { workerData: data, name: id }))
  const session = followRecording(id, startWorker(workerEntry(import.meta.url, './record-worker.js'), job), job, () => {
    // Nobody reads the queue any more: emptied, it lets go of whoever waits for room in it.
    const reader = queueReader(queue)
    while (reader.take(0)) reader.release()
  })
  try {
    await session.started
  } catch (thrown) {
    await session.gone
    claim.release()
    throw thrown
  }
  const writer = queueWriter(queue)
  let first: number | undefined
  let last = -Infinity
  let dropped = 0
  const drop = () => {
    dropped += 1
    if (session.running) session.faults.report({ unit: id, message: `pictures are missing from ${claim.path}: the encoder or the disk is too slow`, hint: 'record a smaller canvas or fewer frames per second' })
  }
  return {
    kind: 'pixels', id, width, height, format: 'i420',
    status$: session.status$,
    fault$: session.faults.fault$,
    get dropped() { return dropped },
    write(view) {
      checkPicture({ id, width, height, format: 'i420' }, view)
      const slot = session.running && view.tick > last ? writer.slot() : undefined
      if (!slot) {
        drop()
        return
      }
      first ??= view.tick
      last = view.tick
      slot.meta[0] = view.tick - first
      slot.pixels.set(view.data)
      writer.publish()
    },
    ready: () => (session.running ? writer.room() : Promise.resolve()),
    async close() {
      Atomics.store(job.ending, 0, 1)
      await session.gone
      session.status$.complete()
    },
  }
}
