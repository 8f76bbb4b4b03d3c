import { createPixelTensor, floatsOf } from '../pixels.js'
import type { SegmenterDecl } from '../types.js'
import { sureness } from './selfie.js'

const SIZE = { width: 192, height: 192 }
const PIXELS = SIZE.width * SIZE.height

/** PP-HumanSeg: people, as one mask, more exactly than selfie at some more time; no state between pictures. */
export const pphumanseg: SegmenterDecl = {
  id: 'pphumanseg',
  label: 'Person (PP-HumanSeg)',
  about: 'People, together; a larger model than selfie, for the upper body near the camera.',
  kind: 'person',
  takes: [],
  most: 1,
  graphs: {
    model: {
      inputs: { image: { names: ['x', 'input', 'image'], shape: [1, 3, 192, 192] } },
      // Published in both orders: [1,2,192,192], and [1,192,192,2].
      outputs: { classes: { names: ['output', 'save_infer_model/scale_0.tmp_1', 'softmax_0.tmp_0'], shape: [1, 'a', 192, 'b'] } },
    },
  },
  async open({ model }) {
    if (!model) throw new RangeError('pphumanseg was opened without its model')
    const image = createPixelTensor({ ...SIZE, layout: 'NCHW', order: 'RGB', scale: 1 / 255, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] })
    return {
      input: SIZE,
      output: SIZE,
      seed() {},
      async step(view, out) {
        image.fill(view)
        const { classes } = await model.run({ image: image.tensor })
        const values = floatsOf(classes, 'the classes')
        const [step, other] = classes?.dims[1] === 2 ? [1, PIXELS] : [2, 1]
        const plane = out.plane(0)
        let sum = 0
        let count = 0
        for (let i = 0; i < PIXELS; i++) {
          // Logits in one export, chances in another: either way the person's share of the two.
          const [ground, person] = [values[i * step] ?? 0, values[i * step + other] ?? 0]
          const both = ground + person
          const chance = ground >= 0 && person >= 0 && Math.abs(both - 1) < 0.02 ? person / both : 1 / (1 + Math.exp(ground - person))
          const byte = (chance * 255 + 0.5) | 0
          plane[i] = byte
          if (byte < 128) continue
          sum += byte
          count += 1
        }
        out.confidence.fill(0)
        out.confidence[0] = sureness({ sum, count }, PIXELS)
      },
      reset() {},
      close: () => model.close(),
    }
  },
}
