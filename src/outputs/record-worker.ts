import { parentPort, workerData } from 'node:worker_threads'
import { Log } from 'node-av/lib'
import { AV_LOG_QUIET } from 'node-av/constants'
import { DoppelError, messageOf } from '../engine/error.js'
import { queueReader } from '../engine/queue.js'
import type { RecordJob, RecordMessage } from './record-job.js'
import { openTake, type Take } from './take.js'

// The worker of one recording: takes pictures from the queue, in order, until the show says it is over or the disk refuses.

/** How often an idle worker looks whether the recording is over. */
const IDLE_MS = 20

const tell = (message: RecordMessage) => parentPort?.postMessage(message)

const record = (take: Take, { queue, ending }: RecordJob): void => {
  const reader = queueReader(queue)
  for (;;) {
    // Read before looking at the queue: what was written before the end was announced is then still found.
    const over = Atomics.load(ending, 0) !== 0
    const slot = reader.take(over ? 0 : IDLE_MS)
    if (slot) {
      const tick = slot.meta[0] ?? 0
      take.load(slot.pixels)
      reader.release()
      take.encode(tick)
    } else if (over) return
  }
}

const run = (job: RecordJob): void => {
  let take: Take | undefined
  try {
    take = openTake(job)
    tell({ kind: 'started', encoder: take.encoder, notes: take.notes })
    record(take, job)
    take.finish()
    tell({ kind: 'finished', frames: take.frames })
  } catch (thrown) {
    take?.abandon()
    tell({ kind: 'failed', message: messageOf(thrown), hint: thrown instanceof DoppelError ? thrown.hint : '' })
  }
}

// What FFmpeg has to say reaches the performer as faults, not as lines between them.
Log.setLevel(AV_LOG_QUIET)
run(workerData as RecordJob)
