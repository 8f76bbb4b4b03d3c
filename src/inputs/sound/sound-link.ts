import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { messageOf } from '../../engine/error.js'
import { createSoundMemory, soundReader, type SoundReader } from '../../engine/sound/ring.js'
import { workerEntry } from '../../engine/worker-entry.js'
import type { FromSound, SoundStart } from './messages.js'

/** Starts a worker's program; replaced in tests of what happens when workers die. */
export type SpawnSound = (program: URL, start: SoundStart) => Worker

export const spawnSound: SpawnSound = (program, start) => new Worker(program, { workerData: start, transferList: [start.port], name: 'doppel sound' })

/** Called on the main thread, between ticks. */
export interface SoundLinkEvents {
  opened(detail: string): void
  /** The file was played to its end; the worker has ended. */
  finished(): void
  /** The worker ended without having been asked to. */
  died(message: string, hint: string): void
}

/** One life of a sound worker. */
export interface SoundLink {
  readonly reader: SoundReader
  /** Hears what the worker has said so far, without waiting for the event loop. */
  hear(): void
  /** Gives up on a worker that hangs; see `Link.abandon`. */
  abandon(): void
  close(): Promise<void>
}

/** A worker that was asked to end and has not after this long is left to itself. */
const PATIENCE_MS = 2000

export const startSoundLink = (origin: SoundStart['origin'], spawn: SpawnSound, events: SoundLinkEvents): SoundLink => {
  const memory = createSoundMemory()
  const reader = soundReader(memory)
  const { port1, port2 } = new MessageChannel()
  let over = false
  let crash = ''
  let last: FromSound | undefined

  const hear = (message: FromSound) => {
    if (message.kind === 'opened') {
      if (!over) events.opened(message.detail)
    } else last = message
  }
  const hearAll = () => {
    for (let got = receiveMessageOnPort(port1); got; got = receiveMessageOnPort(port1)) hear(got.message as FromSound)
  }
  port1.on('message', hear)
  // The worker keeps the process alive, not its messages.
  port1.unref()

  const worker = spawn(workerEntry(import.meta.url, './worker.js'), { origin, memory, port: port2 })
  let exited = () => {}
  const exit = new Promise<void>((resolve) => { exited = resolve })
  worker.on('error', (thrown) => { crash = messageOf(thrown) })
  worker.on('exit', (code) => {
    hearAll()
    port1.close()
    exited()
    if (over) return
    over = true
    if (last?.kind === 'ended') events.finished()
    else if (last?.kind === 'refused') events.died(last.message, last.hint)
    else events.died(crash === '' ? `the sound worker ended (code ${code})` : `the sound worker crashed: ${crash}`, '')
    reader.wake()
  })

  return {
    reader,
    hear: hearAll,
    abandon() {
      over = true
      reader.close()
      worker.unref()
    },
    async close() {
      over = true
      reader.close()
      let timer: NodeJS.Timeout | undefined
      const patience = new Promise<void>((resolve) => { timer = setTimeout(resolve, PATIENCE_MS) })
      await Promise.race([exit, patience])
      clearTimeout(timer)
      worker.unref()
    },
  }
}
