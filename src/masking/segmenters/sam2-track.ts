import { Tensor } from 'onnxruntime-node'
import { DoppelError } from '../../engine/error.js'
import { bytesFromLogits, createPixelTensor, floatsOf } from '../pixels.js'
import { MOST_SUBJECTS, type Graph, type MaskPlanes, type Seed, type SegmenterDecl, type View } from '../types.js'
import { betweenSteps } from './between-steps.js'
import { presenceOf } from './presence.js'
import { MASK_SIDE, PICTURE_SIDE, SAM2_TRACK_GRAPHS, TOKEN } from './sam2-track-graphs.js'
import { createMemoryCodes, createTrackMemory, type FrameShape, type MemoryCodes, type TrackMemory } from './sam2-track-memory.js'
import { noPrompt, promptOfSeed, type PointTensors } from './sam2-track-prompt.js'
import { clicksOf, maskOf, paintMask } from './seeding.js'

type Graphs = Readonly<Record<keyof typeof SAM2_TRACK_GRAPHS, Graph>>
type Look = Readonly<Record<'vision' | 'current' | 'position' | 'high0' | 'high1', Tensor>>
interface Decoded { readonly pointer: Float32Array; readonly remembered: Tensor; readonly mask: Float32Array }

const INPUT = { width: PICTURE_SIDE, height: PICTURE_SIDE }
const OUTPUT = { width: MASK_SIDE, height: MASK_SIDE }
/** What the memory encoder takes for a pixel of the subject, and for one of something else. */
const OF_SUBJECT = 10

const need = <T>(found: T | undefined, what: string): T => {
  if (found === undefined) throw new RangeError(`sam2-track was opened without ${what}`)
  return found
}

/** The graphs as functions of each other's results. */
const createRig = ({ encoder, decoder, attention, memory }: Graphs) => {
  const image = createPixelTensor({ ...INPUT, layout: 'NCHW', order: 'RGB', scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] })
  const slots = decoder.shapeOf('points')[1]
  const nothing = noPrompt(slots)
  const given = new Float32Array(PICTURE_SIDE * PICTURE_SIDE)
  return {
    async look(view?: View): Promise<Look> {
      if (view) image.fill(view)
      return (await encoder.run({ image: image.tensor })) as Look
    },
    promptOf: (seed: Seed) => promptOfSeed(seed, slots),
    async decode({ high0, high1 }: Look, features: Tensor, prompt: PointTensors = nothing): Promise<Decoded> {
      const { pointer, remembered, mask } = await decoder.run({ ...prompt, image: features, high0, high1 })
      const values = floatsOf(remembered, 'the mask for memory')
      return {
        pointer: floatsOf(pointer, 'the object pointer'),
        // Exports that give several masks give the best one first.
        remembered: new Tensor('float32', values.subarray(0, PICTURE_SIDE * PICTURE_SIDE), [1, 1, PICTURE_SIDE, PICTURE_SIDE]),
        mask: floatsOf(mask, 'the mask'),
      }
    },
    /** A mask somebody drew, as the decoder would give it. */
    given(mask: NonNullable<Seed['mask']>): Tensor {
      given.fill(-OF_SUBJECT)
      paintMask(mask, INPUT, given, OF_SUBJECT)
      return new Tensor('float32', given, [1, 1, PICTURE_SIDE, PICTURE_SIDE])
    },
    remember: ({ vision }: Look, mask: Tensor) => memory.run({ mask, vision }),
    async recall({ current, position }: Look, memory: TrackMemory, codes: MemoryCodes, step: number): Promise<Tensor> {
      const { frames, pointers, ages } = memory.feeds(step)
      // An export that takes ages gives pointers their codes itself.
      const coded = codes.of(memory.frames, attention.has('ages') ? 0 : memory.pointers)
      const { fused } = await attention.run({ current, position, pointers, frames, ages, codes: coded })
      return need(fused, 'a memory attention that gives anything')
    },
  }
}

/** One run of everything: takes its memory, compiles its kernels, and shows which kind of memory the files have. */
const warm = async (rig: ReturnType<typeof createRig>, attention: Graph) => {
  const [count, ...wanted] = attention.shapeOf('frames')
  if (typeof count === 'number' && count > 0) throw new DoppelError(`the input "memory_1" of memory attention takes exactly ${count} frames, and has to take 1 to 7`, 'export it with a free number of frames, as docs/models.md describes')
  const look = await rig.look()
  const { remembered, pointer } = await rig.decode(look, look.current)
  const { features, codes, times } = await rig.remember(look, remembered)
  const [frame, places] = [floatsOf(features, 'memory features'), floatsOf(codes, 'memory positions')]
  const dims = (features?.dims ?? []).slice(1)
  if (dims.length !== wanted.length || dims.some((size, i) => typeof wanted[i] === 'number' && wanted[i] !== size)) {
    throw new DoppelError(`the memory encoder gives "maskmem_features" of [1, ${dims.join(', ')}], and memory attention takes "memory_1" of [frames, ${wanted.join(', ')}]: they are of two models`, 'import all four files from one export')
  }
  if (places.length !== frame.length) throw new DoppelError(`the memory encoder gives ${frame.length / TOKEN} memory tokens and ${places.length / TOKEN} positions in "maskmem_pos_enc"`, 'import all four files from one export')
  const shape: FrameShape = { dims, tokens: frame.length / TOKEN }
  const table = createMemoryCodes(shape, Float32Array.from(places), Float32Array.from(floatsOf(times, 'the temporal code')))
  const first = createTrackMemory(shape)
  first.begin(frame, pointer, 0)
  await rig.recall(look, first, table, 1)
  return { shape, codes: table }
}

