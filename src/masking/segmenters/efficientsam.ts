import { Tensor } from 'onnxruntime-node'
import { createPixelTensor, floatsOf } from '../pixels.js'
import { MOST_SUBJECTS, type SegmenterDecl } from '../types.js'
import { agrees } from './places.js'
import { LOW, LOW_PIXELS, slotsOf, surest } from './prompt-model.js'
import { openPrompted } from './prompted.js'
import { pointsOf, pointTensors, type Prompt } from './prompts.js'

/** Longest side the encoder makes use of: it stretches what it gets to a square of this side. */
const MOST_SIDE = 1024
const LEAST_SIDE = 64
/** Masks are made in a square, of the picture stretched. */
const OUTPUT = { width: LOW, height: LOW }
/** Points the decoder looks at; it drops the rest. */
const MOST_POINTS = 6

/** Index of the surest mask among those that say most of what the clicks say: the model was never taught what a negative click is. */
const chooseMask = (scores: ArrayLike<number>, values: Float32Array, { clicks }: Prompt, signs: Uint8Array): number => {
  if (!clicks.some(({ positive }) => !positive)) return surest(scores)
  const ranked = Array.from(scores, (score, k) => {
    const from = k * LOW_PIXELS
    for (let i = 0; i < LOW_PIXELS; i++) signs[i] = (values[from + i] ?? 0) > 0 ? 255 : 0
    return clicks.filter((click) => agrees(click, signs, OUTPUT)).length * 2 + Math.min(1, score)
  })
  return surest(ranked)
}

/** EfficientSAM: any thing by clicks and boxes, in its official form of two graphs. */
export const efficientsam: SegmenterDecl = {
  id: 'efficientsam',
  label: 'Click (EfficientSAM)',
  about: 'Any thing by clicks and boxes, and the easiest of its kind to come by; 2.6 s a picture on two cores, so for a GPU.',
  kind: 'promptable',
  takes: ['clicks', 'boxes', 'masks'],
  most: MOST_SUBJECTS,
  graphs: {
    encoder: {
      inputs: { image: { names: ['batched_images'], shape: ['b', 3, 'h', 'w'] } },
      outputs: { embeddings: { names: ['image_embeddings'], shape: ['b', 256, 64, 64] } },
    },
    decoder: {
      inputs: {
        embeddings: { names: ['image_embeddings'], shape: ['b', 256, 64, 64] },
        points: { names: ['batched_point_coords'], shape: [1, 1, 'n', 2] },
        labels: { names: ['batched_point_labels'], shape: [1, 1, 'n'] },
        size: { names: ['orig_im_size'], shape: [2], type: 'int64' },
      },
      // A third one has a name that differs from export to export, and is not needed.
      outputs: { masks: { names: ['output_masks'], shape: [1, 1, 3, 'h', 'w'] }, scores: { names: ['iou_predictions'], shape: [1, 1, 3] } },
    },
  },
  async open({ encoder, decoder }, source) {
    if (!encoder || !decoder) throw new RangeError('efficientsam was opened without its models')
    const [, , height, width] = encoder.shapeOf('image')
    const side = (fixed: number | string | undefined, length: number) => (typeof fixed === 'number' && fixed > 0 ? fixed : Math.min(MOST_SIDE, Math.max(LEAST_SIDE, length)))
    const input = { width: side(width, source.width), height: side(height, source.height) }
    const pixels = createPixelTensor({ ...input, layout: 'NCHW', order: 'RGB', scale: 1 / 255 })
    const slots = slotsOf(decoder)
    // The decoder gives masks of the size that it is told the picture has, and takes points of that picture: told that it is
    // as large as the masks it makes inside, it has nothing to enlarge.
    const size = new Tensor('int64', BigInt64Array.of(BigInt(OUTPUT.height), BigInt(OUTPUT.width)), [2])
    const signs = new Uint8Array(LOW_PIXELS)
    let embeddings: Tensor | undefined
    return openPrompted({
      input,
      output: OUTPUT,
      takesPrior: false,
      async encode(view) {
        pixels.fill(view)
        ;({ embeddings } = await encoder.run({ image: pixels.tensor }))
      },
      async decode(prompt) {
        if (!embeddings) throw new RangeError('the encoder gave no embeddings')
        const { masks, scores } = await decoder.run({ embeddings, ...pointTensors(pointsOf(prompt, MOST_POINTS, slots), OUTPUT, [1, 1]), size })
        const [all, values] = [floatsOf(scores, 'the scores'), floatsOf(masks, 'the masks')]
        const one = chooseMask(all, values, prompt, signs)
        return { values, from: one * LOW_PIXELS, stride: LOW, score: all[one] ?? 0 }
      },
      async close() { await Promise.all([encoder.close(), decoder.close()]) },
    })
  },
}
