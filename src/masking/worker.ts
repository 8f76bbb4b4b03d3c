import { setPriority } from 'node:os'
import { workerData } from 'node:worker_threads'
import { goBehindTheShow } from '../engine/background.js'
import { DoppelError, messageOf } from '../engine/error.js'
import { createRing, ringReader, ringWriter, type Slot } from '../engine/ring.js'
import { openGraph } from './graph.js'
import { BEAT, MASK, PICTURE, SERVED, type FromWorker, type ToWorker, type WorkerStart } from './messages.js'
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

const serve = (unit: Segmenter, provider: string) => {
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

  let busy = false
  let closing = false
  const finish = async () => {
    port.close()
    await unit.close()
  }
  const look = async () => {
    const picture = reader.newest()
    if (!picture) return
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
    say({ kind: 'done', post })
  }
  const lookOn = async () => {
    busy = true
    while (reader.fresh && !closing) await look()
    busy = false
    if (closing) await finish()
  }
  const failed = (thrown: unknown) => {
    // A model that fails at a picture fails at the next: its worker ends, and the main thread decides when it starts anew.
    throw thrown
  }
  port.on('message', (message: ToWorker) => {
    Atomics.add(control, BEAT, 1)
    switch (message.kind) {
      case 'seed': return unit.seed(message.subject, message.seed)
      case 'reset': return unit.reset()
      case 'close':
        closing = true
        if (!busy) finish().catch(failed)
        return
      case 'look': if (!busy) lookOn().catch(failed)
    }
  })
  say({ kind: 'opened', input, output, provider, pictures, masks })
}

try {
  // Before any graph is open, for the threads of graphs take after this one.
  if (behind) goBehindTheShow(setPriority, NICE)
  const graphs = await openGraphs()
  const unit = await segmenterById(id).open(graphs, source)
  await warm(unit)
  serve(unit, [...new Set(Object.values(graphs).map((graph) => graph.provider))].join(' and '))
} catch (thrown) {
  say({ kind: 'refused', message: messageOf(thrown), hint: thrown instanceof DoppelError ? thrown.hint : '' })
  port.close()
}
