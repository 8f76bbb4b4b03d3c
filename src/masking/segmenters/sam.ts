import { Tensor } from 'onnxruntime-node'
import { floatsOf } from '../pixels.js'
import { MOST_SUBJECTS, type SegmenterDecl, type Size } from '../types.js'
import { LOW, LOW_PIXELS, slotsOf, surest } from './prompt-model.js'
import { openPrompted } from './prompted.js'
import { PADDING, pointsOf, pointTensors } from './prompts.js'
import { createPlainPixels, createSquarePixels } from './sam-pixels.js'

/** Side of the square the model sees; four of its pixels to one of a mask. */
const SIDE = 1024
const STEP = SIDE / LOW

/** The picture with its longest side at `SIDE`; both end on a whole pixel of the mask. */
const fitted = ({ width, height }: Size): Size => {
  const side = (length: number) => Math.max(STEP, STEP * Math.round((length * LOW) / Math.max(width, height)))
  return { width: side(width), height: side(height) }
}

/**
 * Which of the decoder's masks is meant, as its own `select_masks` does it: the first is for prompts of three points and more
 * (padding counts), the others are readings of one ambiguous point. Graphs with one mask have chosen already.
 */
export const chooseMask = (scores: ArrayLike<number>, points: number): number => (scores.length === 1 || points > 2 ? 0 : surest(scores, 1))

/** SAM and MobileSAM: any thing by clicks and boxes. */
export const sam: SegmenterDecl = {
  id: 'sam',
  label: 'Click (SAM, MobileSAM)',
  about: 'Any thing by clicks and boxes, found again in each picture by where it was; MobileSAM wants a GPU for a live rate.',
  kind: 'promptable',
  takes: ['clicks', 'boxes', 'masks'],
  most: MOST_SUBJECTS,
  graphs: {
    encoder: {
      inputs: { image: { names: ['input_image', 'images', 'image'], shape: [1, 3, SIDE, SIDE], or: ['h', 'w', 3] } },
      outputs: { embeddings: { names: ['image_embeddings'], shape: [1, 256, 64, 64] } },
    },
    decoder: {
      inputs: {
        embeddings: { names: ['image_embeddings'], shape: [1, 256, 64, 64] },
        points: { names: ['point_coords'], shape: [1, 'n', 2] },
        labels: { names: ['point_labels'], shape: [1, 'n'] },
        prior: { names: ['mask_input'], shape: [1, 1, LOW, LOW] },
        hasPrior: { names: ['has_mask_input'], shape: [1] },
        size: { names: ['orig_im_size'], shape: [2] },
      },
      // `masks` are the same at `orig_im_size`; what is refined on the GPU anyway is taken small.
      outputs: { scores: { names: ['iou_predictions'], shape: [1, 'm'] }, masks: { names: ['low_res_masks'], shape: [1, 'm', LOW, LOW] } },
    },
  },
  async open({ encoder, decoder }, source) {
    if (!encoder || !decoder) throw new RangeError('sam was opened without its models')
    const shape = encoder.shapeOf('image')
    const plain = shape.length === 3
    const [height, width] = plain ? shape : []
    const best = fitted(source)
    // Some files take plain pictures of one size only.
    const input = { width: typeof width === 'number' && width > 0 ? width : best.width, height: typeof height === 'number' && height > 0 ? height : best.height }
    const output = { width: Math.min(LOW, Math.ceil(input.width / STEP)), height: Math.min(LOW, Math.ceil(input.height / STEP)) }
    const pixels = plain ? createPlainPixels(input) : createSquarePixels(input, SIDE)
    const slots = slotsOf(decoder)
    const none = new Tensor('float32', new Float32Array(LOW_PIXELS), [1, 1, LOW, LOW])
    const size = new Tensor('float32', [output.height, output.width], [2])
    let embeddings: Tensor | undefined
    return openPrompted({
      input,
      output,
      takesPrior: true,
      async encode(view) {
        pixels.fill(view)
        ;({ embeddings } = await encoder.run({ image: pixels.tensor }))
      },
      async decode(prompt) {
        if (!embeddings) throw new RangeError('the encoder gave no embeddings')
        const given = pointsOf(prompt, undefined, slots)
        // Without a box the model expects one point that says nothing.
        const asked = prompt.box || slots !== undefined ? given : [...given, PADDING]
        const { points, labels } = pointTensors(asked, input, [1])
        const prior = prompt.prior ? new Tensor('float32', prompt.prior, [1, 1, LOW, LOW]) : none
        const hasPrior = new Tensor('float32', [prompt.prior ? 1 : 0], [1])
        const { scores, masks } = await decoder.run({ embeddings, points, labels, prior, hasPrior, size })
        const [all, values] = [floatsOf(scores, 'the scores'), floatsOf(masks, 'the masks')]
        const one = chooseMask(all, asked.length)
        return { values, from: one * LOW_PIXELS, stride: LOW, score: all[one] ?? 0 }
      },
      async close() { await Promise.all([encoder.close(), decoder.close()]) },
    })
  },
}
