import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { messageOf } from '../engine/error.js'
import { ringReader, ringWriter, type RingReader, type RingWriter } from '../engine/ring.js'
import { workerEntry } from '../engine/worker-entry.js'
import { CALLS, CONTROL_WORDS, SERVED, type FromWorker, type ToWorker, type WorkerStart } from './messages.js'
import type { Size } from './types.js'

/** Starts a worker's program; replaced in tests of what happens when workers die. */
export type Spawn = (program: URL, start: WorkerStart) => Worker
export const spawnWorker: Spawn = (program, start) => new Worker(program, { workerData: start, transferList: [start.port], name: 'doppel masks' })

/** One life of a mask worker. */
export interface Life {
  readonly worker: Worker
  readonly control: Int32Array<SharedArrayBuffer>
  say(message: ToWorker): void
  /** There is a picture for it, or a message. */
  wake(): void
  /** There once its model is open and warm. */
  opened: { readonly input: Size; readonly output: Size; readonly pictures: RingWriter; readonly masks: RingReader } | undefined
  /** It ended, or was given up. */
  over: boolean
}

/** Called on the main thread, between ticks. */
export interface LifeEvents {
  /** `on`: what runs where, in words. */
  opened(life: Life, on: string): void
  fault(message: string, hint: string): void
  /** It ended, for whatever reason. */
  ended(life: Life, message: string, hint: string): void
}

/** Starts a worker; nothing is owed of the pictures up to number `posted`, which others were given. */
export const startLife = (spawn: Spawn, start: Omit<WorkerStart, 'control' | 'port'>, posted: number, events: LifeEvents): Life => {
  const { port1, port2 } = new MessageChannel()
  const control = new Int32Array(new SharedArrayBuffer(CONTROL_WORDS * 4))
  control[SERVED] = posted
  const worker = spawn(workerEntry(import.meta.url, './worker.js'), { ...start, control, port: port2 })
  let refusal: { message: string; hint: string } | undefined
  let crash = ''
  /** Why it does not run where it was asked to. */
  let note = ''
  const wake = () => {
    Atomics.add(control, CALLS, 1)
    Atomics.notify(control, CALLS)
  }
  const life: Life = { worker, control, opened: undefined, over: false, wake, say(message) {
    port1.postMessage(message)
    wake()
  } }
  const hear = (message: FromWorker) => {
    switch (message.kind) {
      case 'opened':
        life.opened = { input: message.input, output: message.output, pictures: ringWriter(message.pictures), masks: ringReader(message.masks) }
        return events.opened(life, `${start.segmenter} at ${message.input.width}x${message.input.height} on ${message.provider}${note}`)
      case 'refused': refusal = message; return
      case 'fault':
        if (!life.opened) note = ` (${message.message})`
        events.fault(message.message, message.hint)
    }
  }
  port1.on('message', hear)
  port1.unref()
  worker.on('error', (thrown) => { crash = messageOf(thrown) })
  worker.on('exit', (code) => {
    // Its last words may still be on their way.
    for (let got = receiveMessageOnPort(port1); got; got = receiveMessageOnPort(port1)) hear(got.message as FromWorker)
    port1.close()
    events.ended(life, refusal?.message ?? (crash === '' ? `the mask worker ended (code ${code})` : `the mask worker crashed: ${crash}`), refusal?.hint ?? '')
  })
  return life
}
