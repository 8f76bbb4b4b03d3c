import { describe, expect, it } from 'vitest'
import { addressSubjects } from '../../src/app/addresses.js'
import { canvasPoint, spotOn, uprightOf } from '../../src/app/pick.js'
import { createSubjects } from '../../src/app/subjects.js'
import { createTransform } from '../../src/engine/look.js'
import { createRegistry, fire } from '../../src/engine/registry.js'
import type { MaskView, Seed } from '../../src/masking/types.js'

const setUp = (given: ReadonlyMap<number, Seed> = new Map(), most = 3) => {
  const said: [number, Seed | undefined][] = []
  const subjects = createSubjects({ masker: { seed: (i, seed) => { said.push([i, seed]) } }, most, byItself: false, seeds: given, takes: ['clicks', 'boxes', 'masks'] })
  return { subjects, said }
}
const viewOf = (value: number, serial = 1): MaskView => ({
  width: 2, height: 1, seq: serial, capturedAt: 0, stepMs: 1, serial,
  confidence: Float32Array.from({ length: 8 }, (_, i) => (i < 2 ? 0.5 : 0)),
  plane: (i) => Uint8Array.of(value + i, value + i),
})

describe('subjects', () => {
  it('begin with the first click, and each click comes with those before', () => {
    const { subjects, said } = setUp()
    expect([subjects.any, subjects.begun]).toEqual([false, false])
    subjects.click(0.5, 0.5, false)
    expect(said).toEqual([])
    subjects.click(0.25, 0.5, true)
    subjects.click(0.75, 0.5, false)
    expect(said.at(-1)).toEqual([0, { clicks: [{ x: 0.25, y: 0.5, positive: true }, { x: 0.75, y: 0.5, positive: false }], box: undefined }])
    expect([subjects.any, subjects.begun]).toEqual([true, true])
  })

  it('are each a thing of its own, and say so when none is free', () => {
    const { subjects, said } = setUp(new Map(), 2)
    subjects.click(0.1, 0.1, true)
    subjects.add()
    subjects.click(0.9, 0.9, true)
    expect(said.map(([i]) => i)).toEqual([0, 1])
    subjects.add()
    expect(subjects.chosen).toBe(1)
    subjects.remove(0)
    expect(said.at(-1)).toEqual([0, undefined])
    subjects.add()
    expect(subjects.chosen).toBe(0)
    subjects.remove(1)
    expect([subjects.any, subjects.begun]).toEqual([false, true])
  })

  it('are followed as before until the click that says anew what they are', () => {
    const { subjects, said } = setUp(new Map([[0, { clicks: [{ x: 0.2, y: 0.2, positive: true }] }]]))
    expect(subjects.begun).toBe(true)
    subjects.again()
    expect(said).toEqual([])
    subjects.click(0.6, 0.6, true)
    expect(said.at(-1)?.[1]?.clicks).toEqual([{ x: 0.6, y: 0.6, positive: true }])
    subjects.click(0.7, 0.7, true)
    expect(said.at(-1)?.[1]?.clicks).toHaveLength(2)
  })

  it('take no clicks beside the picture, no boxes without area, and no end of clicks', () => {
    const { subjects, said } = setUp()
    for (const [x, y] of [[-0.1, 0.5], [0.5, 1.1], [Number.NaN, 0.5], [Infinity, 0]] as const) subjects.click(x, y, true)
    subjects.box(0.5, 0.1, 0.5, 0.9)
    subjects.box(0.1, Number.NaN, 0.5, 0.9)
    expect(said).toEqual([])
    for (let i = 0; i < 100; i++) subjects.click(i / 100, 0.5, true)
    expect(said.at(-1)?.[1]?.clicks).toHaveLength(32)
    subjects.box(0.9, 0.8, 0.1, 0.2)
    expect(said.at(-1)?.[1]).toEqual({ clicks: [], box: [0.1, 0.2, 0.9, 0.8] })
  })

  it('stay where they are when frozen, and are followed again when let go', () => {
    const { subjects } = setUp()
    subjects.click(0.5, 0.5, true)
    const first = viewOf(10)
    expect(subjects.through(first)).toBe(first)
    subjects.freeze(0, true)
    const second = viewOf(100, 2)
    const shown = subjects.through(second)
    expect(subjects.through(second)).toBe(shown)
    expect([...shown?.plane(0) ?? []]).toEqual([10, 10])
    expect([...shown?.plane(1) ?? []]).toEqual([101, 101])
    expect(shown?.serial).toBe(2)
    expect(subjects.isFrozen(0)).toBe(true)
    subjects.freeze(0, false)
    expect([...subjects.through(second)?.plane(0) ?? []]).toEqual([100, 100])
  })

  it('are played by address', () => {
    const { subjects, said } = setUp()
    const registry = createRegistry()
    addressSubjects(registry, 'cam', subjects)
    const at = (name: string) => {
      const param = registry.get(`/sources/cam/${name}`)
      if (!param) throw new Error(name)
      return param
    }
    // Places of parameters count from the bottom left, and clicking the same place twice is two clicks.
    at('click').set([0.25, 0.9])
    at('click').set([0.25, 0.9])
    expect(said.at(-1)?.[1]?.clicks).toHaveLength(2)
    expect(said.at(-1)?.[1]?.clicks[0]?.y).toBeCloseTo(0.1)
    at('not').set([0.5, 0.5])
    expect(said.at(-1)?.[1]?.clicks[2]?.positive).toBe(false)
    fire(at('add'))
    expect(at('subject').value).toBe(2)
    at('subject').set(1)
    fire(at('remove'))
    expect(said.at(-1)).toEqual([0, undefined])
    subjects.through(viewOf(3))
    at('frozen/1').set(true)
    expect(subjects.isFrozen(0)).toBe(true)
  })
})

