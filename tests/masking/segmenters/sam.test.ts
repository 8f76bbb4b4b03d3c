import { afterEach, describe, expect, it } from 'vitest'
import { openMasker } from '../../../src/masking/masker.js'
import { chooseMask, sam } from '../../../src/masking/segmenters/sam.js'
import type { Masker } from '../../../src/masking/types.js'
import { samDecoder, samEncoder, SCORES, written } from '../../support/onnx-sam.js'
import { BLUE, click, clicks, fit, openRig, paint, promptedTests, RED } from '../../support/prompted.js'

const WIDE = { width: 1280, height: 720 }
const decoder = written(samDecoder())
const forms = { square: written(samEncoder('square')), plain: written(samEncoder('plain')) }
const open = (form: keyof typeof forms = 'square', source = WIDE) => openRig(sam, { encoder: forms[form], decoder }, source)
const numbers = (tensor: { readonly data: unknown } | undefined) => Array.from(tensor?.data as ArrayLike<number>)
const here = { box: [0.25, 0.25, 0.375, 0.5], colour: RED } as const

describe('SAM on squares', () => { promptedTests((source) => open('square', source)) })
describe('SAM on plain pictures', () => { promptedTests((source) => open('plain', source)) })

describe('SAM', () => {
  it('sees the longest side at 1024, and gives the picture\'s own part of its masks', async () => {
    for (const [source, input, output] of [
      [WIDE, [1024, 576], [256, 144]], [{ width: 720, height: 1280 }, [576, 1024], [144, 256]], [{ width: 500, height: 500 }, [1024, 1024], [256, 256]], [{ width: 4000, height: 10 }, [1024, 4], [256, 1]],
    ] as const) {
      const { unit } = await open('square', source)
      expect([unit.input.width, unit.input.height, unit.output.width, unit.output.height]).toEqual([...input, ...output])
      await unit.close()
    }
  })

  it('gives squares normalised, red first, with zeros below; and plain pictures as they are', async () => {
    const [square, plain] = [await open('square'), await open('plain')]
    const wall = { box: [0, 0, 1, 1], colour: [10, 20, 30] } as const
    for (const { unit, see } of [square, plain]) {
      unit.seed(0, clicks(click(0.5, 0.5)))
      await see(1, wall)
    }
    const image = square.fed['encoder']?.['image']
    const values = image?.data as Float32Array
    expect(image?.dims).toEqual([1, 3, 1024, 1024])
    for (const [c, value] of [(10 - 123.675) / 58.395, (20 - 116.28) / 57.12, (30 - 103.53) / 57.375].entries()) {
      const plane = values.subarray(c * 1024 * 1024, (c + 1) * 1024 * 1024)
      expect(plane[0]).toBeCloseTo(value, 5)
      expect(plane[576 * 1024 - 1]).toBeCloseTo(value, 5)
      expect(plane.subarray(576 * 1024).every((each) => each === 0)).toBe(true)
    }
    const raw = plain.fed['encoder']?.['image']
    expect(raw?.dims).toEqual([576, 1024, 3])
    expect(numbers(raw).slice(0, 6)).toEqual([10, 20, 30, 10, 20, 30])
    await Promise.all([square.unit.close(), plain.unit.close()])
  })

  it('scales points to its square, and adds one that says nothing where there is no box', async () => {
    const { unit, see, fed } = await open()
    unit.seed(0, clicks(click(0.3, 0.4)))
    const masks = await see(1, here)
    expect(fed['decoder']?.['points']?.dims).toEqual([1, 2, 2])
    expect(numbers(fed['decoder']?.['points']).map(Math.fround)).toEqual([0.3 * 1024, 0.4 * 576, 0, 0].map(Math.fround))
    expect(numbers(fed['decoder']?.['labels'])).toEqual([1, -1])
    expect(numbers(fed['decoder']?.['hasPrior'])).toEqual([0])
    // One click is ambiguous: the surest reading of it.
    expect(masks.confidence[0]).toBeCloseTo(SCORES.whole)
    unit.seed(1, { clicks: [click(0.3, 0.4)], box: [0.2, 0.2, 0.5, 0.75] })
    expect((await see(1, here)).confidence[1]).toBeCloseTo(SCORES.clear)
    expect(numbers(fed['decoder']?.['labels'])).toEqual([1, 2, 3])
    expect(numbers(fed['decoder']?.['points']).slice(2).map(Math.fround)).toEqual([0.2 * 1024, 0.2 * 576, 512, 432].map(Math.fround))
    await unit.close()
  })

  it('gives back the mask it found, when it is refined and when it is followed', async () => {
    const { unit, see, fed } = await open()
    unit.seed(0, clicks(click(0.3, 0.4)))
    await see(1, here)
    unit.seed(0, clicks(click(0.3, 0.4), click(0.8, 0.8, false)))
    await see(1, here)
    const refined = fed['decoder']
    expect(numbers(refined?.['labels'])).toEqual([1, 0, -1])
    expect(numbers(refined?.['hasPrior'])).toEqual([1])
    const prior = refined?.['prior']?.data as Float32Array
    expect([prior[40 * 256 + 80], prior[0]].map((value) => Math.sign(value ?? 0))).toEqual([1, -1])
    await see(2, here)
    expect(numbers(fed['decoder']?.['hasPrior'])).toEqual([1])
    expect(numbers(fed['decoder']?.['labels'])).toEqual(expect.arrayContaining([2, 3]))
    // A seed that means something else begins anew.
    unit.seed(0, clicks(click(0.31, 0.4)))
    await see(2, here)
    expect(numbers(fed['decoder']?.['hasPrior'])).toEqual([0])
    await unit.close()
  })

  it('gives the decoder no more points than say anything', async () => {
    const { unit, see, fed } = await open()
    unit.seed(0, clicks(...Array.from({ length: 500 }, (_, i) => click(0.26 + i * 0.0002, 0.4))))
    for (let seq = 1; seq < 4; seq++) {
      await see(seq, here)
      expect(fed['decoder']?.['labels']?.dims[1]).toBeLessThanOrEqual(33)
    }
    await unit.close()
  })

  it('chooses as the model\'s own code does', () => {
    expect(chooseMask([0.99, 0.2, 0.5, 0.4], 2)).toBe(2)
    expect(chooseMask([0.1, 0.2, 0.5, 0.4], 3)).toBe(0)
    expect(chooseMask([0.3], 2)).toBe(0)
    expect(chooseMask([0.99, Number.NaN, 0.2, Number.NaN], 2)).toBe(2)
  })

  it.each([
    ['an encoder of another input', () => ({ encoder: written(samEncoder('square', (values) => values.map((each) => (each.name === 'input_image' ? { ...each, shape: [1, 3, 512, 512] } : each)))), decoder }), 'its input "input_image" is [1, 3, 512, 512], and should be [1, 3, 1024, 1024] or [h, w, 3]'],
    ['a decoder that keeps its small masks', () => ({ encoder: forms.square, decoder: written(samDecoder((values) => values.filter(({ name }) => name !== 'low_res_masks'))) }), 'it has no output "low_res_masks" (its outputs are "masks", "iou_predictions")'],
    ['a decoder of other numbers', () => ({ encoder: forms.square, decoder: written({ ...samDecoder(), inputs: samDecoder().inputs.map((each) => (each.name === 'point_coords' ? { ...each, shape: [1, 'n', 3] } : each)) }) }), 'its input "point_coords" is [1, n, 3], and should be [1, n, 2]'],
  ])('refuses %s, and names the tensor', async (_, files, message) => {
    await expect(openRig(sam, files(), WIDE)).rejects.toThrow(message)
  })
})

