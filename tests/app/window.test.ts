import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ensureDisplay, type Display } from '../../src/native/display.js'
import { endAll, startDoppel } from '../support/doppel.js'
import { eventually, pressKey, screenBrightness, windowGeometry } from '../support/screen.js'

const [WIDTH, HEIGHT] = [640, 360]
let display: Display

// A screen of its own: no other test's window may lie over this one or take its keys.
beforeAll(async () => {
  delete process.env['DISPLAY']
  display = await ensureDisplay({ screen: `${WIDTH}x${HEIGHT}x24` })
})
afterEach(endAll)
afterAll(() => display.close())

const brightness = () => screenBrightness(display.name, WIDTH, HEIGHT)

describe('the programme window', () => {
  it('shows the picture, goes fullscreen, blacks out and comes back, freezes, and quits by key', async () => {
    const running = startDoppel(['play', 'generator:testcard', '--size', '320x180', '--fps', '20'], { DISPLAY: display.name })
    await eventually('the window opens', () => windowGeometry(display.name, 'Doppel')?.width === 320)
    await eventually('the picture shows', () => brightness() > 10)
    const windowed = brightness()
    pressKey(display.name, 'f')
    await eventually('fullscreen covers the screen', () => {
      const at = windowGeometry(display.name, 'Doppel')
      return at?.x === 0 && at.y === 0 && at.width === WIDTH && at.height === HEIGHT
    })
    await eventually('four times the area is about four times the light', () => brightness() > windowed * 3)
    const picture = brightness()
    pressKey(display.name, 'question')
    await eventually('the keys lie over the picture, which shines through', () => brightness() < picture * 0.8 && brightness() > 1)
    pressKey(display.name, 'Escape')
    await eventually('Esc takes them away', () => brightness() > picture * 0.9)
    expect(windowGeometry(display.name, 'Doppel')?.width).toBe(WIDTH)
    pressKey(display.name, 'question')
    await eventually('they are back', () => brightness() < picture * 0.8)
    pressKey(display.name, 'question')
    await eventually('the same key takes them away', () => brightness() > picture * 0.9)
    pressKey(display.name, 'l')
    await eventually('what is to be moved is said on the picture', () => brightness() < picture * 0.97)
    pressKey(display.name, 'Escape')
    await eventually('Esc ends learning, and leaves fullscreen alone', () => brightness() > picture * 0.98)
    pressKey(display.name, 'b')
    await eventually('blackout', () => brightness() === 0)
    pressKey(display.name, 'b')
    await eventually('the picture is back', () => brightness() > windowed * 3)
    pressKey(display.name, 'Escape')
    await eventually('Esc leaves fullscreen', () => windowGeometry(display.name, 'Doppel')?.width === 320)
    pressKey(display.name, 'q')
    const run = await running.done
    expect(run, run.stderr).toMatchObject({ code: 0 })
    expect(run.stderr).toContain('quit')
    // And they are read in the terminal, too.
    expect(run.stderr).toMatch(/Space +freeze/)
    expect(run.stderr).toMatch(/Move a control[^]*Nothing was bound/)
  })

  it('goes to scenes by number and arrow keys, and shows the test card', async () => {
    const scene = (name: string, opacity: number) => ({ name, layers: [{ source: 'card', opacity }] })
    const folder = mkdtempSync(join(tmpdir(), 'doppel-keys-'))
    writeFileSync(join(folder, 'set.json'), JSON.stringify({ version: 2, size: [320, 180], fps: 20, sources: { card: { generator: 'testcard' } }, scenes: [scene('Dark', 0.1), scene('Half', 0.4), scene('Bright', 1)] }))
    const running = startDoppel(['play', folder], { DISPLAY: display.name })
    await eventually('the picture shows', () => brightness() > 0)
    const dark = brightness()
    pressKey(display.name, '3')
    await eventually('3 is the bright scene', () => brightness() > dark * 6)
    const bright = brightness()
    pressKey(display.name, 'Left')
    await eventually('left of it lies the one between', () => brightness() < bright * 0.6 && brightness() > dark * 2)
    pressKey(display.name, '9')
    pressKey(display.name, '1')
    await eventually('1 is the dark scene; there is no 9', () => brightness() < dark * 1.5)
    pressKey(display.name, 't')
    await eventually('the test card', () => brightness() > bright * 0.8)
    pressKey(display.name, 'q')
    expect(await running.done).toMatchObject({ code: 0 })
    rmSync(folder, { recursive: true })
  })

  it('opens fullscreen on the display asked for, also on one that is not there', async () => {
    const running = startDoppel(['play', 'generator:testcard', '--size', '320x180', '--fps', '20', '--out', 'window:7'], { DISPLAY: display.name })
    await eventually('fullscreen', () => windowGeometry(display.name, 'Doppel')?.width === WIDTH)
    running.child.kill('SIGINT')
    expect(await running.done).toMatchObject({ code: 0 })
  })
})
