import { describe, expect, it } from 'vitest'
import { createColourBins, createColourModel, halve } from '../../src/masking/segmenters/doppel-colour.js'
import { createCues } from '../../src/masking/segmenters/doppel-cues.js'
import { KEY, VALUE } from '../../src/masking/segmenters/doppel-graphs.js'
import { shareOut, shrinkMask } from '../../src/masking/segmenters/doppel-mask.js'
import { createDoppelMemory, MOST_KEPT } from '../../src/masking/segmenters/doppel-memory.js'

const SIZE = { width: 8, height: 4 }
const PIXELS = SIZE.width * SIZE.height
/** The left half of one colour, the right half of another. */
const halves = (left: readonly number[], right: readonly number[]) => Uint8Array.from({ length: PIXELS * 4 }, (_, i) => ((i >> 2) % SIZE.width < 4 ? left : right)[i % 4] ?? 255)

describe('colours', () => {
  it('are told apart by what lies in a mask and what does not', () => {
    const colours = createColourBins(SIZE)
    colours.fill(halves([255, 0, 0], [0, 0, 255]))
    expect([...new Set(colours.bins)]).toEqual([0xf00, 0x00f])
    const model = createColourModel()
    const chances = new Float32Array(8)
    model.judge(colours.bins, chances)
    model.learn(colours.bins, Float32Array.from([1, 1, 0, 0, 1, 1, 0, 0]), 1)
    model.judge(colours.bins, chances)
    expect([...chances].map((chance) => Math.round(chance))).toEqual([1, 1, 0, 0, 1, 1, 0, 0])
    // Shares sum to one but for what the blur takes over the edge of the colour space: a quarter at each.
    expect(model.shares[1].reduce((sum, share) => sum + share, 0)).toBeCloseTo(0.75 ** 3, 5)
    // A colour nobody has seen says nothing.
    colours.fill(halves([0, 255, 0], [0, 255, 0]))
    model.judge(colours.bins, chances)
    expect([...chances]).toEqual(Array(8).fill(0.5))
  })

  it('are learned as quickly as told', () => {
    const colours = createColourBins(SIZE)
    colours.fill(halves([255, 0, 0], [0, 0, 255]))
    const [a, b] = [createColourModel(), createColourModel()]
    a.learn(colours.bins, Float32Array.from([1, 1, 0, 0, 1, 1, 0, 0]), 1)
    b.copy(a)
    b.learn(colours.bins, Float32Array.from([0, 0, 1, 1, 0, 0, 1, 1]), 0.25)
    const [, before] = a.shares
    const [, after] = b.shares
    expect(after[0xf00]).toBeCloseTo(0.75 * (before[0xf00] ?? 0), 6)
    expect(after[0x00f]).toBeCloseTo(0.25 * (before[0xf00] ?? 0), 6)
  })

  it('come from the mean of four pixels', () => {
    const to = new Float32Array(2)
    halve(Float32Array.from([0, 1, 1, 1, 0, 1, 1, 1]), { width: 4, height: 2 }, to)
    expect([...to]).toEqual([0.5, 1])
  })
})

describe('cues', () => {
  it('say where clicks are, what is like them, and what was boxed', () => {
    const cues = createCues({ width: 64, height: 32 })
    const data = Uint8Array.from({ length: 64 * 32 * 4 }, (_, i) => ((i >> 2) % 64 < 32 ? 255 : 0))
    const before = new Float32Array(32 * 16).fill(0.25)
    cues.fill(data, { clicks: [{ x: 8.5 / 32, y: 4.5 / 16, positive: true }, { x: 24.5 / 32, y: 4.5 / 16, positive: false }], box: [0.25, 0.25, 0.5, 0.5], before })
    const plane = (c: number) => (cues.tensor.data).subarray(c * 512, (c + 1) * 512)
    const at = (c: number, x: number, y: number) => plane(c)[y * 32 + x] ?? NaN
    expect([at(0, 8, 4), at(1, 24, 4)]).toEqual([1, 1])
    expect(at(0, 24, 4)).toBeLessThan(1e-6)
    expect([at(4, 2, 2), at(5, 30, 2)].map((like) => Math.round(like))).toEqual([1, 1])
    expect(at(4, 30, 2)).toBeLessThan(1e-6)
    expect(plane(2).reduce((sum, inside) => sum + inside, 0)).toBe(8 * 4)
    expect([at(2, 8, 4), at(2, 15, 7), at(2, 16, 7), at(2, 7, 4)]).toEqual([1, 1, 0, 0])
    expect(plane(3).every((value) => value === 0.25)).toBe(true)
  })
})

