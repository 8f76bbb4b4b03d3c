import { basename } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { BehaviorSubject } from 'rxjs'
import { DoppelError } from '../engine/error.js'
import { createFaults, type Faults } from '../engine/guard.js'
import type { Status } from '../engine/types.js'
import type { RecordJob, RecordMessage } from './record-job.js'

/** What the show knows of a recording's worker. */
export interface RecordSession {
  readonly status$: BehaviorSubject<Status>
  readonly faults: Faults
  /** True while pictures are taken. */
  readonly running: boolean
  /** Resolves when pictures are taken; rejects with a DoppelError when the recording cannot begin. */
  readonly started: Promise<void>
  /** Resolves when the worker is no more. */
  readonly gone: Promise<void>
}

const KEPT = 'what was recorded until then is in the file'

/** Follows a record worker through its life. `stopped` is called once when it fails: from then on nobody reads the queue. */
export const followRecording = (id: string, worker: Worker, job: RecordJob, stopped: () => void): RecordSession => {
  const name = basename(job.path)
  const status = new BehaviorSubject<Status>({ unit: id, state: 'starting', detail: name })
  const faults = createFaults()
  let state: 'starting' | 'running' | 'over' = 'starting'
  const become = (to: typeof state, shown: Status['state'], detail: string) => {
    state = to
    status.next({ unit: id, state: shown, detail })
  }
  const onStarted = (encoder: string, notes: string) => {
    const { num, den } = job.rate
    become('running', 'running', `${name}: ${job.width}x${job.height} at ${+(num / den).toFixed(3)} fps with ${encoder}${notes ? ` (passed over ${notes})` : ''}`)
  }
  const gone = new Promise<void>((resolve) => { worker.once('exit', () => resolve()) })
  const started = new Promise<void>((resolve, reject) => {
    const fail = (message: string, hint: string) => {
      if (state === 'over') return
      const early = state === 'starting'
      become('over', 'failed', message)
      stopped()
      if (early) reject(new DoppelError(message, hint))
      else faults.report({ unit: id, message: `the recording stopped: ${message}`, hint })
    }
    worker.on('message', (message: RecordMessage) => {
      if (message.kind === 'failed') fail(message.message, message.hint)
      else if (message.kind === 'finished') become('over', 'closed', `${name}: ${message.frames} pictures`)
      else {
        onStarted(message.encoder, message.notes)
        resolve()
      }
    })
    worker.on('error', (thrown) => fail(`the encoder of ${job.path} failed: ${thrown.message}`, KEPT))
    worker.on('exit', () => fail(`the encoder of ${job.path} ended unexpectedly`, KEPT))
  })
  return { status$: status, faults, started, gone, get running() { return state === 'running' } }
}
