import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openGraph } from '../../src/masking/graph.js'
import { openMasker } from '../../src/masking/masker.js'
import { checkedFiles, modelById } from '../../src/masking/models/store.js'
import { planesBytes, planesOver } from '../../src/masking/planes.js'
import { doppel } from '../../src/masking/segmenters/doppel.js'
import { sizeFor } from '../../src/masking/segmenters/doppel-graphs.js'
import type { Graph, MaskPlanes, Segmenter, Size, View } from '../../src/masking/types.js'

const SOURCE = { width: 1280, height: 720 }
const { width: W, height: H } = sizeFor(SOURCE)

interface Disc { readonly x: number; readonly y: number; readonly r: number; readonly colour: readonly [number, number, number] }
const RED: Disc['colour'] = [200, 50, 40]
const BLUE: Disc['colour'] = [40, 60, 210]

/** A rough green ground, always the same, and discs with some shading on it, later ones before earlier ones. */
const picture = (discs: readonly Disc[], seq: number): View => {
  const data = new Uint8Array(W * H * 4)
  for (let y = 0, i = 0; y < H; y++) for (let x = 0; x < W; x++, i += 4) {
    const rough = ((x * 7919 + y * 104729 + ((x * y) % 31) * 77) % 41) - 20
    let [r, g, b] = [90 + rough, 130 + rough, 80 + rough]
    for (const disc of discs) {
      if ((x - disc.x) ** 2 + (y - disc.y) ** 2 > disc.r ** 2) continue
      const light = 1 + (disc.y - y) / disc.r / 4 + rough / 400
      ;[r, g, b] = [disc.colour[0] * light, disc.colour[1] * light, disc.colour[2] * light]
    }
    data.set([r, g, b, 255].map((value) => Math.max(0, Math.min(255, value))), i)
  }
  return { width: W, height: H, data, seq, capturedAt: seq * 40, dt: seq === 0 ? 0 : 0.04 }
}
const maskOf = ({ x, y, r }: Disc) => ({ width: W, height: H, data: Uint8Array.from({ length: W * H }, (_, i) => ((i % W) - x) ** 2 + (Math.floor(i / W) - y) ** 2 <= r * r ? 255 : 0) })
const overlap = (plane: Uint8Array, disc: Disc): number => {
  const truth = maskOf(disc).data
  let [both, either] = [0, 0]
  for (let i = 0; i < truth.length; i++) {
    const [ours, theirs] = [(plane[i] ?? 0) >= 128, truth[i] === 255]
    if (ours && theirs) both++
    if (ours || theirs) either++
  }
  return both / either
}
/** Times a click is looked at again. */
const LOOKS = 2
const click = (x: number, y: number, positive = true) => ({ x: (x + 0.5) / W, y: (y + 0.5) / H, positive })

const opened: Segmenter[] = []
let files: Readonly<Record<string, string>>
beforeAll(async () => { files = await checkedFiles(modelById('doppel')) })
afterEach(async () => { for (const unit of opened.splice(0)) await unit.close() })

const start = async (source: Size = SOURCE) => {
  const runs: Record<string, number> = {}
  const graphs: Record<string, Graph> = {}
  for (const [role, contract] of Object.entries(doppel.graphs)) {
    const graph = await openGraph(files[role] ?? '', contract, { provider: 'cpu', threads: 1 })
    graphs[role] = { ...graph, run: (feeds) => { runs[role] = (runs[role] ?? 0) + 1; return graph.run(feeds) } }
  }
  const unit = await doppel.open(graphs, source)
  opened.push(unit)
  for (const role of Object.keys(runs)) runs[role] = 0
  const out = planesOver(unit.output, new Uint8Array(planesBytes(unit.output)))
  let seq = 0
  return { unit, out, runs, step: (discs: readonly Disc[], same = false) => unit.step(picture(discs, same ? seq - 1 : seq++), out) }
}
const isHeld = (out: MaskPlanes, i: number, disc: Disc, least = 0.7) => {
  expect(out.confidence[i], `subject ${i + 1} is held`).toBeGreaterThan(0)
  expect(overlap(out.plane(i), disc), `subject ${i + 1} fits`).toBeGreaterThan(least)
}

