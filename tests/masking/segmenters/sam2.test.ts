import { describe, expect, it } from 'vitest'
import { sam2 } from '../../../src/masking/segmenters/sam2.js'
import { sam2Decoder, sam2Encoder, SCORES, written } from '../../support/onnx-sam.js'
import { click, clicks, fit, openRig, promptedTests, RED } from '../../support/prompted.js'

const WIDE = { width: 1280, height: 720 }
const encoder = written(sam2Encoder())
const decoder = written(sam2Decoder())
const open = (source = WIDE, files = { encoder, decoder }) => openRig(sam2, files, source)
const numbers = (tensor: { readonly data: unknown } | undefined) => Array.from(tensor?.data as ArrayLike<number>)
const here = { box: [0.25, 0.25, 0.375, 0.5], colour: RED } as const

describe('SAM 2 on pictures', () => {
  promptedTests((source) => open(source))

  it('sees the picture stretched to its square, normalised, red first', async () => {
    const { unit, see, fed } = await open()
    expect([unit.input, unit.output]).toEqual([{ width: 1024, height: 1024 }, { width: 256, height: 256 }])
    unit.seed(0, clicks(click(0.5, 0.5)))
    await see(1, { box: [0, 0, 1, 1], colour: [10, 20, 30] })
    const image = fed['encoder']?.['image']
    expect(image?.dims).toEqual([1, 3, 1024, 1024])
    const values = image?.data as Float32Array
    const expected = [(10 / 255 - 0.485) / 0.229, (20 / 255 - 0.456) / 0.224, (30 / 255 - 0.406) / 0.225]
    for (const [c, value] of expected.entries()) expect(values[(c + 1) * 1024 * 1024 - 1]).toBeCloseTo(value, 5)
    await unit.close()
  })

  it('scales points by each side, adds none, and takes the surest of three masks', async () => {
    const { unit, see, fed } = await open()
    unit.seed(0, clicks(click(0.3, 0.4)))
    const masks = await see(1, here)
    expect(numbers(fed['decoder']?.['points']).map(Math.fround)).toEqual([0.3 * 1024, 0.4 * 1024].map(Math.fround))
    expect([numbers(fed['decoder']?.['labels']), numbers(fed['decoder']?.['hasPrior'])]).toEqual([[1], [0]])
    expect(masks.confidence[0]).toBeCloseTo(SCORES.whole)
    await see(2, here)
    expect(numbers(fed['decoder']?.['hasPrior'])).toEqual([1])
    expect(Math.max(...numbers(fed['decoder']?.['prior']))).toBeGreaterThan(5)
    await unit.close()
  })

  it('serves exports that want to know the picture\'s size', async () => {
    const { unit, see, fed } = await open(WIDE, { encoder, decoder: written(sam2Decoder(true)) })
    unit.seed(0, clicks(click(0.3, 0.4)))
    expect(fit(await see(1, here), 0, here.box)).toBeGreaterThan(0.85)
    expect(numbers(fed['decoder']?.['size'])).toEqual([256, 256])
    await unit.close()
  })

  it.each([
    ['an encoder without fine features', () => ({ encoder: written(sam2Encoder((values) => values.filter(({ name }) => name !== 'high_res_feats_0'))), decoder }), 'it has no output "high_res_feats_0"'],
    ['a decoder of other features', () => ({ encoder, decoder: written(sam2Decoder(false, (values) => values.map((each) => (each.name === 'high_res_feats_1' ? { ...each, shape: [1, 32, 128, 128] } : each)))) }), 'its input "high_res_feats_1" is [1, 32, 128, 128], and should be [1, 64, 128, 128]'],
    ['a decoder that wants more', () => ({ encoder, decoder: written(sam2Decoder(false, (values) => (values.length > 3 ? [...values, { name: 'memory', shape: [1] }] : values))) }), 'it wants an input "memory" that nobody gives'],
  ])('refuses %s, and names the tensor', async (_, files, message) => {
    await expect(open(WIDE, files())).rejects.toThrow(message)
  })
})
