import { Tensor } from 'onnxruntime-node'
import { bytesFrom, createPixelTensor, type Weight } from '../pixels.js'
import type { SegmenterDecl } from '../types.js'

const SIZE = { width: 256, height: 256 }
/** Somebody is there when so much of the picture is surely a person: with nobody in view the model's greatest value is about 1e-6. */
const LEAST_AREA = 0.0005

/** How sure, and whether anybody is there at all: the mean over the pixels that are more person than not. */
export const sureness = ({ sum, count }: Weight, pixels: number): number => (count < pixels * LEAST_AREA ? 0 : sum / count / 255)

/** MediaPipe's selfie segmentation: a person or several, as one mask; no state between pictures. */
export const selfie: SegmenterDecl = {
  id: 'selfie',
  label: 'Person (MediaPipe selfie)',
  about: 'People, together, in 5 ms on one core: for a lone performer in front of the camera.',
  kind: 'person',
  takes: [],
  most: 1,
  graphs: {
    model: {
      inputs: { image: { names: ['input_1:0', 'input_1', 'input'], shape: [1, 256, 256, 3] } },
      outputs: { mask: { names: ['activation_10', 'activation_10:0', 'output'], shape: [1, 256, 256, 1] } },
    },
  },
  async open({ model }) {
    if (!model) throw new RangeError('selfie was opened without its model')
    const image = createPixelTensor({ ...SIZE, layout: 'NHWC', order: 'RGB', scale: 1 / 255 })
    const values = new Float32Array(SIZE.width * SIZE.height)
    const mask = new Tensor('float32', values, [1, SIZE.height, SIZE.width, 1])
    return {
      input: SIZE,
      output: SIZE,
      seed() {},
      async step(view, out) {
        image.fill(view)
        // Into memory that is there already: new memory has to be fetched page by page.
        await model.run({ image: image.tensor }, { mask })
        const plane = out.plane(0)
        const weight = bytesFrom(values, plane)
        out.confidence.fill(0)
        out.confidence[0] = sureness(weight, plane.length)
      },
      reset() {},
      close: () => model.close(),
    }
  },
}
