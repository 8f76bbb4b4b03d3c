import { describe, expect, it } from 'vitest'
import { LOW, LOW_PIXELS, surest, type PromptModel } from '../../../src/masking/segmenters/prompt-model.js'
import { createPromptedSubject } from '../../../src/masking/segmenters/prompted-subject.js'
import type { Prompt } from '../../../src/masking/segmenters/prompts.js'
import { click, clicks } from '../../support/prompted.js'

const SIZE = { width: LOW, height: LOW }

/** A model that says what it is told to: a box of the mask's pixels. */
const puppet = () => {
  const values = new Float32Array(LOW_PIXELS)
  const asked: Prompt[] = []
  let score = 0.9
  const show = (x0: number, y0: number, x1: number, y1: number, sure = 0.9) => {
    score = sure
    values.fill(-8)
    for (let y = y0; y < y1; y++) values.fill(8, y * LOW + x0, y * LOW + x1)
  }
  const model: PromptModel = {
    input: SIZE, output: SIZE, takesPrior: true,
    async encode() {},
    async decode(prompt) {
      asked.push({ ...prompt, prior: prompt.prior && Float32Array.from(prompt.prior) })
      return { values, from: 0, stride: LOW, score }
    },
    async close() {},
  }
  const subject = createPromptedSubject(model)
  let picture = 0
  return { subject, values, asked, show, look: async () => { await subject.look(++picture); return subject.confidence } }
}

describe('a subject of a model without memory', () => {
  it('is asked for by the box, the middle and the mask that were found last', async () => {
    const { subject, asked, show, look } = puppet()
    subject.seed(clicks(click(0.3, 0.3)))
    show(64, 64, 128, 128)
    await look()
    expect(asked[0]).toEqual({ clicks: [click(0.3, 0.3)], box: undefined, prior: undefined })
    show(72, 64, 136, 128)
    await look()
    const { clicks: [middle], box, prior } = asked[1] as Prompt
    expect([middle?.x, middle?.y].map((part) => Math.round((part ?? 0) * 8))).toEqual([3, 3])
    expect(box?.map((part) => Math.round(part * 256))).toEqual([51, 51, 141, 141])
    expect([prior?.[64 * LOW + 64], prior?.[64 * LOW + 130]]).toEqual([8, -8])
    // It went 8 pixels to the right: there it is looked for next, and not only there.
    await look()
    expect(asked[2]?.box?.map((part) => Math.round(part * 256))).toEqual([59, 51, 157, 141])
    // The click that it was found by goes along with it.
    const dx = (asked[2]?.clicks[1]?.x ?? 0) - (asked[1]?.clicks[1]?.x ?? 0)
    expect(Math.round(dx * 256)).toBe(16)
  })

  it('is lost when the model is unsure, the mask is empty, no number, or suddenly of another size', async () => {
    const { subject, values, show, look } = puppet()
    subject.seed(clicks(click(0.3, 0.3)))
    const found = async () => {
      show(64, 64, 128, 128)
      expect(await look()).toBeCloseTo(0.9)
    }
    await found()
    show(64, 64, 128, 128, 0.4)
    expect(await look()).toBe(0)
    expect(subject.mask.every((value) => value === 0)).toBe(true)
    // A little better is not enough to believe in it again.
    show(64, 64, 128, 128, 0.6)
    expect(await look()).toBe(0)
    await found()
    show(64, 64, 128, 128, 0.6)
    expect(await look()).toBeCloseTo(0.6)
    show(0, 0, 256, 256)
    expect(await look()).toBe(0)
    await found()
    show(64, 64, 70, 70)
    expect(await look()).toBe(0)
    await found()
    show(0, 0, 0, 0)
    expect(await look()).toBe(0)
    await found()
    values.fill(Number.NaN)
    expect(await look()).toBe(0)
    await found()
    show(64, 64, 128, 128, Number.NaN)
    expect(await look()).toBe(0)
    // A seed may mean anything, of any size.
    subject.seed(clicks(click(0.9, 0.9)))
    show(0, 0, 256, 256, 1.3)
    expect(await look()).toBe(1)
  })

  it('is not led astray by specks', async () => {
    const { subject, values, asked, show, look } = puppet()
    subject.seed(clicks(click(0.3, 0.3)))
    show(64, 64, 128, 128)
    for (const at of [0, 255, 255 * LOW, LOW_PIXELS - 1]) values[at] = 8
    await look()
    await look()
    expect(asked[1]?.box?.map((part) => Math.round(part * 256))).toEqual([51, 51, 141, 141])
  })

  it('is asked no more the longer it is refined and followed', async () => {
    const { subject, asked, show, look } = puppet()
    const all = [click(0.3, 0.3)]
    show(64, 64, 128, 128)
    for (let i = 0; i < 100; i++) {
      all.push(click(0.26 + i * 0.002, 0.35))
      subject.seed(clicks(...all))
      await look()
      await look()
      // The one in the middle, those that go along, and the new one.
      if (i > 0) expect(asked.at(-2)?.clicks.length).toBeLessThanOrEqual(10)
      expect(asked.at(-1)?.clicks.length).toBeLessThanOrEqual(9)
    }
  })

  it('is asked for anew by the same seed given again', async () => {
    const { subject, asked, show, look } = puppet()
    const seed = { clicks: [], mask: { width: 2, height: 2, data: Uint8Array.of(0, 255, 0, 0) } }
    show(128, 0, 256, 128)
    subject.seed(seed)
    await look()
    await look()
    subject.seed({ ...seed, mask: { ...seed.mask, data: Uint8Array.from(seed.mask.data) } })
    await look()
    expect(asked.map(({ prior }) => prior !== undefined)).toEqual([false, true, false])
    expect(asked[2]?.box).toEqual([0.5, 0, 1, 0.5])
    // More clicks to the same mask refine it.
    subject.seed({ ...seed, clicks: [click(0.6, 0.1, false)] })
    await look()
    expect(asked[3]?.prior).toBeDefined()
  })
})

it('takes the surest, whatever is no number', () => {
  expect(surest([0.1, 0.9, Number.NaN, 0.5])).toBe(1)
  expect(surest([Number.NaN, 0.2])).toBe(1)
  expect(surest([Number.NaN])).toBe(0)
})
