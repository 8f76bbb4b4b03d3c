import { Tensor } from 'onnxruntime-node'
import { DoppelError } from '../../engine/error.js'
import { bytesFrom, createPixelTensor, floatsOf } from '../pixels.js'
import { MOST_SUBJECTS, type Graph, type Seed, type SegmenterDecl, type Size } from '../types.js'
import { betweenSteps } from './between-steps.js'
import { DEAOT_GRAPHS, IDS, sizeFor } from './deaot-graphs.js'
import { createLabelTensor, freeId, likeliest } from './deaot-labels.js'
import { createLongTerm, PARTS, type FrameMemory } from './deaot-memory.js'
import { presenceOf } from './presence.js'
import { maskOf, paintMask } from './seeding.js'

/**
 * Steps from one frame to the next that long-term memory takes, by the number of layers, where the graph does not say: T and S keep to what they
 * were told, as published, and so does B, which has as many layers as L.
 */
const GAPS: Readonly<Record<number, number>> = { 1: 9999, 2: 9999 }
const GAP = 5

const memoryIn = (results: Record<string, Tensor>): FrameMemory => {
  const { k, v, idv } = results
  if (!k || !v || !idv) throw new RangeError('DeAOT gave no memory of the frame')
  return { k, v, idv }
}
const named = (prefix: string, memory: FrameMemory) => Object.fromEntries(PARTS.map((part) => [`${prefix}_${part}`, memory[part]]))

/** One run of both graphs: takes their memory, compiles their kernels, and shows how much a frame's memory is, and how often one is kept. */
const warm = async (init: Graph, step: Graph, size: Size) => {
  const other = sizeFor(step.shapeOf('image'), size)
  if (other.width !== size.width || other.height !== size.height) throw new DoppelError(`DeAOT's init takes an "image" of ${size.width}x${size.height}, and its step one of ${other.width}x${other.height}`, 'import both from one export')
  const image = new Tensor('float32', new Float32Array(3 * size.width * size.height), [1, 3, size.height, size.width])
  const labels = createLabelTensor(size)
  labels.fill([])
  const first = await init.run({ image, labels: labels.tensor })
  const memory = memoryIn(first)
  const [layers = 0, tokens = 0] = memory.k.dims
  const used = new Tensor('float32', new Float32Array(IDS).fill(1, 0, 2), [1, IDS, 1, 1])
  await step.run({ image, ...named('long', memory), ...named('short', memory), used })
  const gap = first['gap'] ? floatsOf(first['gap'], 'the gap')[0] : undefined
  return { layers, tokens, labels, gap: gap !== undefined && gap >= 1 ? gap : GAPS[layers] ?? GAP }
}

/**
 * DeAOT: up to eight subjects in one pass, at the cost of one. Identities (1 to 10) are given to subjects as they are seeded; a
 * subject that is seeded anew gets another one, so that what was remembered of it before is no longer believed. When none is free,
 * memory begins anew with that frame. Frames in which a subject was seeded are kept while it lives.
 */
