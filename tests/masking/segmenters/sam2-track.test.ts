import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { openGraph } from '../../../src/masking/graph.js'
import { openMasker } from '../../../src/masking/masker.js'
import { planesBytes, planesOver } from '../../../src/masking/planes.js'
import { sam2Track } from '../../../src/masking/segmenters/sam2-track.js'
import { boundsOf } from '../../../src/masking/segmenters/seeding.js'
import type { Graph, MaskPlanes, Segmenter, View } from '../../../src/masking/types.js'
import { placeOf, sam2TrackFiles, TIMES, type Family, type Sam2TrackKind } from '../../support/onnx-track.js'

const dir = mkdtempSync(join(tmpdir(), 'doppel-sam2-track-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const opened: Segmenter[] = []
afterEach(async () => { for (const unit of opened.splice(0)) await unit.close() })

const SIZE = 1024
const SQUARE = 128
const TOKENS: Readonly<Record<Family, number>> = { 'sam2.1': 4096, edgetam: 512 }
const COLOURS = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0], [255, 0, 255], [0, 255, 255], [255, 255, 255], [0, 0, 0]] as const
const ROLES = ['encoder', 'decoder', 'attention', 'memory'] as const
type Role = (typeof ROLES)[number]
type Spot = readonly [subject: number, x: number, y: number]

/** Squares of the subjects' colours on grey; places are of 1024, in whole 16ths. */
const picture = (spots: readonly Spot[], seq: number): View => {
  const data = new Uint8Array(SIZE * SIZE * 4).fill(128)
  for (const [subject, x, y] of spots) {
    const row = new Uint8Array(SQUARE * 4)
    for (let i = 0; i < SQUARE; i++) row.set([...(COLOURS[subject] ?? [0, 0, 0]), 255], i * 4)
    for (let j = 0; j < SQUARE; j++) data.set(row, ((y + j) * SIZE + x) * 4)
  }
  return { width: SIZE, height: SIZE, data, seq, capturedAt: seq * 40, dt: 0.04 }
}
const clickAt = (x: number, y: number) => ({ clicks: [{ x: (x + SQUARE / 2) / SIZE, y: (y + SQUARE / 2) / SIZE, positive: true }] })
const isAt = (out: MaskPlanes, subject: number, x: number, y: number) => {
  expect(out.confidence[subject], `subject ${subject} is there`).toBeGreaterThan(0.9)
  const bounds = boundsOf({ width: out.width, height: out.height, data: out.plane(subject) })
  expect(bounds?.map((part) => part * SIZE), `subject ${subject}`).toEqual([x, y, x + SQUARE, y + SQUARE])
}

const write = (kind: Sam2TrackKind): Record<Role, string> => {
  const files = sam2TrackFiles(kind)
  const paths = {} as Record<Role, string>
  for (const role of ROLES) {
    paths[role] = join(dir, `${role}-${kind.family}-${kind.points ?? 'free'}-${kind.ages === true ? 'ages' : 'plain'}.onnx`)
    writeFileSync(paths[role], files[role])
  }
  return paths
}

interface Recalled { readonly frames: readonly number[]; readonly pointers: number; readonly codes: readonly number[]; readonly ages: readonly number[] }

const start = async (kind: Sam2TrackKind, files = write(kind)) => {
  const runs: Record<Role, number> = { encoder: 0, decoder: 0, attention: 0, memory: 0 }
  const recalled: Recalled[] = []
  const graphs = {} as Record<Role, Graph>
  for (const role of ROLES) {
    const contract = sam2Track.graphs[role]
    if (!contract) throw new Error(role)
    const graph = await openGraph(files[role], contract, { provider: 'cpu', threads: 1 })
    graphs[role] = {
      ...graph,
      run: (feeds) => {
        runs[role] += 1
        const { frames, pointers, codes, ages } = feeds
        if (role === 'attention' && frames && pointers && codes && ages) {
          // Codes of the last channel: the first and the last token of each frame, then the pointers'.
          const tokens = TOKENS[kind.family]
          const at = Array.from({ length: frames.dims[0] ?? 0 }, (_, frame) => [frame * tokens, frame * tokens + tokens - 1]).flat()
          for (let token = (frames.dims[0] ?? 0) * tokens; token < (codes.dims[0] ?? 0); token++) at.push(token)
          recalled.push({ frames: frames.dims, pointers: pointers.dims[0] ?? 0, codes: at.map((token) => codes.data[token * 64 + 63] as number), ages: [...(ages.data as Float32Array)] })
        }
        return graph.run(feeds)
      },
    }
  }
  const unit = await sam2Track.open(graphs, { width: 1280, height: 720 })
  opened.push(unit)
  recalled.length = 0
  for (const role of ROLES) runs[role] = 0
  const out = planesOver(unit.output, new Uint8Array(planesBytes(unit.output)))
  let seq = 0
  return { unit, out, runs, recalled, step: (spots: readonly Spot[], again = false) => unit.step(picture(spots, again ? seq : (seq += 1)), out) }
}

