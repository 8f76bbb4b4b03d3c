import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Tensor } from 'onnxruntime-node'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { openGraph } from '../../../src/masking/graph.js'
import { openMasker } from '../../../src/masking/masker.js'
import { planesBytes, planesOver } from '../../../src/masking/planes.js'
import { createLongTerm, MOST_FRAMES, PARTS, WIDTHS, type FrameMemory } from '../../../src/masking/segmenters/deaot-memory.js'
import { deaot } from '../../../src/masking/segmenters/deaot.js'
import type { Graph, MaskPlanes, Segmenter, View } from '../../../src/masking/types.js'
import { deaotFiles, type DeaotKind } from '../../support/onnx-track.js'

const dir = mkdtempSync(join(tmpdir(), 'doppel-deaot-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const opened: Segmenter[] = []
afterEach(async () => { for (const unit of opened.splice(0)) await unit.close() })

const WIDTH = 65
const HEIGHT = 49
const TOKENS = 5 * 4
const SIDE = 8
const COLOURS = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0], [255, 0, 255], [0, 255, 255], [255, 255, 255], [0, 0, 0]] as const

type Spot = readonly [subject: number, x: number, y: number]
/** Squares of the subjects' colours on grey. */
const picture = (spots: readonly Spot[], seq = 0): View => {
  const data = new Uint8Array(WIDTH * HEIGHT * 4).fill(128)
  for (const [subject, x, y] of spots) for (let j = 0; j < SIDE; j++) for (let i = 0; i < SIDE; i++) data.set([...(COLOURS[subject] ?? [0, 0, 0]), 255], ((y + j) * WIDTH + x + i) * 4)
  return { width: WIDTH, height: HEIGHT, data, seq, capturedAt: seq * 40, dt: 0.04 }
}
const square = (x: number, y: number) => {
  const data = new Uint8Array(WIDTH * HEIGHT)
  for (let j = 0; j < SIDE; j++) data.fill(255, (y + j) * WIDTH + x, (y + j) * WIDTH + x + SIDE)
  return { width: WIDTH, height: HEIGHT, data }
}
const seedAt = (x: number, y: number) => ({ clicks: [], mask: square(x, y) })
const isAt = (out: MaskPlanes, subject: number, x: number, y: number) => {
  expect(out.confidence[subject], `subject ${subject} is there`).toBeGreaterThan(0.9)
  expect([...out.plane(subject)].map((value) => (value >= 128 ? 255 : 0)), `subject ${subject}`).toEqual([...square(x, y).data])
}

interface Fed { readonly frames: number; readonly shape: readonly number[]; readonly used: readonly number[] }

const write = (kind: DeaotKind) => {
  const files = deaotFiles(kind)
  const paths = { init: join(dir, `init-${kind.layers}-${kind.gap}.onnx`), step: join(dir, `step-${kind.layers}.onnx`) }
  writeFileSync(paths.init, files.init)
  writeFileSync(paths.step, files.step)
  return paths
}

const start = async (layers = 1, gap?: number) => {
  const paths = write({ width: WIDTH, height: HEIGHT, layers, ...(gap === undefined ? {} : { gap }) })
  const open = async (role: 'init' | 'step'): Promise<Graph> => {
    const contract = deaot.graphs[role]
    if (!contract) throw new Error(role)
    return openGraph(paths[role], contract, { provider: 'cpu', threads: 1 })
  }
  const fed: Fed[] = []
  let inits = 0
  const [init, step] = [await open('init'), await open('step')]
  const unit = await deaot.open({
    init: { ...init, run: (feeds) => { inits += 1; return init.run(feeds) } },
    step: {
      ...step,
      run: (feeds) => {
        const { dims } = feeds['long_idv'] ?? { dims: [] }
        fed.push({ frames: (dims[1] ?? 0) / TOKENS, shape: dims, used: [...(feeds['used']?.data as Float32Array)].flatMap((is, id) => (is ? [id] : [])) })
        return step.run(feeds)
      },
    },
  }, { width: 1280, height: 720 })
  opened.push(unit)
  fed.length = inits = 0
  const out = planesOver(unit.output, new Uint8Array(planesBytes(unit.output)))
  return { unit, out, fed, inits: () => inits, step: (spots: readonly Spot[]) => unit.step(picture(spots), out) }
}

