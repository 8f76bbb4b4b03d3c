import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Fit } from '../../src/engine/types.js'
import { openGpu } from '../../src/gl/context.js'
import type { Gpu, Target } from '../../src/gl/types.js'
import { createWindowSurface } from '../../src/gl/window-surface.js'
import { filledTarget, pixelAt } from './support.js'
import { openXWindow, type XWindow } from './x-window.js'

let gpu: Gpu
let picture: Target
beforeAll(() => {
  gpu = openGpu()
  // Red top left, green top right, blue bottom left, white bottom right.
  picture = filledTarget(gpu, 40, 20, (x, y) => (y < 10 ? (x < 20 ? [255, 0, 0, 255] : [0, 255, 0, 255]) : x < 20 ? [0, 0, 255, 255] : [255, 255, 255, 255]))
})
afterAll(() => { gpu.close() })

/** Software GL puts pictures into windows by itself a moment after the swap; asked over and over, the window shows it. */
const shows = (window: XWindow, points: readonly (readonly [number, number])[]) => points.map(([x, y]) => window.pixel(x, y))
const eventually = async (window: XWindow, points: readonly (readonly [number, number, number])[]) =>
  expect.poll(() => shows(window, points.map(([x, y]) => [x, y])), { timeout: 5000 }).toEqual(points.map(([, , colour]) => colour))

const [RED, GREEN, BLUE, WHITE, BLACK] = [0xff0000, 0x00ff00, 0x0000ff, 0xffffff, 0]

describe.runIf(process.platform === 'linux')('a window surface', () => {
  const cases: Record<Fit, readonly (readonly [number, number, number])[]> = {
    stretch: [[2, 2, RED], [157, 2, GREEN], [2, 157, BLUE], [157, 157, WHITE]],
    letterbox: [[2, 2, BLACK], [2, 42, RED], [157, 42, GREEN], [2, 117, BLUE], [157, 117, WHITE], [157, 157, BLACK]],
    fill: [[2, 2, RED], [60, 60, RED], [100, 100, WHITE], [157, 157, WHITE]],
  }
  for (const fit of ['stretch', 'letterbox', 'fill'] as const) {
    it(`shows the picture upright, in its place: ${fit}`, async () => {
      const window = openXWindow(160, 160)
      const surface = createWindowSurface(gpu, window.id)
      expect(surface.present(picture, 160, 160, fit)).toBe(true)
      await eventually(window, cases[fit])
      surface.close()
      window.destroy()
    })
  }

  it('lays a page over the picture, which shines through a little, and takes it away', async () => {
    const window = openXWindow(160, 160)
    const surface = createWindowSurface(gpu, window.id)
    const page = { width: 60, height: 40, data: new Uint8Array(60 * 40 * 3).map((_, i) => (Math.floor(i / 3 / 60) < 20 && i % 3 === 1 ? 200 : 0)) }
    expect(surface.present(picture, 160, 160, 'stretch', page)).toBe(true)
    const near = (x: number, y: number) => { const c = window.pixel(x, y); return [c >> 16, (c >> 8) & 255, c & 255].map((v) => Math.round(v / 12)) }
    const of = (...rgb: number[]) => rgb.map((v) => Math.round(v / 12))
    // Red, green, blue and white shine through by a seventh; the page's upper half is green; beside it nothing has changed.
    await expect.poll(() => [near(60, 70), near(100, 90), near(45, 70), near(60, 55)], { timeout: 5000 }).toEqual([of(36, 200, 0), of(36, 36, 36), of(255, 0, 0), of(255, 0, 0)])
    surface.present(picture, 160, 160, 'stretch')
    await eventually(window, [[60, 70, RED], [100, 90, WHITE]])
    // Larger than the window it is made smaller.
    const large = { width: 320, height: 320, data: new Uint8Array(320 * 320 * 3).fill(120) }
    surface.present(picture, 160, 160, 'stretch', large)
    await expect.poll(() => near(140, 80), { timeout: 5000 }).not.toEqual(of(0, 255, 0))
    surface.close()
    window.destroy()
  })

  it('follows the window\'s size', async () => {
    const window = openXWindow(80, 80)
    const surface = createWindowSurface(gpu, window.id)
    surface.present(picture, 80, 80, 'stretch')
    window.resize(200, 100)
    await expect.poll(() => {
      surface.present(picture, 200, 100, 'stretch')
      return [window.pixel(2, 2), window.pixel(197, 2), window.pixel(2, 97), window.pixel(197, 97)]
    }, { timeout: 5000 }).toEqual([RED, GREEN, BLUE, WHITE])
    surface.close()
    window.destroy()
  })

  it('leaves gl as it was: drawing and reading go on, several windows at once', async () => {
    const windows = [openXWindow(60, 40), openXWindow(60, 40, 100)]
    const surfaces = windows.map(({ id }) => createWindowSurface(gpu, id))
    for (let i = 0; i < 30; i++) {
      for (const surface of surfaces) expect(surface.present(picture, 60, 40, 'stretch')).toBe(true)
      expect(pixelAt(gpu, picture, 0, 0)).toEqual([255, 0, 0, 255])
    }
    expect(gpu.gl.getError()).toBe(0)
    for (const window of windows) await eventually(window, [[2, 2, RED], [57, 37, WHITE]])
    for (const surface of surfaces) surface.close()
    for (const window of windows) window.destroy()
  })

  it('says false, and nothing worse, once the window was closed; a new window works', async () => {
    const window = openXWindow(60, 40)
    const surface = createWindowSurface(gpu, window.id)
    expect(surface.present(picture, 60, 40, 'fill')).toBe(true)
    window.destroy()
    await expect.poll(() => surface.present(picture, 60, 40, 'fill'), { timeout: 5000 }).toBe(false)
    expect(surface.present(picture, 60, 40, 'fill')).toBe(false)
    surface.close()
    expect(pixelAt(gpu, picture, 0, 0)).toEqual([255, 0, 0, 255])
    const next = openXWindow(60, 40)
    const again = createWindowSurface(gpu, next.id)
    expect(again.present(picture, 60, 40, 'stretch')).toBe(true)
    await eventually(next, [[2, 2, RED]])
    again.close()
    next.destroy()
  })

  it('refuses what is no window, in words', () => {
    for (const id of [0n, 1n, 0x7ffffff0n]) expect(() => createWindowSurface(gpu, id)).toThrow(/the window 0x[0-9a-f]+ cannot be drawn into/)
    expect(pixelAt(gpu, picture, 0, 0)).toEqual([255, 0, 0, 255])
    expect(gpu.gl.getError()).toBe(0)
  })
})