describe('a click', () => {
  it('lands on the picture where it is seen, bars left out', () => {
    const wide = { width: 200, height: 100 }
    expect(spotOn(0.5, 0.5, wide, [100, 100], 'letterbox')).toEqual({ x: 0.5, y: 0.5 })
    expect(spotOn(0.5, 0.9, wide, [100, 100], 'letterbox')).toBeUndefined()
    expect(spotOn(0.25, 0.75, wide, [100, 100], 'stretch')).toEqual({ x: 0.25, y: 0.25 })
    expect(spotOn(0, 0.5, wide, [100, 100], 'fill')?.x).toBeCloseTo(0.25)
  })

  it('follows the layer that was moved, turned, mirrored and cropped', () => {
    const square = { width: 100, height: 100 }
    const moved = { ...createTransform(), scale: 0.5, position: [0.25, 0.25] as const }
    expect(spotOn(0.25, 0.25, square, [100, 100], 'stretch', moved)).toEqual({ x: 0.5, y: 0.5 })
    expect(spotOn(0.75, 0.75, square, [100, 100], 'stretch', moved)).toBeUndefined()
    expect(spotOn(0.9, 0.5, square, [100, 100], 'stretch', { ...createTransform(), mirrorX: true })?.x).toBeCloseTo(0.1)
    expect(spotOn(0.1, 0.5, square, [100, 100], 'stretch', { ...createTransform(), cropLeft: 0.2 })).toBeUndefined()
    const turned = spotOn(0.5, 0.9, square, [100, 100], 'stretch', { ...createTransform(), rotation: 90 })
    expect(turned?.x).toBeCloseTo(0.9)
    expect(turned?.y).toBeCloseTo(0.5)
  })

  it('goes from a window of any shape to the canvas', () => {
    expect(canvasPoint(0.5, 0.25, [100, 100], [200, 100], 'letterbox')).toEqual([0.5, 1])
    expect(canvasPoint(0.5, 0.1, [100, 100], [200, 100], 'letterbox')).toBeUndefined()
  })

  it('knows how a turned picture of oblong pixels is seen', () => {
    const picture = { kind: 'frame', width: 720, height: 576, rotation: 90, pixelAspect: 1.5 } as unknown as Parameters<typeof uprightOf>[0]
    expect(uprightOf(picture)).toEqual({ width: 576, height: 1080 })
  })
})
