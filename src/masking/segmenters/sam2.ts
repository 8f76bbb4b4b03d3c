import { Tensor } from 'onnxruntime-node'
import { createPixelTensor, floatsOf } from '../pixels.js'
import { MOST_SUBJECTS, type SegmenterDecl } from '../types.js'
import { LOW, LOW_PIXELS, slotsOf, surest } from './prompt-model.js'
import { openPrompted } from './prompted.js'
import { pointsOf, pointTensors } from './prompts.js'

/** The picture is stretched to a square. */
const INPUT = { width: 1024, height: 1024 }
const OUTPUT = { width: LOW, height: LOW }

const EMBEDDING = { names: ['image_embed', 'image_embeddings'], shape: [1, 256, 64, 64] }
const FINE = { names: ['high_res_feats_0', 'high_res_features1'], shape: [1, 32, 256, 256] }
const MIDDLE = { names: ['high_res_feats_1', 'high_res_features2'], shape: [1, 64, 128, 128] }

/** SAM 2.1 and EdgeTAM on single pictures: any thing by clicks and boxes. */
export const sam2: SegmenterDecl = {
  id: 'sam2',
  label: 'Click (SAM 2.1, EdgeTAM)',
  about: 'Any thing by clicks and boxes, found again in each picture by where it was; finer than SAM, and wants a GPU for a live rate.',
  kind: 'promptable',
  takes: ['clicks', 'boxes', 'masks'],
  most: MOST_SUBJECTS,
  graphs: {
    encoder: {
      inputs: { image: { names: ['image', 'input'], shape: [1, 3, INPUT.height, INPUT.width] } },
      outputs: { embedding: EMBEDDING, fine: FINE, middle: MIDDLE },
    },
    decoder: {
      inputs: {
        embedding: EMBEDDING,
        fine: FINE,
        middle: MIDDLE,
        points: { names: ['point_coords'], shape: ['l', 'n', 2] },
        labels: { names: ['point_labels'], shape: ['l', 'n'] },
        prior: { names: ['mask_input'], shape: ['l', 1, LOW, LOW] },
        hasPrior: { names: ['has_mask_input'], shape: ['l'] },
        // Some exports scale their masks to it.
        size: { names: ['original_size', 'orig_im_size'], shape: [2], type: 'int32', optional: true },
      },
      outputs: { masks: { names: ['masks'], shape: ['l', 'm', LOW, LOW] }, scores: { names: ['iou_predictions'], shape: ['l', 'm'] } },
    },
  },
  async open({ encoder, decoder }) {
    if (!encoder || !decoder) throw new RangeError('sam2 was opened without its models')
    const pixels = createPixelTensor({ ...INPUT, layout: 'NCHW', order: 'RGB', scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] })
    const slots = slotsOf(decoder)
    const none = new Tensor('float32', new Float32Array(LOW_PIXELS), [1, 1, LOW, LOW])
    const size = new Tensor('int32', Int32Array.of(LOW, LOW), [2])
    let features: Record<string, Tensor> = {}
    return openPrompted({
      input: INPUT,
      output: OUTPUT,
      takesPrior: true,
      async encode(view) {
        pixels.fill(view)
        features = await encoder.run({ image: pixels.tensor })
      },
      async decode(prompt) {
        const prior = prompt.prior ? new Tensor('float32', prompt.prior, [1, 1, LOW, LOW]) : none
        const hasPrior = new Tensor('float32', [prompt.prior ? 1 : 0], [1])
        // The graph adds the point that says nothing by itself.
        const { masks, scores } = await decoder.run({ ...features, ...pointTensors(pointsOf(prompt, undefined, slots), INPUT, [1]), prior, hasPrior, size })
        const [all, values] = [floatsOf(scores, 'the scores'), floatsOf(masks, 'the masks')]
        const one = surest(all)
        return { values, from: one * LOW_PIXELS, stride: LOW, score: all[one] ?? 0 }
      },
      async close() { await Promise.all([encoder.close(), decoder.close()]) },
    })
  },
}
