import { describe, expect, it } from 'vitest'
import { efficientsam } from '../../../src/masking/segmenters/efficientsam.js'
import { efficientsamDecoder, efficientsamEncoder, SCORES, written } from '../../support/onnx-sam.js'
import { click, clicks, fit, openRig, promptedTests, RED } from '../../support/prompted.js'

const WIDE = { width: 1280, height: 720 }
const encoder = written(efficientsamEncoder())
const decoder = written(efficientsamDecoder())
const open = (source = WIDE, files = { encoder, decoder }) => openRig(efficientsam, files, source)
const numbers = (tensor: { readonly data: unknown } | undefined) => Array.from(tensor?.data as ArrayLike<number | bigint>, Number)
const here = { box: [0.25, 0.25, 0.375, 0.5], colour: RED } as const

describe('EfficientSAM', () => {
  promptedTests((source) => open(source))

  it('sees the picture 0 to 1, at its own size up to 1024', async () => {
    const { unit, see, fed } = await open()
    expect([unit.input, unit.output]).toEqual([{ width: 1024, height: 720 }, { width: 256, height: 256 }])
    unit.seed(0, clicks(click(0.5, 0.5)))
    await see(1, { box: [0, 0, 1, 1], colour: [51, 102, 255] })
    const image = fed['encoder']?.['image']
    expect(image?.dims).toEqual([1, 3, 720, 1024])
    for (const [c, value] of [0.2, 0.4, 1].entries()) expect((image?.data as Float32Array)[c * 720 * 1024]).toBeCloseTo(value, 5)
    await unit.close()
  })

  it('gives points in pixels of the picture whose size it names', async () => {
    const { unit, see, fed } = await open()
    unit.seed(0, clicks(click(0.3, 0.4)))
    const masks = await see(1, here)
    const [height = 0, width = 0] = numbers(fed['decoder']?.['size'])
    expect(fed['decoder']?.['size']?.type).toBe('int64')
    expect(fed['decoder']?.['points']?.dims).toEqual([1, 1, 1, 2])
    expect(numbers(fed['decoder']?.['points']).map(Math.fround)).toEqual([0.3 * width, 0.4 * height].map(Math.fround))
    expect(numbers(fed['decoder']?.['labels'])).toEqual([1])
    expect(masks.confidence[0]).toBeCloseTo(SCORES.whole)
    await unit.close()
  })

  it('gives six points at most: the first click, the newest, and the box', async () => {
    const { unit, see, fed } = await open()
    const many = Array.from({ length: 9 }, (_, i) => click(0.26 + i * 0.01, 0.4))
    unit.seed(0, { clicks: many, box: [0.2, 0.2, 0.5, 0.6] })
    expect(fit(await see(1, here), 0, here.box)).toBeGreaterThan(0.85)
    expect(numbers(fed['decoder']?.['labels'])).toEqual([1, 1, 1, 1, 2, 3])
    const xs = numbers(fed['decoder']?.['points']).filter((_, i) => i % 2 === 0)
    expect(xs.slice(0, 4).map((x) => Math.round((x / 256) * 100))).toEqual([26, 32, 33, 34])
    await unit.close()
  })

  it('takes the mask that fits the clicks from a model that was never taught what a negative one is', async () => {
    const { unit, see } = await open(WIDE, { encoder, decoder: written(efficientsamDecoder(true)) })
    const other = { box: [0.75, 0.25, 0.875, 0.5], colour: RED } as const
    unit.seed(0, clicks(click(0.3, 0.4)))
    expect((await see(1, here, other)).confidence[0]).toBeCloseTo(SCORES.whole)
    unit.seed(0, clicks(click(0.3, 0.4), click(0.8, 0.4, false)))
    const masks = await see(1, here, other)
    expect(masks.confidence[0]).toBeCloseTo(SCORES.part)
    expect(fit(masks, 0, other.box)).toBe(0)
    await unit.close()
  })

  it.each([
    ['a decoder of another size', () => ({ encoder, decoder: written(efficientsamDecoder(false, (values) => values.map((each) => (each.name === 'orig_im_size' ? { ...each, type: 'int32' as const } : each)))) }), 'its input "orig_im_size" holds int32, and should hold int64'],
    ['an encoder of another kind', () => ({ encoder: written(efficientsamEncoder((values) => values.map((each) => (each.name === 'batched_images' ? { ...each, shape: ['b', 1, 'h', 'w'] } : each)))), decoder }), 'its input "batched_images" is [b, 1, h, w], and should be [b, 3, h, w]'],
    ['one graph for both', () => ({ encoder: decoder, decoder }), 'it has no'],
  ])('refuses %s, and names the tensor', async (_, files, message) => {
    await expect(open(WIDE, files())).rejects.toThrow(message)
  })
})
