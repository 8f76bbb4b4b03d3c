import { setPriority } from 'node:os'
import { receiveMessageOnPort, workerData } from 'node:worker_threads'
import { goBehindTheShow } from '../engine/background.js'
import { DoppelError, messageOf } from '../engine/error.js'
import { createRing, ringReader, ringWriter, type Slot } from '../engine/ring.js'
import { openGraph } from './graph.js'
import { BEAT, CALLS, MASK, PICTURE, SERVED, type FromWorker, type ToWorker, type WorkerStart } from './messages.js'
import { planesBytes, planesOver } from './planes.js'
import { segmenterById } from './segmenters/index.js'
import { MOST_SUBJECTS, type Graph, type MaskPlanes, type Segmenter, type View } from './types.js'

/** Niceness while a show runs: where that fills the processor, masks get a tenth of it and come later, and the show keeps its time. */
const NICE = 10

const { segmenter: id, files, source, provider, threads, behind, control, port } = workerData as WorkerStart
const say = (message: FromWorker) => { port.postMessage(message) }

const openGraphs = async (): Promise<Record<string, Graph>> => {
  const graphs: Record<string, Graph> = {}
  for (const [role, contract] of Object.entries(segmenterById(id).graphs)) {
    const path = files[role]
    if (path === undefined) throw new DoppelError(`the segmenter ${id} needs a model file for its ${role}, and was given none`, `run: npx doppel models list`)
    graphs[role] = await openGraph(path, contract, { provider, threads, fellBack: (message) => { say({ kind: 'fault', message, hint: 'it runs on the processor instead' }) } })
  }
  return graphs
}

const blank = (width: number, height: number): View => ({ width, height, data: new Uint8Array(width * height * 4), seq: -1, capturedAt: 0, dt: 0 })

/** The first run of a graph takes its memory and compiles its kernels: that is not to happen to the first picture. */
const warm = async (unit: Segmenter) => {
  const { input, output } = unit
  await unit.step(blank(input.width, input.height), planesOver(output, new Uint8Array(planesBytes(output))))
  unit.reset()
}

const serve = async (unit: Segmenter, provider: string) => {
  const { input, output } = unit
  const pictures = createRing(input.width * input.height * 4)
  const masks = createRing(planesBytes(output))
  const reader = ringReader(pictures)
  const writer = ringWriter(masks)
  // A view of each slot, made once.
  const views = new Map<Uint8Array, { -readonly [K in keyof View]: View[K] }>()
  const outs = new Map<Uint8Array, MaskPlanes>()
  const viewOf = ({ pixels, meta }: Slot): View => {
    let view = views.get(pixels)
    if (!view) views.set(pixels, (view = { ...input, data: pixels.subarray(0, input.width * input.height * 4), seq: 0, capturedAt: 0, dt: 0 }))
    return Object.assign(view, { seq: meta[PICTURE.seq] ?? 0, capturedAt: meta[PICTURE.capturedAt] ?? 0, dt: meta[PICTURE.dt] ?? 0 })
  }
  const outOf = ({ pixels }: Slot): MaskPlanes => {
    let planes = outs.get(pixels)
    if (!planes) outs.set(pixels, (planes = planesOver(output, pixels)))
    return planes
  }

  const look = async (picture: Slot) => {
    const { slot } = writer
    const out = outOf(slot)
    const began = performance.now()
    await unit.step(viewOf(picture), out)
    const post = picture.meta[PICTURE.post] ?? 0
    slot.meta[MASK.seq] = picture.meta[PICTURE.seq] ?? 0
    slot.meta[MASK.capturedAt] = picture.meta[PICTURE.capturedAt] ?? 0
    slot.meta[MASK.post] = post
    slot.meta[MASK.stepMs] = performance.now() - began
    for (let i = 0; i < MOST_SUBJECTS; i++) slot.meta[MASK.confidence + i] = out.confidence[i] ?? 0
    writer.publish()
    Atomics.add(control, BEAT, 1)
    Atomics.store(control, SERVED, post)
    Atomics.notify(control, SERVED)
  }
  /** Hears all that was said; false when it is to close. */
  const hear = (): boolean => {
    for (let got = receiveMessageOnPort(port); got; got = receiveMessageOnPort(port)) {
      Atomics.add(control, BEAT, 1)
      const message = got.message as ToWorker
      if (message.kind === 'close') return false
      if (message.kind === 'seed') unit.seed(message.subject, message.seed)
      else unit.reset()
    }
    return true
  }
  say({ kind: 'opened', input, output, provider, pictures, masks })
  for (;;) {
    const calls = Atomics.load(control, CALLS)
    const picture = reader.fresh ? reader.newest() : undefined
    // With the picture in hand, so that what was said before it was posted is heard before it is looked at.
    if (!hear()) break
    // A model that fails at a picture fails at the next: its worker ends by what it throws, and the main thread decides when it starts anew.
    if (picture) await look(picture)
    // Asleep on shared memory, not in an event loop: waking is quicker.
    else Atomics.wait(control, CALLS, calls)
  }
  port.close()
  await unit.close()
}

const opened = async (): Promise<readonly [Segmenter, provider: string] | undefined> => {
  try {
    // Before any graph is open, for the threads of graphs take after this one.
    if (behind) goBehindTheShow(setPriority, NICE)
    const graphs = await openGraphs()
    const unit = await segmenterById(id).open(graphs, source)
    await warm(unit)
    return [unit, [...new Set(Object.values(graphs).map((graph) => graph.provider))].join(' and ')]
  } catch (thrown) {
    say({ kind: 'refused', message: messageOf(thrown), hint: thrown instanceof DoppelError ? thrown.hint : '' })
    port.close()
    return undefined
  }
}

const ready = await opened()
if (ready) await serve(...ready)
