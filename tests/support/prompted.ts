import type { Tensor } from 'onnxruntime-node'
import { expect, it } from 'vitest'
import { openGraph } from '../../src/masking/graph.js'
import { planesBytes, planesOver } from '../../src/masking/planes.js'
import { MOST_SUBJECTS, type Graph, type MaskPlanes, type Seed, type Segmenter, type SegmenterDecl, type Size, type View } from '../../src/masking/types.js'

/** A thing in a picture: parts of it, and its colour. */
export interface Thing { readonly box: readonly [number, number, number, number]; readonly colour: readonly [number, number, number] }
export const RED = [220, 30, 30] as const
export const BLUE = [40, 60, 230] as const

/** Things before a grey wall. */
export const paint = ({ width, height }: Size, things: readonly Thing[]): Uint8Array => {
  const data = new Uint8Array(width * height * 4).fill(90)
  for (const { box: [x0, y0, x1, y1], colour } of things) {
    for (let y = Math.round(y0 * height); y < Math.round(y1 * height); y++) {
      for (let x = Math.round(x0 * width); x < Math.round(x1 * width); x++) data.set(colour, (y * width + x) * 4)
    }
  }
  return data
}

export const click = (x: number, y: number, positive = true) => ({ x, y, positive })
export const clicks = (...all: Seed['clicks'][number][]): Seed => ({ clicks: all })

/** Intersection over union of a subject's mask and a box. */
export const fit = (masks: MaskPlanes, i: number, [x0, y0, x1, y1]: Thing['box']): number => {
  let [both, either] = [0, 0]
  for (let y = 0, at = 0; y < masks.height; y++) for (let x = 0; x < masks.width; x++, at++) {
    const [px, py] = [(x + 0.5) / masks.width, (y + 0.5) / masks.height]
    const [found, truth] = [(masks.plane(i)[at] ?? 0) >= 128, px > x0 && px < x1 && py > y0 && py < y1]
    if (found && truth) both++
    if (found || truth) either++
  }
  return either === 0 ? 1 : both / either
}
export const areaOf = (masks: MaskPlanes, i: number): number => masks.plane(i).filter((value) => value >= 128).length

export interface Rig {
  readonly unit: Segmenter
  /** Runs of each graph, and what it was given last. */
  readonly runs: Record<string, number>
  readonly fed: Record<string, Readonly<Record<string, Tensor>>>
  /** Segments the things as picture `seq`. */
  see(seq: number, ...things: readonly Thing[]): Promise<MaskPlanes>
}

/** Opens a segmenter on model files through their contracts, and listens to its graphs. */
export const openRig = async (decl: SegmenterDecl, files: Readonly<Record<string, string>>, source: Size): Promise<Rig> => {
  const runs: Record<string, number> = {}
  const fed: Rig['fed'] = {}
  const graphs: Record<string, Graph> = {}
  for (const [role, contract] of Object.entries(decl.graphs)) {
    const graph = await openGraph(files[role] ?? '', contract, { provider: 'cpu', threads: 1 })
    graphs[role] = {
      ...graph,
      run(feeds) {
        runs[role] = (runs[role] ?? 0) + 1
        return graph.run(fed[role] = feeds)
      },
    }
  }
  const unit = await decl.open(graphs, source)
  for (const role in runs) runs[role] = 0
  const { input, output } = unit
  const masks = planesOver(output, new Uint8Array(planesBytes(output)))
  return { unit, runs, fed,
    async see(seq, ...things) {
      const view: View = { ...input, data: paint(input, things), seq, capturedAt: seq * 40, dt: 0.04 }
      // Whatever was there before is to be overwritten.
      for (let i = 0; i < MOST_SUBJECTS; i++) masks.plane(i).fill(77)
      masks.confidence.fill(9)
      await unit.step(view, masks)
      return masks
    },
  }
}

const thing = (x: number, y: number, width = 0.125, height = 0.25, colour: Thing['colour'] = RED): Thing => ({ box: [x, y, x + width, y + height], colour })