export const deaot: SegmenterDecl = {
  id: 'deaot',
  label: 'Many subjects (DeAOT)',
  about: 'Follows eight subjects at the cost of one from a first mask.',
  kind: 'tracker',
  takes: ['masks'],
  most: MOST_SUBJECTS,
  graphs: DEAOT_GRAPHS,
  async open({ init, step }, source) {
    if (!init || !step) throw new RangeError('deaot was opened without its models')
    const size = sizeFor(init.shapeOf('image'), source)
    const pixels = size.width * size.height
    const { layers, tokens, labels, gap } = await warm(init, step, size)
    const image = createPixelTensor({ ...size, layout: 'NCHW', order: 'RGB', scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] })
    const long = createLongTerm(layers, tokens)
    const pending = new Map<number, NonNullable<Seed['mask']>>()
    /** Identity of each subject; 0: it has none. */
    const idOf = new Uint8Array(MOST_SUBJECTS)
    const used = new Tensor('float32', new Float32Array(IDS), [1, IDS, 1, 1])
    const usedValues = floatsOf(used, 'the identities')
    const between = betweenSteps()
    let short: FrameMemory | undefined
    let steps = 0
    let lastAdded = 0

    const usedIds = () => idOf.reduce((ids, id) => (id > 0 ? ids | (1 << id) : ids), 0)
    /** Frames that know only subjects that are no more say nothing. */
    const tidy = () => {
      const ids = usedIds()
      long.prune((about) => (about.ids & ids) !== 0)
      if (long.frames === 0) short = undefined
    }
    const keep = (memory: FrameMemory, ids: number, seeds: number) => {
      long.add(memory, { step: steps, ids, seeds }, usedIds())
      lastAdded = steps
    }
    const track = async (longTerm: FrameMemory, shortTerm: FrameMemory): Promise<{ chances: Float32Array; memory: FrameMemory }> => {
      usedValues.fill(0)
      usedValues[0] = 1
      for (const id of idOf) if (id > 0) usedValues[id] = 1
      const results = await step.run({ image: image.tensor, ...named('long', longTerm), ...named('short', shortTerm), used })
      return { chances: floatsOf(results['chances'], 'the chances'), memory: memoryIn(results) }
    }
    /** Gives each subject with a new mask an identity that nothing remembers. */
    const identify = () => {
      for (const i of pending.keys()) idOf[i] = freeId(usedIds() | long.ids)
      if ([...pending.keys()].every((i) => idOf[i])) return
      long.prune(() => false)
      let next = 1
      for (let i = 0; i < MOST_SUBJECTS; i++) if (idOf[i] || pending.has(i)) idOf[i] = next++
    }
    const begin = async () => {
      for (const [i, mask] of pending) paintMask(mask, size, labels.subjects, i + 1)
      identify()
      const ids = labels.fill(idOf)
      short = memoryIn(await init.run({ image: image.tensor, labels: labels.tensor }))
      const seeds = [...pending.keys()].reduce((bits, i) => bits | (1 << (idOf[i] ?? 0)), 0)
      keep(short, ids, seeds)
      pending.clear()
    }

    return {
      input: size,
      output: size,
      seed(i, seed) {
        const mask = seed && maskOf(seed)
        if (mask) between.later(() => pending.set(i, mask))
        if (seed) return
        between.later(() => {
          pending.delete(i)
          idOf[i] = 0
          tidy()
        })
      },
      async step(view, out) {
        between.run()
        steps += 1
        out.confidence.fill(0)
        for (let i = 0; i < MOST_SUBJECTS; i++) out.plane(i).fill(0)
        labels.subjects.fill(0)
        // Where a subject was says nothing about one that is seeded anew.
        for (const i of pending.keys()) idOf[i] = 0
        if (pending.size > 0) tidy()
        if (!short && pending.size === 0) return
        image.fill(view)
        if (short) {
          const { chances, memory } = await track(long.feeds(), short)
          for (let i = 0; i < MOST_SUBJECTS; i++) {
            const id = idOf[i] ?? 0
            if (id > 0) bytesFrom(chances, out.plane(i), id * pixels)
          }
          likeliest(chances, idOf, labels.subjects)
          short = memory
          if (pending.size === 0 && steps - lastAdded >= gap) keep(memory, usedIds(), 0)
        }
        for (const [i, mask] of pending) paintMask(mask, size, out.plane(i).fill(0), 255)
        if (pending.size > 0) await begin()
        for (let i = 0; i < MOST_SUBJECTS; i++) out.confidence[i] = presenceOf(out.plane(i))
      },
      // What subjects looked like when they were seeded is their seed: where they were says nothing after a cut.
      reset() {
        between.later(() => {
          const ids = usedIds()
          long.prune(({ seeds }) => (seeds & ids) !== 0)
          short = long.newestSeed()
        })
      },
      async close() { await Promise.all([init.close(), step.close()]) },
    }
  },
}