/**
 * SAM 2.1 and EdgeTAM with their memory: each subject is decoded by what was remembered of it, the frame it was seeded on and six more.
 * Frames on which it is lost are not remembered, so that it is known again when it comes back; recent frames count by their order.
 */
export const sam2Track: SegmenterDecl = {
  id: 'sam2-track',
  label: 'Click and track (EdgeTAM, SAM 2.1)',
  about: 'Click anything and it is followed, by its memory of it; wants a GPU for full rate.',
  kind: 'tracker',
  takes: ['clicks', 'boxes', 'masks'],
  most: MOST_SUBJECTS,
  graphs: SAM2_TRACK_GRAPHS,
  async open({ encoder, decoder, attention, memory }) {
    const graphs: Graphs = { encoder: need(encoder, 'its encoder'), decoder: need(decoder, 'its decoder'), attention: need(attention, 'memory attention'), memory: need(memory, 'its memory encoder') }
    const rig = createRig(graphs)
    const { shape, codes } = await warm(rig, graphs.attention)
    const memories = new Map<number, TrackMemory>()
    const pending = new Map<number, Seed>()
    const between = betweenSteps()
    let steps = 0
    let seen: { readonly seq: number; readonly look: Look } | undefined

    const memoryOf = (i: number): TrackMemory => {
      const found = memories.get(i) ?? createTrackMemory(shape)
      memories.set(i, found)
      return found
    }
    /** Takes a seed on this picture. One that shows nothing yet is tried again on the next. */
    const begin = async (i: number, seed: Seed, look: Look, plane: Uint8Array): Promise<number> => {
      const kept = memoryOf(i)
      const { pointer, remembered, mask } = await rig.decode(look, look.current, rig.promptOf(seed))
      const drawn = clicksOf(seed).length === 0 ? maskOf(seed) : undefined
      plane.fill(0)
      if (drawn) paintMask(drawn, OUTPUT, plane, 255)
      else bytesFromLogits(mask, plane)
      const sure = drawn ? 1 : presenceOf(plane)
      if (sure === 0) return 0
      pending.delete(i)
      const { features } = await rig.remember(look, drawn ? rig.given(drawn) : remembered)
      kept.begin(floatsOf(features, 'memory features'), pointer, steps)
      return sure
    }
    const track = async (kept: TrackMemory, look: Look, plane: Uint8Array, isNew: boolean): Promise<number> => {
      const { pointer, remembered, mask } = await rig.decode(look, await rig.recall(look, kept, codes, steps))
      bytesFromLogits(mask, plane)
      const sure = presenceOf(plane)
      if (sure > 0 && isNew) {
        const { features } = await rig.remember(look, remembered)
        kept.add(floatsOf(features, 'memory features'), pointer, steps)
      }
      return sure
    }
    const stepOne = async (i: number, look: Look, out: MaskPlanes, isNew: boolean): Promise<number> => {
      const seed = pending.get(i)
      if (seed) return begin(i, seed, look, out.plane(i))
      const kept = memories.get(i)
      return kept && kept.frames > 0 ? track(kept, look, out.plane(i), isNew) : 0
    }
    const hasWork = (i: number) => pending.has(i) || (memories.get(i)?.frames ?? 0) > 0

    return {
      input: INPUT,
      output: OUTPUT,
      seed(i, seed) {
        if (seed && !rig.promptOf(seed)) return
        between.later(() => {
          memories.get(i)?.forget()
          if (seed) pending.set(i, seed)
          else pending.delete(i)
        })
      },
      async step(view, out) {
        between.run()
        const subjects = Array.from({ length: MOST_SUBJECTS }, (_, i) => i)
        // Clicks on a picture that stands still need the decoder only.
        const isNew = view.seq < 0 || view.seq !== seen?.seq
        if (subjects.some(hasWork) && (isNew || !seen)) seen = { seq: view.seq, look: await rig.look(view) }
        if (isNew) steps += 1
        for (const i of subjects) {
          const sure = seen && hasWork(i) ? await stepOne(i, seen.look, out, isNew) : 0
          out.confidence[i] = sure
          if (sure === 0) out.plane(i).fill(0)
        }
      },
      // What a subject looked like when it was seeded is its seed: where it was clicked says nothing after a cut.
      reset() {
        between.later(() => {
          for (const kept of memories.values()) kept.toSeed()
          seen = undefined
        })
      },
      async close() { await Promise.all(Object.values(graphs).map((graph) => graph.close())) },
    }
  },
}