describe('doppel', () => {
  it('looks at pictures of the source\'s proportions', () => {
    expect(sizeFor({ width: 1920, height: 1080 })).toEqual({ width: 256, height: 144 })
    expect(sizeFor({ width: 854, height: 480 })).toEqual({ width: 256, height: 144 })
    expect(sizeFor({ width: 1080, height: 1920 })).toEqual({ width: 144, height: 256 })
    expect(sizeFor({ width: 640, height: 640 })).toEqual({ width: 192, height: 192 })
    expect(sizeFor({ width: 4000, height: 100 })).toEqual({ width: 512, height: 32 })
    expect(sizeFor({ width: 1, height: 1 })).toEqual({ width: 192, height: 192 })
  })

  it('follows what it was shown by a mask, as it moves and grows', async () => {
    const { unit, out, step } = await start()
    const at = (n: number): Disc => ({ x: 60 + 3 * n, y: 60 + n, r: 22 + n / 2, colour: RED })
    unit.seed(0, { clicks: [], mask: maskOf(at(0)) })
    await step([at(0)])
    isHeld(out, 0, at(0), 0.95)
    for (let n = 1; n < 25; n++) {
      await step([at(n)])
      isHeld(out, 0, at(n))
    }
    expect(out.confidence[1]).toBe(0)
    expect(out.plane(1).every((value) => value === 0)).toBe(true)
  })

  it('finds what is clicked or boxed, and follows it', async () => {
    const { unit, out, step } = await start()
    const red = (n: number): Disc => ({ x: 70 + 2 * n, y: 70, r: 24, colour: RED })
    const blue: Disc = { x: 200, y: 60, r: 20, colour: BLUE }
    unit.seed(0, { clicks: [click(70, 70)] })
    unit.seed(1, { clicks: [], box: [180 / W, 40 / H, 221 / W, 81 / H] })
    for (let n = 0; n < 10; n++) await step([red(n), blue])
    isHeld(out, 0, red(9))
    isHeld(out, 1, blue)
  })

  it('looks again at what was clicked once it has moved, and leaves it as it is when it has not', async () => {
    const { unit, out, runs, step } = await start()
    const at = (x: number): Disc => ({ x, y: 70, r: 24, colour: RED })
    const walk = async (from: number, pace: number) => { for (let n = 0; n < 9; n++) await step([at(from + pace * n)]) }
    unit.seed(0, { clicks: [click(70, 70)] })
    await walk(70, 3)
    expect(runs).toMatchObject({ encode: 9, find: 1, move: LOOKS, regroup: LOOKS })
    isHeld(out, 0, at(94))
    // Of a thing that stands still nothing is learned, so that it is looked for once more later on, and then no more.
    unit.seed(0, undefined)
    unit.seed(1, { clicks: [click(90, 70)] })
    for (let n = 0; n < 3; n++) await walk(90, 0)
    expect(runs).toMatchObject({ find: 2, move: 2 * LOOKS + 1, regroup: LOOKS })
    isHeld(out, 1, at(90))
    // Who says what does not belong to it, or draws it, has said how far it reaches.
    unit.seed(1, { clicks: [click(90, 70), click(200, 30, false)] })
    await walk(90, 3)
    unit.seed(2, { clicks: [], mask: maskOf(at(114)) })
    await walk(114, 3)
    expect(runs).toMatchObject({ find: 3, move: 2 * LOOKS + 1, regroup: LOOKS })
  })

  it('looks again at one thing a picture, however many were clicked at once', async () => {
    const { unit, out, runs, step } = await start()
    const things = (n: number): readonly Disc[] => [RED, BLUE, [230, 220, 40] as const].map((colour, i) => ({ x: 40 + 80 * i + 2 * n, y: 70, r: 20, colour }))
    // What stands still says what the camera does.
    const world = Array.from({ length: 18 }, (_, i): Disc => ({ x: 10 + 30 * (i % 9), y: i < 9 ? 18 : 128, r: 9, colour: [20, 20, 20] }))
    things(0).forEach(({ x, y }, i) => { unit.seed(i, { clicks: [click(x, y)] }) })
    let most = 0
    for (let n = 0; n < 9; n++) {
      const before = runs['regroup'] ?? 0
      await step([...world, ...things(n)])
      most = Math.max(most, (runs['regroup'] ?? 0) - before)
    }
    expect(most).toBe(1)
    expect(runs).toMatchObject({ find: 3, regroup: 3 * LOOKS })
    things(8).forEach((disc, i) => { isHeld(out, i, disc, 0.6) })
  })

  it('takes further clicks as corrections, on the same picture and later', async () => {
    const { unit, out, runs, step } = await start()
    const red: Disc = { x: 70, y: 70, r: 24, colour: RED }
    const blue: Disc = { x: 108, y: 70, r: 22, colour: BLUE }
    const clicks = [click(70, 70)]
    unit.seed(0, { clicks: [...clicks] })
    await step([red, blue])
    expect(runs).toMatchObject({ encode: 1, find: 1 })
    clicks.push(click(108, 70, false))
    unit.seed(0, { clicks: [...clicks] })
    await step([red, blue], true)
    // The same picture is not encoded again.
    expect(runs).toMatchObject({ encode: 1, find: 2 })
    isHeld(out, 0, red)
    const share = (disc: Disc) => maskOf(disc).data.reduce((sum, inside, i) => sum + (inside && (out.plane(0)[i] ?? 0) >= 128 ? 1 : 0), 0) / (Math.PI * disc.r ** 2)
    expect(share(blue)).toBeLessThan(0.3)
    await step([red, blue])
    clicks.push(click(108, 74))
    unit.seed(0, { clicks: [...clicks] })
    await step([red, blue])
    expect(share(blue)).toBeGreaterThan(0.5)
  })

  it('loses what is hidden, and knows it when it is back elsewhere', async () => {
    const { unit, out, step } = await start()
    const at = (x: number): Disc => ({ x, y: 70, r: 22, colour: RED })
    unit.seed(0, { clicks: [], mask: maskOf(at(60)) })
    for (let n = 0; n < 8; n++) await step([at(60 + 2 * n)])
    for (let n = 0; n < 20; n++) await step([])
    expect(out.confidence[0]).toBe(0)
    expect(out.plane(0).every((value) => value === 0)).toBe(true)
    for (let n = 0; n < 4; n++) await step([at(180)])
    isHeld(out, 0, at(180))
  })

  it('holds a subject through a minute and more', async () => {
    const { unit, out, step } = await start()
    const at = (n: number): Disc => ({ x: 128 + 70 * Math.sin(n / 9), y: 72 + 30 * Math.cos(n / 7), r: 20 + 5 * Math.sin(n / 5), colour: RED })
    unit.seed(0, { clicks: [], mask: maskOf(at(0)) })
    let least = 1
    // A loop: it jumps every 120 pictures.
    for (let n = 0; n < 720; n++) {
      await step([at(n % 120)])
      if (n % 120 > 3) least = Math.min(least, overlap(out.plane(0), at(n % 120)))
    }
    expect(least).toBeGreaterThan(0.5)
  }, 120_000)

  it('keeps eight subjects apart, and encodes each picture once', async () => {
    const { unit, out, runs, step } = await start()
    const colours: Disc['colour'][] = [[220, 40, 40], [40, 40, 220], [230, 220, 40], [220, 40, 220], [40, 210, 220], [240, 240, 240], [15, 15, 15], [240, 130, 20]]
    const discs = (n: number) => colours.map((colour, i): Disc => ({ x: 34 + 62 * (i % 4) + n, y: 40 + 66 * Math.floor(i / 4), r: 17, colour }))
    discs(0).forEach((disc, i) => { unit.seed(i, { clicks: [], mask: maskOf(disc) }) })
    for (let n = 0; n < 8; n++) await step(discs(n))
    discs(7).forEach((disc, i) => { isHeld(out, i, disc, 0.6) })
    expect(runs['encode']).toBe(8)
    // Nobody has what is somebody else's.
    for (let i = 0; i < W * H; i++) expect(colours.filter((_, subject) => (out.plane(subject)[i] ?? 0) > 128).length).toBeLessThan(2)
    unit.seed(3, undefined)
    await step(discs(8))
    expect(out.confidence[3]).toBe(0)
    isHeld(out, 4, discs(8)[4] ?? { x: 0, y: 0, r: 1, colour: RED }, 0.6)
  })

  it('begins after a cut with its seed alone', async () => {
    const { unit, out, step } = await start()
    const at = (x: number): Disc => ({ x, y: 70, r: 22, colour: RED })
    unit.seed(0, { clicks: [], mask: maskOf(at(60)) })
    for (let n = 0; n < 8; n++) await step([at(60 + 2 * n)])
    unit.reset()
    for (let n = 0; n < 3; n++) await step([at(190)])
    isHeld(out, 0, at(190))
  })

  it('ignores what cannot be used, and does nothing without subjects', async () => {
    const { unit, out, runs, step } = await start()
    unit.seed(0, { clicks: [{ x: 0.1, y: 0.1, positive: false }] })
    unit.seed(1, { clicks: [], box: [0.2, 0.2, 0.2, 0.8] })
    unit.seed(2, { clicks: [], mask: { width: 4, height: 4, data: new Uint8Array(16) } })
    unit.seed(3, { clicks: [click(-5, 20)] })
    await step([])
    expect([...out.confidence]).toEqual(Array(8).fill(0))
    expect(runs).toMatchObject({ encode: 0 })
    // A speck is a subject all the same.
    const speck = new Uint8Array(1280 * 720)
    speck[1280 * 360 + 640] = 255
    unit.seed(4, { clicks: [], mask: { width: 1280, height: 720, data: speck } })
    await step([])
    expect(out.confidence[4]).toBeGreaterThan(0)
  })

  it('runs in the mask worker with the files that come with Doppel', async () => {
    const masker = await openMasker({ id: 'masks', segmenter: 'doppel', files, source: SOURCE, provider: 'cpu' })
    afterAll(() => masker.close())
    expect(masker.input).toEqual({ width: W, height: H })
    const disc: Disc = { x: 120, y: 70, r: 25, colour: RED }
    masker.seed(2, { clicks: [], mask: maskOf(disc) })
    for (let n = 0; n < 4; n++) {
      masker.post(picture([{ ...disc, x: disc.x + n }], n))
      await masker.settle()
    }
    const newest = masker.newest()
    if (!newest) throw new Error('no mask')
    isHeld(newest, 2, { ...disc, x: disc.x + 3 })
    await masker.close()
  })
})