describe('SAM in its worker', () => {
  const masker: Masker[] = []
  afterEach(async () => { for (const each of masker.splice(0)) await each.close() })

  it('masks what is clicked, and refines it in the same picture without looking again', async () => {
    const unit = await openMasker({ id: 'masks', segmenter: 'sam', files: { encoder: forms.square, decoder }, source: WIDE, provider: 'cpu' })
    masker.push(unit)
    const input = { width: 1024, height: 576 }
    expect(unit.input).toEqual(input)
    const other = { box: [0.625, 0.5, 0.875, 0.75], colour: BLUE } as const
    const data = paint(input, [here, other])
    const look = async (seq: number) => {
      unit.post({ ...input, data, seq, capturedAt: seq })
      await unit.settle()
      const masks = unit.newest()
      if (!masks) throw new Error('no mask came')
      return masks
    }
    unit.seed(0, clicks(click(0.3, 0.4)))
    unit.seed(7, { clicks: [], box: [0.6, 0.4, 0.9, 0.8] })
    const masks = await look(1)
    expect([masks.width, masks.height]).toEqual([256, 144])
    expect(fit(masks, 0, here.box)).toBeGreaterThan(0.85)
    expect(fit(masks, 7, other.box)).toBeGreaterThan(0.85)
    unit.seed(0, clicks(click(0.3, 0.4), click(0.7, 0.6)))
    const refined = await look(1)
    expect(fit(refined, 0, here.box)).toBeLessThan(0.6)
    expect(refined.confidence[0]).toBeCloseTo(SCORES.clear)
    unit.seed(0, undefined)
    expect((await look(2)).confidence[0]).toBe(0)
  })
})
