import { Tensor } from 'onnxruntime-node'
import { bytesFrom, createPixelTensor, floatsOf } from '../pixels.js'
import type { SegmenterDecl, Size } from '../types.js'
import { sureness } from './selfie.js'

/** Longest side of what it is given; sides are multiples of 8. */
const LONGEST = 512
const STATES = ['r1', 'r2', 'r3', 'r4'] as const
const CHANNELS = { r1: 16, r2: 20, r3: 40, r4: 64 } as const

const sizeFor = ({ width, height }: Size): Size => {
  const scale = Math.min(1, LONGEST / Math.max(width, height))
  const side = (length: number) => Math.max(32, 8 * Math.round((length * scale) / 8))
  return { width: side(width), height: side(height) }
}
/** By the authors: everything at this size or below is looked at in full. */
const RATIO = 1
const nothing = () => new Tensor('float32', new Float32Array(1), [1, 1, 1, 1])

const recurrent = (way: 'i' | 'o') => Object.fromEntries(STATES.map((name) => [`${name}${way}`, { names: [`${name}${way}`], shape: [1, way === 'o' ? CHANNELS[name] : 'c', 'h', 'w'] }]))

/** Robust Video Matting: a person's soft matte, hair and all, with a memory of the pictures before (four recurrent states). */
export const rvm: SegmenterDecl = {
  id: 'rvm',
  label: 'Person (Robust Video Matting)',
  about: 'A fine, steady matte of a lone performer; GPL-3.0, and it wants a GPU for full rate.',
  kind: 'person',
  takes: [],
  most: 1,
  graphs: {
    model: {
      inputs: { image: { names: ['src'], shape: [1, 3, 'h', 'w'] }, ...recurrent('i'), ratio: { names: ['downsample_ratio'], shape: [1] } },
      outputs: { matte: { names: ['pha'], shape: [1, 1, 'h', 'w'] }, ...recurrent('o') },
    },
  },
  async open({ model }, source) {
    if (!model) throw new RangeError('rvm was opened without its model')
    const size = sizeFor(source)
    const image = createPixelTensor({ ...size, layout: 'NCHW', order: 'RGB', scale: 1 / 255 })
    const feeds: Record<string, Tensor> = { image: image.tensor, ratio: new Tensor('float32', [RATIO], [1]) }
    const reset = () => { for (const name of STATES) feeds[`${name}i`] = nothing() }
    reset()
    return {
      input: size,
      output: size,
      seed() {},
      async step(view, out) {
        image.fill(view)
        const results = await model.run(feeds)
        for (const name of STATES) feeds[`${name}i`] = results[`${name}o`] ?? nothing()
        const plane = out.plane(0)
        const weight = bytesFrom(floatsOf(results['matte'], 'the matte'), plane)
        out.confidence.fill(0)
        out.confidence[0] = sureness(weight, plane.length)
      },
      reset,
      close: () => model.close(),
    }
  },
}