describe.each<Family>(['sam2.1', 'edgetam'])('sam2-track with the memory of %s', (family) => {
  const tokens = TOKENS[family]

  it('follows a click by memory, bounded, with the published codes', async () => {
    const { unit, out, runs, recalled, step } = await start({ family })
    unit.seed(0, clickAt(64, 64))
    for (let n = 0; n < 24; n++) {
      await step([[0, 64 + n * 32, 64], [1, 64, 640]])
      isAt(out, 0, 64 + n * 32, 64)
    }
    expect(runs).toEqual({ encoder: 24, decoder: 24, attention: 23, memory: 24 })
    expect(recalled.map(({ frames }) => frames[0])).toEqual([1, 2, 3, 4, 5, 6, ...Array<number>(17).fill(7)])
    expect(recalled.map(({ pointers }) => pointers)).toEqual([...Array.from({ length: 15 }, (_, i) => i + 1), ...Array<number>(8).fill(16)])
    expect(recalled.at(-1)?.frames).toEqual(family === 'sam2.1' ? [7, 64, 64, 64] : [7, 512, 64])
    // The seeded frame has t = 0 and the last of the 7 codes; the newest t = 6 and the first one.
    const coded = (time: number | undefined) => [(time ?? 0) + placeOf(0), (time ?? 0) + placeOf(tokens - 1)]
    const times = [TIMES[6], ...TIMES.slice(0, 6)]
    for (const { frames, pointers, codes } of [recalled[2], recalled.at(-1)].filter((each) => each !== undefined)) {
      expect(codes.map((code) => Math.round(code * 1024))).toEqual([...times.slice(0, frames[0]).flatMap(coded).map((code) => Math.round(code * 1024)), ...Array<number>(4 * pointers).fill(0)])
    }
  })

  it('says when a subject is lost, remembers nothing of that, and knows it when it comes back', async () => {
    const { unit, out, runs, recalled, step } = await start({ family })
    unit.seed(3, clickAt(64, 64))
    for (let n = 0; n < 3; n++) await step([[3, 64, 64]])
    const before = runs.memory
    for (let n = 0; n < 10; n++) await step([[1, 64, 64]])
    expect(out.confidence[3]).toBe(0)
    expect(out.plane(3).every((value) => value === 0)).toBe(true)
    expect(runs.memory).toBe(before)
    expect(recalled.at(-1)?.frames[0]).toBe(3)
    await step([[3, 768, 512]])
    isAt(out, 3, 768, 512)
  })
})