describe('deaot', () => {
  it('takes pictures of the size its graphs are made for', async () => {
    const { unit } = await start()
    expect(unit.input).toEqual({ width: WIDTH, height: HEIGHT })
    expect(unit.output).toEqual({ width: WIDTH, height: HEIGHT })
  })

  it('follows eight subjects with one run for each picture', async () => {
    const { unit, out, fed, inits, step } = await start()
    const at = (subject: number, n: number): Spot => [subject, 1 + (subject % 4) * 15 + n, 2 + Math.floor(subject / 4) * 24 + n]
    for (let i = 0; i < 8; i++) unit.seed(i, seedAt(at(i, 0)[1], at(i, 0)[2]))
    for (let n = 0; n < 6; n++) {
      const spots = COLOURS.map((_, subject) => at(subject, n))
      await step(spots)
      for (const [subject, x, y] of spots) isAt(out, subject, x, y)
    }
    expect(inits()).toBe(1)
    expect(fed).toHaveLength(5)
    expect(fed.at(-1)?.used).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  })

  it('keeps DeAOT-T to the seeded frame, as the reference run: gap 9999', async () => {
    const { unit, fed, step } = await start(1)
    unit.seed(0, seedAt(4, 4))
    for (let n = 0; n < 5; n++) await step([[0, 4 + n, 4]])
    expect(fed.map(({ frames }) => frames)).toEqual([1, 1, 1, 1])
  })

  it('takes every fifth frame into long-term memory with three layers, and never more than eight', async () => {
    const { unit, out, fed, step } = await start(3)
    unit.seed(0, seedAt(4, 4))
    for (let n = 0; n < 100; n++) await step([[0, 4 + (n % 40), 4]])
    isAt(out, 0, 4 + (99 % 40), 4)
    const frames = fed.map((each) => each.frames)
    expect(frames.slice(0, 11)).toEqual([1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3])
    expect(Math.max(...frames)).toBe(MOST_FRAMES)
    expect(fed.at(-1)?.shape).toEqual([3, MOST_FRAMES * TOKENS, 512])
  })

  it('takes frames as often as the graph says: DeAOT-B is as deep as L, and keeps to the seeded frame', async () => {
    for (const [gap, wanted] of [[9999, [1, 1, 1, 1, 1, 1, 1]], [3, [1, 1, 1, 2, 2, 2, 3]], [0, [1, 1, 1, 1, 1, 2, 2]]] as const) {
      const { unit, fed, step } = await start(3, gap)
      unit.seed(0, seedAt(4, 4))
      for (let n = 0; n < 8; n++) await step([[0, 4 + n, 4]])
      expect(fed.map(({ frames }) => frames)).toEqual(wanted)
    }
  })

  it('says when a subject is lost, and knows it when it comes back', async () => {
    const { unit, out, step } = await start(3)
    unit.seed(0, seedAt(4, 4))
    unit.seed(1, seedAt(30, 4))
    await step([[0, 4, 4], [1, 30, 4]])
    for (let n = 0; n < 60; n++) await step([[1, 30, 4]])
    expect(out.confidence[0]).toBe(0)
    expect(out.plane(0).every((value) => value < 128)).toBe(true)
    isAt(out, 1, 30, 4)
    await step([[0, 50, 30], [1, 30, 4]])
    isAt(out, 0, 50, 30)
  })

  it('takes subjects on the way and seeds others anew without losing any', async () => {
    const { unit, out, fed, inits, step } = await start(3)
    unit.seed(0, seedAt(4, 4))
    await step([[0, 4, 4], [1, 30, 4], [2, 4, 30]])
    unit.seed(1, seedAt(30, 4))
    await step([[0, 6, 4], [1, 30, 4], [2, 4, 30]])
    isAt(out, 0, 6, 4)
    isAt(out, 1, 30, 4)
    // Subject 0 is now the blue one; red is nobody's, though memory still shows it.
    unit.seed(0, seedAt(4, 30))
    await step([[0, 8, 4], [1, 32, 4], [2, 4, 30]])
    isAt(out, 0, 4, 30)
    for (let n = 0; n < 12; n++) await step([[0, 10, 4], [1, 34, 4], [2, 6, 30]])
    isAt(out, 0, 6, 30)
    isAt(out, 1, 34, 4)
    expect(inits()).toBe(3)
    // Forgotten: the other stays.
    unit.seed(0, undefined)
    await step([[1, 36, 4], [2, 6, 30]])
    expect(out.confidence[0]).toBe(0)
    isAt(out, 1, 36, 4)
    expect(fed.at(-1)?.used).toHaveLength(2)
  })

  it('can be seeded anew any number of times', async () => {
    const { unit, out, fed, step } = await start(3)
    unit.seed(1, seedAt(30, 4))
    for (let n = 0; n < 40; n++) {
      const blue = n % 2 === 0
      unit.seed(0, blue ? seedAt(4, 30) : seedAt(4, 4))
      await step([[0, 4, 4], [1, 30, 4], [2, 4, 30]])
      await step([[0, 4, 4], [1, 30, 4], [2, 4, 30]])
      isAt(out, 0, 4, blue ? 30 : 4)
      isAt(out, 1, 30, 4)
    }
    expect(Math.max(...fed.map(({ frames }) => frames))).toBeLessThanOrEqual(MOST_FRAMES)
  })

  it('takes what is said while a step is under way for the next one', async () => {
    const { unit, out, step } = await start(3)
    const spots: readonly Spot[] = [[0, 4, 4], [1, 30, 4], [2, 4, 30]]
    unit.seed(0, seedAt(4, 4))
    unit.seed(1, seedAt(30, 4))
    const first = step(spots)
    unit.seed(0, seedAt(4, 30))
    unit.seed(1, undefined)
    await first
    isAt(out, 0, 4, 4)
    isAt(out, 1, 30, 4)
    await step(spots)
    isAt(out, 0, 4, 30)
    expect(out.confidence[1]).toBe(0)
  })

  it('begins after a cut with the seeded frame alone', async () => {
    const { unit, out, fed, step } = await start(3)
    unit.seed(0, seedAt(4, 4))
    for (let n = 0; n < 20; n++) await step([[0, 4 + n, 4]])
    expect(fed.at(-1)?.frames).toBeGreaterThan(2)
    unit.reset()
    await step([[0, 50, 38]])
    expect(fed.at(-1)?.frames).toBe(1)
    isAt(out, 0, 50, 38)
  })

  it('does nothing with clicks, boxes and empty masks', async () => {
    const { unit, out, fed, inits, step } = await start()
    unit.seed(0, { clicks: [{ x: 0.1, y: 0.1, positive: true }] })
    unit.seed(1, { clicks: [], box: [0, 0, 0.5, 0.5] })
    unit.seed(2, { clicks: [], mask: { width: 4, height: 4, data: new Uint8Array(16) } })
    await step([[0, 4, 4]])
    expect([...out.confidence]).toEqual(Array(8).fill(0))
    expect([fed.length, inits()]).toEqual([0, 0])
  })

  it('runs in the mask worker, and refuses wrong files by the tensor', async () => {
    const paths = write({ width: WIDTH, height: HEIGHT, layers: 1 })
    const options = { id: 'masks', segmenter: 'deaot', source: { width: 1280, height: 720 }, provider: 'cpu' } as const
    const masker = await openMasker({ ...options, files: paths })
    try {
      masker.seed(0, seedAt(4, 4))
      masker.seed(5, seedAt(20, 20))
      for (let n = 0; n < 3; n++) {
        masker.post(picture([[0, 4 + n, 4], [5, 20, 20 + n]], n))
        await masker.settle()
      }
      const newest = masker.newest()
      if (!newest) throw new Error('no mask')
      isAt(newest, 0, 6, 4)
      isAt(newest, 5, 20, 22)
    } finally {
      await masker.close()
    }
    await expect(openMasker({ ...options, files: { ...paths, step: paths.init } })).rejects.toThrow(/no input "lt_k".*no output "prob"/)
    const other = join(dir, 'other.onnx')
    writeFileSync(other, deaotFiles({ width: 49, height: 33, layers: 1 }).step)
    await expect(openMasker({ ...options, files: { ...paths, step: other } })).rejects.toThrow('"image" of 65x49, and its step one of 49x33')
  })
})

