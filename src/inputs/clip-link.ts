import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { messageOf } from '../engine/error.js'
import type { Frame } from '../engine/types.js'
import { workerEntry } from '../engine/worker-entry.js'
import { controlWriter, createControl, type ControlWriter } from './clip-control.js'
import type { FromWorker, Opened, WorkerStart } from './clip-messages.js'
import { pictureReader, type PictureReader } from './clip-shape.js'

/** Starts a worker's program; replaced in tests of what happens when workers die. */
export type Spawn = (program: URL, start: WorkerStart) => Worker

export const spawnWorker: Spawn = (program, start) => new Worker(program, { workerData: start, transferList: [start.port], name: 'doppel clip' })

/** Called on the main thread, between ticks. */
export interface LinkEvents {
  opened(facts: Opened): void
  fault(message: string, hint: string): void
  decoding(hw: string, detail: string): void
  /** The worker ended without having been asked to: it crashed, or what it was to open cannot be opened. */
  ended(refusal: { readonly message: string; readonly hint: string }): void
}

/** One life of a clip's worker. */
export interface Link {
  readonly control: ControlWriter
  /** The picture published since the last call as frame `seq`, or undefined when there is none. */
  take(seq: number, capturedAt: number): Frame | undefined
  /** Generation of the picture taken last. */
  readonly generation: number
  /** Hears what the worker has said so far, without waiting for the event loop. */
  hear(): void
  /** Gives up on a worker that hangs. It is told to end and left to itself: ending it by force in a native call ends the process. */
  abandon(): void
  close(): Promise<void>
}

/** A worker that was asked to end and has not after this long is left to itself. */
const PATIENCE_MS = 2000

export const startLink = (what: Pick<WorkerStart, 'material' | 'hw' | 'loops'>, spawn: Spawn, events: LinkEvents): Link => {
  const memory = createControl()
  const control = controlWriter(memory)
  const { port1, port2 } = new MessageChannel()
  let pictures: PictureReader | undefined
  let rings = 0
  let over = false
  let crash = ''
  let refusal: { message: string; hint: string } | undefined

  const hear = (message: FromWorker) => {
    switch (message.kind) {
      case 'opened': return events.opened(message)
      case 'refused': refusal = message; return
      case 'fault': return events.fault(message.message, message.hint)
      case 'decoding': return events.decoding(message.hw, message.detail)
      case 'ring':
        pictures = pictureReader(message.ring, message.shape)
        rings += 1
    }
  }
  const hearAll = () => {
    for (let got = receiveMessageOnPort(port1); got; got = receiveMessageOnPort(port1)) hear(got.message as FromWorker)
  }
  port1.on('message', hear)
  // The worker keeps the process alive, not its messages.
  port1.unref()

  const worker = spawn(workerEntry(import.meta.url, './clip-worker.js'), { ...what, control: memory, port: port2 })
  let exited = () => {}
  const exit = new Promise<void>((resolve) => { exited = resolve })
  const end = () => {
    if (over) return
    over = true
    control.markGone()
  }
  worker.on('error', (thrown) => { crash = messageOf(thrown) })
  worker.on('exit', (code) => {
    hearAll()
    port1.close()
    exited()
    if (over) return
    end()
    events.ended(refusal ?? { message: crash === '' ? `the decoder ended (code ${code})` : `the decoder crashed: ${crash}`, hint: '' })
  })

  return {
    control,
    get generation() { return pictures?.generation ?? 0 },
    take(seq, capturedAt) {
      if (control.rings !== rings) hearAll()
      return pictures?.fresh ? pictures.take(seq, capturedAt) : undefined
    },
    hear: hearAll,
    abandon() {
      end()
      control.close()
      worker.unref()
    },
    async close() {
      end()
      control.close()
      let timer: NodeJS.Timeout | undefined
      const patience = new Promise<void>((resolve) => { timer = setTimeout(resolve, PATIENCE_MS) })
      await Promise.race([exit, patience])
      clearTimeout(timer)
      worker.unref()
    },
  }
}