/** What is true of every promptable segmenter, on graphs whose masks are made of cells of 1/64 of the square. */
export const promptedTests = (open: (source?: Size) => Promise<Rig>): void => {
  it.each([{ width: 1280, height: 720 }, { width: 720, height: 1280 }, { width: 640, height: 480 }])('finds what was clicked in a picture of $width x $height', async (source) => {
    const { unit, see } = await open(source)
    const [left, right] = [thing(0.0625, 0.0625, 0.25, 0.25), thing(0.625, 0.625, 0.3125, 0.25, BLUE)]
    unit.seed(0, clicks(click(0.2, 0.2)))
    unit.seed(5, clicks(click(0.9, 0.8)))
    const masks = await see(1, left, right)
    expect(fit(masks, 0, left.box)).toBeGreaterThan(0.85)
    expect(fit(masks, 5, right.box)).toBeGreaterThan(0.85)
    expect([...masks.confidence].map((sure) => sure > 0)).toEqual([true, false, false, false, false, true, false, false])
    for (const i of [1, 2, 3, 4, 6, 7]) expect(areaOf(masks, i)).toBe(0)
    await unit.close()
  })

  it('takes away what is clicked negative, and keeps it away', async () => {
    const { unit, see } = await open()
    const [one, other] = [thing(0.125, 0.25), thing(0.75, 0.25)]
    unit.seed(0, clicks(click(0.2, 0.4)))
    expect(fit(await see(1, one, other), 0, [0.125, 0.25, 0.875, 0.5])).toBeCloseTo(1 / 3, 1)
    unit.seed(0, clicks(click(0.2, 0.4), click(0.8, 0.4, false)))
    expect(fit(await see(1, one, other), 0, one.box)).toBeGreaterThan(0.85)
    for (let seq = 2; seq < 6; seq++) expect(fit(await see(seq, one, other), 0, one.box)).toBeGreaterThan(0.85)
    await unit.close()
  })

  it('finds what is in a box, and what a mask shows', async () => {
    const { unit, see } = await open()
    const [one, other] = [thing(0.125, 0.25), thing(0.75, 0.25)]
    // Its corners may come in any order, and lie beyond the picture.
    unit.seed(0, { clicks: [], box: [0.4, 0.7, -0.2, 0.1] })
    const mask = { width: 64, height: 32, data: Uint8Array.from({ length: 64 * 32 }, (_, i) => (i % 64 >= 48 && i % 64 < 56 && i >= 64 * 8 && i < 64 * 16 ? 255 : 0)) }
    unit.seed(1, { clicks: [], mask })
    const masks = await see(1, one, other)
    expect(fit(masks, 0, one.box)).toBeGreaterThan(0.85)
    expect(fit(masks, 1, other.box)).toBeGreaterThan(0.85)
    await unit.close()
  })

  it('looks at a picture once, however often it is asked about it', async () => {
    const { unit, see, runs } = await open()
    const here = thing(0.25, 0.25)
    await see(1, here)
    expect(runs).toEqual({ encoder: 0, decoder: 0 })
    unit.seed(0, clicks(click(0.3, 0.4)))
    unit.seed(1, clicks(click(0.31, 0.4)))
    await see(1, here)
    expect(runs).toEqual({ encoder: 1, decoder: 2 })
    const before = areaOf(await see(1, here), 0)
    unit.seed(1, clicks(click(0.31, 0.4), click(0.8, 0.8, false)))
    const masks = await see(1, here)
    expect(runs).toEqual({ encoder: 1, decoder: 3 })
    expect(areaOf(masks, 0)).toBe(before)
    await see(2, here)
    expect(runs).toEqual({ encoder: 2, decoder: 5 })
    // After a cut the same number means another picture.
    unit.reset()
    await see(2, here)
    expect(runs).toEqual({ encoder: 3, decoder: 7 })
    await unit.close()
  })

  it('keeps eight subjects apart', async () => {
    const { unit, see } = await open()
    const all = Array.from({ length: MOST_SUBJECTS }, (_, i) => thing((i % 4) * 0.25 + 0.0625, i < 4 ? 0.125 : 0.5625, 0.125, 0.25, [30 + i * 30, 240 - i * 30, i % 2 ? 20 : 230]))
    for (const [i, { box }] of all.entries()) unit.seed(i, clicks(click((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)))
    for (let seq = 1; seq < 4; seq++) {
      const masks = await see(seq, ...all)
      for (const [i, { box }] of all.entries()) expect(fit(masks, i, box)).toBeGreaterThan(0.8)
    }
    unit.seed(3, undefined)
    const masks = await see(4, ...all)
    expect([areaOf(masks, 3), masks.confidence[3]]).toEqual([0, 0])
    expect(masks.confidence[4]).toBeGreaterThan(0)
    await unit.close()
  })

  it('follows a subject that moves, among others of its colour', async () => {
    const { unit, see } = await open()
    unit.seed(0, clicks(click(0.11, 0.3)))
    for (let seq = 0; seq < 24; seq++) {
      const here = thing(0.0625 + seq * 0.0156, 0.1875 + seq * 0.0156)
      const masks = await see(seq, here)
      expect(fit(masks, 0, here.box), `picture ${seq}`).toBeGreaterThan(0.6)
      expect(masks.confidence[0]).toBeGreaterThan(0.5)
    }
    // Another one of the same colour, far from it, is not it.
    const here = thing(0.0625 + 23 * 0.0156, 0.1875 + 23 * 0.0156)
    expect(fit(await see(24, here, thing(0.8, 0.05)), 0, here.box)).toBeGreaterThan(0.8)
    await unit.close()
  })

  it('says when a subject is lost, finds it where it was, and takes a new seed at any time', async () => {
    const { unit, see } = await open()
    const [here, there] = [thing(0.25, 0.25), thing(0.6875, 0.625, 0.125, 0.25, BLUE)]
    unit.seed(0, clicks(click(0.3, 0.4)))
    expect((await see(1, here)).confidence[0]).toBeGreaterThan(0.5)
    const gone = await see(2)
    expect([gone.confidence[0], areaOf(gone, 0)]).toEqual([0, 0])
    expect(fit(await see(3, here), 0, here.box)).toBeGreaterThan(0.85)
    unit.seed(0, clicks(click(0.75, 0.75)))
    expect(fit(await see(4, here, there), 0, there.box)).toBeGreaterThan(0.85)
    await unit.close()
  })

  it('waits for a subject that is not there yet, and asks for it by its seed after a cut', async () => {
    const { unit, see } = await open()
    const [here, there] = [thing(0.25, 0.25), thing(0.375, 0.25)]
    unit.seed(0, clicks(click(0.3, 0.4)))
    for (let seq = 1; seq < 4; seq++) expect((await see(seq)).confidence[0]).toBe(0)
    expect(fit(await see(4, here), 0, here.box)).toBeGreaterThan(0.85)
    unit.reset()
    expect((await see(5, there)).confidence[0]).toBe(0)
    expect(fit(await see(6, here), 0, here.box)).toBeGreaterThan(0.85)
    await unit.close()
  })

  it('ignores clicks beyond the picture, boxes of no area and masks of nothing', async () => {
    const { unit, see, runs } = await open()
    const here = thing(0.25, 0.25)
    const useless: readonly Seed[] = [
      clicks(click(1.2, 0.5)), clicks(click(Number.NaN, 0.5)), clicks(click(0.3, 0.4, false)), clicks(),
      { clicks: [], box: [0.3, 0.3, 0.3, 0.6] }, { clicks: [], box: [1.1, 0, 1.5, 1] }, { clicks: [], box: [Number.NaN, 0, 1, 1] },
      { clicks: [], mask: { width: 4, height: 4, data: new Uint8Array(16) } }, { clicks: [], mask: { width: 4, height: 4, data: new Uint8Array(3).fill(255) } },
    ]
    for (const seed of useless) {
      unit.seed(0, seed)
      expect((await see(1, here)).confidence[0]).toBe(0)
    }
    expect(runs).toEqual({ encoder: 0, decoder: 0 })
    unit.seed(0, clicks(click(0.3, 0.4)))
    for (const seed of useless) unit.seed(0, seed)
    for (const i of [8, -1]) unit.seed(i, clicks(click(0.3, 0.4)))
    expect(fit(await see(2, here), 0, here.box)).toBeGreaterThan(0.85)
    // Those on the picture count, whatever lies beside them.
    unit.seed(0, clicks(click(0.3, 0.4), click(5, 5)))
    expect(fit(await see(3, here), 0, here.box)).toBeGreaterThan(0.85)
    await unit.close()
  })

  it('refines by what is clicked in the picture before it, not by where things were', async () => {
    const { unit, see } = await open()
    const at = (seq: number) => thing(0.0625 + seq * 0.0234, 0.25)
    unit.seed(0, clicks(click(0.11, 0.4)))
    for (let seq = 0; seq <= 16; seq++) await see(seq, at(seq))
    const other = thing(0.8125, 0.625, 0.125, 0.25, BLUE)
    // The first click is on the wall by now.
    unit.seed(0, clicks(click(0.11, 0.4), click(0.85, 0.8)))
    const masks = await see(17, at(16), other)
    const [whole, one] = [areaOf(masks, 0), masks.width * masks.height * 0.125 * 0.25]
    expect(whole / one).toBeGreaterThan(1.7)
    expect(whole / one).toBeLessThan(2.3)
    await unit.close()
  })

  it('drops what was asked about a subject that is forgotten or cut off meanwhile', async () => {
    const { unit, see } = await open()
    const here = thing(0.25, 0.25)
    unit.seed(0, clicks(click(0.3, 0.4)))
    const under = see(1, here)
    unit.seed(0, undefined)
    expect((await under).confidence[0]).toBe(0)
    unit.seed(0, clicks(click(0.3, 0.4)))
    const cut = see(2, here)
    unit.reset()
    expect((await cut).confidence[0]).toBe(0)
    expect(fit(await see(3, here), 0, here.box)).toBeGreaterThan(0.85)
    await unit.close()
  })
}