describe('long-term memory', () => {
  const LAYERS = 2
  /** Every number of it says the frame and the layer. */
  const frame = (n: number): FrameMemory => {
    const part = (width: number) => new Tensor('float32', Float32Array.from({ length: LAYERS * 3 * width }, (_, i) => n * 10 + Math.floor(i / (3 * width))), [LAYERS, 3, width])
    return { k: part(WIDTHS.k), v: part(WIDTHS.v), idv: part(WIDTHS.idv) }
  }
  /** Frames that are fed, checked to be whole in every part and layer. */
  const held = (feeds: FrameMemory, frames: number): number[] => {
    const numbers = Array.from({ length: frames }, (_, slot) => (feeds.k.data[slot * 3 * WIDTHS.k] as number) / 10)
    for (const part of PARTS) {
      expect(feeds[part].dims).toEqual([LAYERS, frames * 3, WIDTHS[part]])
      const wanted = [0, 1].flatMap((layer) => numbers.flatMap((n) => Array<number>(3 * WIDTHS[part]).fill(n * 10 + layer)))
      expect([...(feeds[part].data as Float32Array)]).toEqual(wanted)
    }
    return numbers.sort((a, b) => a - b)
  }

  it('lets the oldest frame go that nobody was seeded in, then the oldest but the first', () => {
    const memory = createLongTerm(LAYERS, 3)
    const add = (n: number, seeds: number) => { memory.add(frame(n), { step: n, ids: 0b110, seeds }, 0b110) }
    add(0, 0b10)
    for (let n = 1; n < 20; n++) add(n, n === 3 ? 0b100 : 0)
    expect(held(memory.feeds(), memory.frames)).toEqual([0, 3, 14, 15, 16, 17, 18, 19])
    expect(held(memory.newestSeed() ?? frame(-1), 1)).toEqual([3])
    for (let n = 20; n < 40; n++) add(n, 0b10)
    expect(held(memory.feeds(), memory.frames)).toEqual([0, 33, 34, 35, 36, 37, 38, 39])
  })

  it('closes the gaps of what it lets go', () => {
    const memory = createLongTerm(LAYERS, 3)
    for (let n = 0; n < 6; n++) memory.add(frame(n), { step: n, ids: 2, seeds: 0 }, 2)
    memory.prune(({ step }) => step % 2 === 1)
    expect(held(memory.feeds(), memory.frames)).toEqual([1, 3, 5])
    memory.add(frame(7), { step: 7, ids: 2, seeds: 0 }, 2)
    expect(held(memory.feeds(), memory.frames)).toEqual([1, 3, 5, 7])
  })
})
