import { workerData } from 'node:worker_threads'
import { AV_LOG_QUIET } from 'node-av/constants'
import { type Frame, Log } from 'node-av/lib'
import { DoppelError, messageOf } from '../engine/error.js'
import { createRing, ringWriter, type RingWriter } from '../engine/ring.js'
import { controlReader, type Wanted } from './clip-control.js'
import { describeDecoding, infoOf, openReader } from './clip-facts.js'
import type { FromWorker, WorkerStart } from './clip-messages.js'
import { META_GENERATION, META_TIME, sameShape, shapeBytes, type Shape } from './clip-shape.js'
import { createFramePool, type Held } from './held.js'
import { createLane } from './lane.js'
import { createPictureCopier, shapeOf } from './picture.js'
import { createPlayer } from './player.js'
import type { Reader } from './reader.js'

const { material, hw, loops, control: memory, port } = workerData as WorkerStart
const control = controlReader(memory)
const say = (message: FromWorker) => { port.postMessage(message) }
// Until the show asks for a picture nobody listens: what opening finds is told then, each sentence once.
let early: Map<string, string> | undefined = new Map()
const report = (message: string, hint: string) => {
  if (early) early.set(message, hint)
  else say({ kind: 'fault', message, hint })
}
const tellEarly = () => {
  const told = early
  early = undefined
  told?.forEach((hint, message) => { report(message, hint) })
}

/** Puts pictures into the ring, making a new ring whenever their shape changes. */
const createPublisher = (reader: Reader) => {
  const copier = createPictureCopier()
  let shape: Shape | undefined
  let writer: RingWriter | undefined
  let buffers = new Map<Uint8Array, Buffer>()
  const renew = (next: Shape, frame: Frame): RingWriter => {
    const ring = createRing(shapeBytes(next))
    say({ kind: 'ring', ring, shape: next })
    say({ kind: 'decoding', hw: reader.hw, detail: describeDecoding(reader, hw, frame) })
    control.announceRing()
    shape = next
    buffers = new Map()
    return (writer = ringWriter(ring))
  }
  const bufferOf = (pixels: Uint8Array): Buffer => {
    let buffer = buffers.get(pixels)
    if (!buffer) buffers.set(pixels, (buffer = Buffer.from(pixels.buffer, pixels.byteOffset, pixels.byteLength)))
    return buffer
  }
  return {
    publish({ frame, time }: Held, generation: number) {
      const next = shapeOf(frame, reader.facts.look)
      const to = writer && shape && sameShape(shape, next) ? writer : renew(next, frame)
      const { slot } = to
      copier.copy(frame, next, bufferOf(slot.pixels))
      slot.meta[META_TIME] = time
      slot.meta[META_GENERATION] = generation
      to.publish()
    },
    close: () => { copier.close() },
  }
}

const play = (reader: Reader) => {
  const publisher = createPublisher(reader)
  const pool = createFramePool()
  const player = createPlayer({ reader, pool, loops, publish: publisher.publish, report, createLane })
  const first = player.begin()
  if (!first) throw new DoppelError(`no picture of ${material.path} can be decoded`, 'the file is damaged; copy or convert it again')
  say({ kind: 'decoding', hw: reader.hw, detail: describeDecoding(reader, hw, first.frame) })
  const info = infoOf(material.path, reader, shapeOf(first.frame, reader.facts.look))
  say({ kind: 'opened', info, frameSeconds: reader.facts.frameSeconds, epsilon: reader.facts.epsilon })
  let wanted: Readonly<Wanted> = control.read()
  while (!control.closing) {
    control.beat()
    const started = performance.now()
    wanted = control.read()
    if (early && wanted.serial !== 0) tellEarly()
    const served = wanted.serial === 0 || player.serve(wanted)
    if (served) control.answer(wanted.serial)
    const decoded = wanted.serial !== 0 && player.prepare(wanted)
    if (decoded) control.spent(1, performance.now() - started)
    else control.spent(0, performance.now() - started)
    // Nothing to decode and still not served: there is no such picture, and the one before stays.
    if (!decoded) {
      control.answer(wanted.serial)
      control.waitAfter(wanted.serial)
    }
  }
  player.close()
  publisher.close()
  pool.close()
}

Log.setLevel(AV_LOG_QUIET)
try {
  const reader = openReader(material, hw, report)
  try {
    play(reader)
  } finally {
    reader.close()
  }
} catch (thrown) {
  if (!(thrown instanceof DoppelError)) throw thrown
  say({ kind: 'refused', message: messageOf(thrown), hint: thrown.hint })
} finally {
  port.close()
}