describe('sam2-track', () => {
  const family = 'edgetam'

  it('follows eight subjects, looking at each picture once', async () => {
    const { unit, out, runs, step } = await start({ family })
    const at = (subject: number, n: number): Spot => [subject, (subject % 4) * 256 + n * 16, Math.floor(subject / 4) * 512 + n * 16]
    for (let i = 0; i < 8; i++) unit.seed(i, clickAt(at(i, 0)[1], at(i, 0)[2]))
    for (let n = 0; n < 4; n++) {
      const spots = COLOURS.map((_, subject) => at(subject, n))
      await step(spots)
      for (const [subject, x, y] of spots) isAt(out, subject, x, y)
    }
    expect(runs).toMatchObject({ encoder: 4, decoder: 32, attention: 24 })
  })

  it('does nothing without subjects', async () => {
    const { out, runs, step } = await start({ family })
    await step([[0, 64, 64]])
    expect(runs).toEqual({ encoder: 0, decoder: 0, attention: 0, memory: 0 })
    expect([...out.confidence]).toEqual(Array(8).fill(0))
  })

  it('takes boxes, and masks as they are', async () => {
    const { unit, out, step } = await start({ family })
    unit.seed(0, { clicks: [], box: [192 / SIZE, 192 / SIZE, 64 / SIZE, 64 / SIZE] })
    // A mask of 64x64 that shows the left half of the green square only.
    const data = new Uint8Array(64 * 64)
    for (let y = 32; y < 40; y++) data.fill(255, y * 64 + 32, y * 64 + 36)
    unit.seed(1, { clicks: [], mask: { width: 64, height: 64, data } })
    await step([[0, 64, 64], [1, 512, 512]])
    isAt(out, 0, 64, 64)
    expect(boundsOf({ width: 256, height: 256, data: out.plane(1) })?.map((part) => part * SIZE)).toEqual([512, 512, 576, 640])
    await step([[0, 96, 64], [1, 512, 528]])
    isAt(out, 0, 96, 64)
    isAt(out, 1, 512, 528)
  })

  it('takes a new seed at any time, and a click on a picture that stands still with the decoder alone', async () => {
    const { unit, out, runs, recalled, step } = await start({ family })
    const spots: readonly Spot[] = [[0, 64, 64], [1, 512, 512]]
    unit.seed(0, clickAt(64, 64))
    for (let n = 0; n < 5; n++) await step(spots)
    unit.seed(0, clickAt(512, 512))
    const before = { ...runs }
    await step(spots, true)
    isAt(out, 0, 512, 512)
    expect([runs.encoder - before.encoder, runs.decoder - before.decoder, runs.attention - before.attention]).toEqual([0, 1, 0])
    await step(spots, true)
    expect(runs.memory - before.memory).toBe(1)
    await step(spots)
    isAt(out, 0, 512, 512)
    // Memory began anew.
    expect(recalled.at(-1)?.frames[0]).toBe(1)
    unit.seed(0, undefined)
    await step(spots)
    expect(out.confidence[0]).toBe(0)
  })

  it('takes what is said while a step is under way for the next one', async () => {
    const { unit, out, step } = await start({ family })
    const spots: readonly Spot[] = [[0, 64, 64], [1, 512, 512], [2, 768, 64]]
    unit.seed(0, clickAt(64, 64))
    unit.seed(1, clickAt(768, 64))
    const first = step(spots)
    unit.seed(0, clickAt(512, 512))
    unit.seed(1, undefined)
    await first
    isAt(out, 0, 64, 64)
    isAt(out, 1, 768, 64)
    await step(spots)
    isAt(out, 0, 512, 512)
    expect(out.confidence[1]).toBe(0)
  })

  it('keeps after a cut what it was told, and not where it was', async () => {
    const { unit, out, recalled, step } = await start({ family })
    unit.seed(0, clickAt(64, 64))
    for (let n = 0; n < 9; n++) await step([[0, 64 + 16 * n, 64]])
    unit.reset()
    // Another thing is where the click was.
    await step([[1, 64, 64], [0, 640, 640]])
    expect(recalled.at(-1)).toMatchObject({ frames: [1, 512, 64], pointers: 1 })
    isAt(out, 0, 640, 640)
  })

  it('ignores what cannot be used', async () => {
    const { unit, out, runs, step } = await start({ family })
    unit.seed(0, { clicks: [{ x: 1.2, y: 0.5, positive: true }] })
    unit.seed(1, { clicks: [], box: [0.5, 0.5, 0.5, 0.8] })
    unit.seed(2, { clicks: [{ x: 0.5, y: 0.5, positive: false }] })
    unit.seed(3, { clicks: [], mask: { width: 9, height: 9, data: new Uint8Array(3) } })
    await step([[0, 64, 64]])
    expect(runs.encoder).toBe(0)
    expect([...out.confidence]).toEqual(Array(8).fill(0))
  })

  it('pads its clicks for decoders of a fixed number of points, and gives ages to attention that wants them', async () => {
    const { unit, out, recalled, step } = await start({ family: 'sam2.1', points: 4, ages: true })
    unit.seed(0, clickAt(64, 64))
    for (let n = 0; n < 4; n++) await step([[0, 64 + n * 32, 64]])
    isAt(out, 0, 160, 64)
    expect(recalled.at(-1)?.ages).toEqual([3, 1, 2])
    // No codes of pointers then: two numbers for each frame, and no more.
    expect(recalled.at(-1)?.codes).toHaveLength(6)
  })

  it('runs in the mask worker', async () => {
    const masker = await openMasker({ id: 'masks', segmenter: 'sam2-track', files: write({ family: 'sam2.1' }), source: { width: 1280, height: 720 }, provider: 'cpu' })
    try {
      masker.seed(6, clickAt(64, 64))
      for (let n = 0; n < 4; n++) {
        masker.post(picture([[6, 64 + n * 64, 128 * n + 64], [2, 768, 64]], n))
        await masker.settle()
      }
      const newest = masker.newest()
      if (!newest) throw new Error('no mask')
      isAt(newest, 6, 256, 448)
    } finally {
      await masker.close()
    }
  })

  it('refuses files of two models, and wrong ones by the tensor', async () => {
    const [large, small] = [write({ family: 'sam2.1' }), write({ family: 'edgetam' })]
    await expect(start({ family: 'sam2.1' }, { ...large, attention: small.attention })).rejects.toThrow('"maskmem_features" of [1, 64, 64, 64], and memory attention takes "memory_1" of [frames, 512, 64]')
    await expect(start({ family: 'sam2.1' }, { ...large, memory: large.encoder })).rejects.toThrow(/no input "mask_for_mem".*no output "maskmem_features"/)
    await expect(start({ family: 'sam2.1' }, { ...large, decoder: large.attention })).rejects.toThrow('no input "point_coords"')
  })
})