describe('memory', () => {
  const TOKENS = 3
  const key = (n: number) => Float32Array.from({ length: KEY * TOKENS }, (_, i) => n * 1000 + Math.floor(i / TOKENS))
  const value = (n: number) => Float32Array.from({ length: VALUE * TOKENS }, (_, i) => n * 1000 + Math.floor(i / TOKENS))
  /** The frames that are fed, checked to be whole in every channel. */
  const fed = (memory: ReturnType<typeof createDoppelMemory>): number[] => {
    const { keys, values } = memory.feeds()
    const frames = (keys.dims[2] ?? 0) / TOKENS
    expect([keys.dims, values.dims]).toEqual([[1, KEY, frames * TOKENS], [1, VALUE, frames * TOKENS]])
    const numbers = Array.from({ length: frames }, (_, at) => (keys.data[at * TOKENS] as number) / 1000)
    for (const [tensor, channels] of [[keys, KEY], [values, VALUE]] as const) {
      expect([...(tensor.data as Float32Array)]).toEqual(Array.from({ length: channels }, (_, c) => numbers.flatMap((n) => Array<number>(TOKENS).fill(n * 1000 + c))).flat())
    }
    return numbers
  }

  it('keeps its seeds, the newest frame and a few between, and never more', () => {
    const memory = createDoppelMemory(TOKENS)
    const between = [5, 10, 15, 20, 25, 30, 35].slice(-MOST_KEPT)
    memory.begin(key(0), value(0))
    expect(fed(memory)).toEqual([0])
    for (let n = 1; n < 40; n++) {
      memory.follow(key(n), value(n))
      if (n % 5 === 0) memory.keep()
    }
    expect(fed(memory)).toEqual([0, ...between, 39])
    expect([memory.kept, memory.seeds]).toEqual([MOST_KEPT, 1])
    memory.cutNewest()
    expect(fed(memory)).toEqual([0, ...between])
    for (let n = 50; n < 60; n++) memory.reseed(key(n), value(n))
    expect(fed(memory)).toEqual([0, 59, ...between])
    memory.cut()
    expect(fed(memory)).toEqual([0, 59])
    memory.begin(key(7), value(7))
    expect(fed(memory)).toEqual([7])
    for (let n = 0; n < 200; n++) {
      memory.follow(key(n), value(n))
      memory.keep()
      if (n % 9 === 0) memory.cutNewest()
      if (n % 50 === 0) memory.cut()
    }
    expect(fed(memory)[0]).toBe(7)
  })
})

describe('masks', () => {
  it('are drawn smaller by what falls into each pixel', () => {
    const to = new Float32Array(4)
    shrinkMask({ width: 4, height: 4, data: Uint8Array.from([255, 255, 0, 0, 255, 0, 0, 0, 0, 0, 255, 255, 0, 0, 255, 255]) }, { width: 2, height: 2 }, to)
    expect([...to]).toEqual([0.75, 0, 0, 1])
    const speck = new Uint8Array(64)
    speck[9] = 255
    shrinkMask({ width: 8, height: 8, data: speck }, { width: 2, height: 2 }, to)
    expect([...to]).toEqual([1, 0, 0, 0])
    shrinkMask({ width: 1, height: 1, data: Uint8Array.from([255]) }, { width: 2, height: 2 }, to)
    expect([...to]).toEqual([1, 1, 1, 1])
  })

  it('are shared out where subjects overlap, the likelier one first', () => {
    const masks = [Float32Array.from([0.9, 0.9, 0, 0.95]), Float32Array.from([0, 0.6, 0.8, 0.95])]
    expect(shareOut(masks)).toBe(true)
    const [a = new Float32Array(), b = new Float32Array()] = masks
    expect([a[0], a[2], b[0]].map((chance) => Math.fround(chance ?? 0))).toEqual([Math.fround(0.9), 0, 0])
    expect(a[1]).toBeGreaterThan(0.7)
    expect(b[1]).toBeLessThan(0.2)
    expect(a[3]).toBeCloseTo(b[3] ?? 0, 6)
    expect((a[3] ?? 0) + (b[3] ?? 0)).toBeLessThan(1)
    expect(shareOut([a])).toBe(false)
  })
})
