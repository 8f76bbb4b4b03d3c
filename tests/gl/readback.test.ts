import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PixelView } from '../../src/engine/types.js'
import { openGpu } from '../../src/gl/context.js'
import { createReadback } from '../../src/gl/readback.js'
import type { Gpu, Readback, Target } from '../../src/gl/types.js'
import { filledTarget, scatter, worstDifference } from './support.js'

let gpu: Gpu
beforeAll(() => { gpu = openGpu() })
afterAll(() => { gpu.close() })

const colourAt = (x: number, y: number): [number, number, number] => [scatter(x, y, 5) & 255, scatter(x, y, 6) & 255, scatter(x, y, 7) & 255]
const fetched = (readback: Readback): { data: Uint8Array; view: PixelView } => {
  let data = new Uint8Array()
  let kept: PixelView | undefined
  expect(readback.collect((view) => { data = view.data.slice(); kept = { ...view } }, true)).toBe(true)
  if (!kept) throw new Error('nothing was taken')
  return { data, view: kept }
}

/** BT.709 limited, chroma averaged over 2x2 with edges repeated; in plain floating point. */
const i420Of = (width: number, height: number, rgb: (x: number, y: number) => readonly [number, number, number]): number[] => {
  const at = (x: number, y: number) => rgb(Math.min(x, width - 1), Math.min(y, height - 1)).map((v) => v / 255)
  const luma = ([r = 0, g = 0, b = 0]: readonly number[]) => 0.2126 * r + 0.7152 * g + 0.0722 * b
  const planes: number[][] = [[], [], []]
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) planes[0]?.push(16 + 219 * luma(at(x, y)))
  for (let y = 0; y < height; y += 2) for (let x = 0; x < width; x += 2) {
    const four = [at(x, y), at(x + 1, y), at(x, y + 1), at(x + 1, y + 1)]
    const mean = [0, 1, 2].map((c) => four.reduce((sum, p) => sum + (p[c] ?? 0), 0) / 4)
    planes[1]?.push(128 + (224 * ((mean[2] ?? 0) - luma(mean))) / 1.8556)
    planes[2]?.push(128 + (224 * ((mean[0] ?? 0) - luma(mean))) / 1.5748)
  }
  return planes.flat()
}

const withTarget = (width: number, height: number, fn: (target: Target) => void, alpha = 255) => {
  const target = filledTarget(gpu, width, height, (x, y) => [...colourAt(x, y), alpha])
  fn(target)
  target.close()
}

describe('readback', () => {
  for (const [width, height] of [[16, 8], [64, 6], [24, 5], [8, 1], [13, 7], [6, 4], [2, 2], [1, 1], [1366, 8]] as const) {
    it(`${width}x${height}: rgba exactly, top row first and opaque; i420 within 1/255`, () => {
      withTarget(width, height, (target) => {
        const rgba = createReadback(gpu, { width, height, format: 'rgba' })
        expect(rgba.issue(target, 3)).toBe(true)
        const wanted = Array.from({ length: width * height }, (_, i) => [...colourAt(i % width, Math.floor(i / width)), 255]).flat()
        const first = fetched(rgba)
        expect(worstDifference(first.data, wanted)).toBe(0)
        expect(first.view).toMatchObject({ width, height, format: 'rgba', tick: 3 })
        rgba.close()
        const i420 = createReadback(gpu, { width, height, format: 'i420' })
        i420.issue(target, 4)
        expect(worstDifference(fetched(i420).data, i420Of(width, height, colourAt))).toBeLessThanOrEqual(1)
        i420.close()
      }, 77)
      expect(gpu.gl.getError()).toBe(0)
    })
  }

  for (const late of [false, true]) it(`keeps pictures in order, refuses more than fit, and gives the same view each time${late ? '; fetched late' : ''}`, () => {
    const readback = createReadback(gpu, { width: 8, height: 8, format: 'rgba', depth: 2, late })
    const targets = [40, 80, 120].map((v) => filledTarget(gpu, 8, 8, () => [v, 0, 0, 255]))
    const issue = (i: number) => { const target = targets[i]; return target ? readback.issue(target, 10 + i) : undefined }
    expect(readback.collect(() => { throw new Error('nothing was issued') }, true)).toBe(false)
    expect([issue(0), issue(1), issue(2), readback.pending]).toEqual([true, true, false, 2])
    const seen: [number | undefined, number][] = []
    const views = new Set<PixelView>()
    const take = (view: PixelView) => { views.add(view); seen.push([view.data[0], view.tick]) }
    readback.collect(take, true)
    expect(issue(2)).toBe(true)
    while (readback.pending > 0) readback.collect(take, true)
    expect(seen).toEqual([[40, 10], [80, 11], [120, 12]])
    expect(views.size).toBe(1)
    readback.close()
  })

  it('fetches a late picture when the next one comes, or when it is waited for, and never twice', () => {
    for (const depth of [1, 3]) {
      const readback = createReadback(gpu, { width: 8, height: 8, format: 'rgba', depth, late: true })
      const ticks: number[] = []
      const take = (view: PixelView) => { ticks.push(view.tick, view.data[0] ?? -1) }
      withTarget(8, 8, (target) => { expect(readback.issue(target, 1)).toBe(true) })
      gpu.gl.finish()
      expect(readback.collect(take)).toBe(false)
      // With one place only, the next has none yet, but what waits in it is sent for.
      withTarget(8, 8, (target) => { expect(readback.issue(target, 2)).toBe(depth > 1) })
      gpu.gl.finish()
      expect(readback.collect(take)).toBe(true)
      while (readback.collect(take, true));
      expect(ticks).toEqual((depth > 1 ? [1, 2] : [1]).flatMap((tick) => [tick, colourAt(0, 0)[0]]))
      expect(readback.pending).toBe(0)
      readback.close()
    }
  })

  it('lets gl read into its own memory in between, and grows no memory over 600 ticks', () => {
    const { gl } = gpu
    const readback = createReadback(gpu, { width: 64, height: 32, format: 'i420' })
    withTarget(64, 32, (target) => {
      const own = new Uint8Array(4)
      let taken = 0
      const take = () => { taken += 1 }
      const tick = (n: number) => {
        readback.collect(take)
        readback.issue(target, n)
        if (n % 50 === 0) {
          gl.bindFramebuffer(gl.FRAMEBUFFER, target.framebuffer)
          gl.readPixels(0, 31, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, own)
          expect([...own]).toEqual([...colourAt(0, 0), 255])
        }
      }
      for (let n = 0; n < 60; n++) tick(n)
      const before = process.memoryUsage().arrayBuffers
      for (let n = 60; n < 660; n++) tick(n)
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThanOrEqual(0)
      expect(taken).toBeGreaterThan(300)
      expect(gl.getError()).toBe(0)
    })
    readback.close()
  })
})
