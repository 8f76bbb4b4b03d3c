import { beforeAll, describe, expect, it } from 'vitest'
import type { Fault } from '../../src/engine/types.js'
import { ensureDisplay } from '../../src/native/display.js'
import { openUi, type Ui } from '../../src/ui/app.js'
import { openOutputWindow } from '../../src/ui/output-window.js'
import type { DisplayInfo } from '../../src/ui/place.js'

let ui: Ui
beforeAll(async () => {
  delete process.env['DISPLAY']
  // A private display ends with this process: Qt stays connected until then.
  await ensureDisplay({ screen: '800x600x24' })
  ui = openUi()
})

/** The real Qt with a list of displays the test plugs and unplugs. */
const withDisplays = (displays: DisplayInfo[]): Ui => ({ nodegui: ui.nodegui, pump: ui.pump, close: ui.close, displays: () => displays })

describe('an output window', () => {
  it('has a native window of the size asked for, and covers the display in fullscreen', () => {
    const window = openOutputWindow(ui, { id: 'w', title: 'w', width: 320, height: 200, fit: 'letterbox', fullscreen: false })
    expect(window.nativeId).toBeGreaterThan(0n)
    expect([window.width, window.height, window.open]).toEqual([320, 200, true])
    window.setFullscreen(true)
    ui.pump()
    expect([window.width, window.height, window.fullscreen]).toEqual([800, 600, true])
    window.setFullscreen(false)
    ui.pump()
    expect([window.width, window.height]).toEqual([320, 200])
    void window.close()
    expect([window.open, window.width]).toEqual([false, 0])
  })

  it('paints the keys for its size, and anew for another', () => {
    const window = openOutputWindow(ui, { id: 'w', title: 'w', width: 640, height: 360, fit: 'letterbox', fullscreen: false })
    expect([window.over, window.shown]).toEqual([undefined, undefined])
    const rows = Array.from({ length: 31 }, (_, i) => ({ keys: i === 5 ? 'Enter, ←' : 'B', does: i === 3 ? '/a/very/long/address/of/a/set/indeed/and/then/some/more/of/it' : 'blackout' }))
    const sheet = { title: 'Keys', rows, about: 'Esc' }
    expect(window.show(sheet)).toBe(true)
    expect(window.shown).toBe(sheet)
    const page = window.over
    if (!page) throw new Error('no page')
    expect(page.data).toHaveLength(page.width * page.height * 3)
    expect([page.width <= 640, page.height <= 360, page.height > 200, window.over === page]).toEqual([true, true, true, true])
    // There is something to read: what is light is neither nothing nor everything.
    const light = page.data.filter((value) => value > 150).length / page.data.length
    expect(light).toBeGreaterThan(0.005)
    expect(light).toBeLessThan(0.3)
    window.setFullscreen(true)
    ui.pump()
    expect(window.over).not.toBe(page)
    expect(window.over?.width ?? 0).toBeGreaterThan(page.width)
    expect(window.show(undefined)).toBe(true)
    expect([window.over, window.shown]).toEqual([undefined, undefined])
    void window.close()
  })

  it('fits a display smaller than the picture', () => {
    const window = openOutputWindow(ui, { id: 'w', title: 'w', width: 1600, height: 900, fit: 'letterbox', fullscreen: false })
    expect([window.width, window.height]).toEqual([800, 450])
    void window.close()
  })

  it('moves to what remains when its display is unplugged, and goes back when it returns', () => {
    const left: DisplayInfo = { name: 'left', x: 0, y: 0, width: 400, height: 300, scale: 1 }
    const right: DisplayInfo = { name: 'right', x: 400, y: 0, width: 400, height: 600, scale: 1 }
    const displays = [left, right]
    const window = openOutputWindow(withDisplays(displays), { id: 'w', title: 'w', width: 320, height: 200, fit: 'letterbox', fullscreen: true, display: 'right' })
    const faults: Fault[] = []
    window.fault$.subscribe((fault) => faults.push(fault))
    const tick = () => { for (let i = 0; i < 40; i++) { void window.width; ui.pump() } }
    tick()
    expect([window.width, window.height]).toEqual([400, 600])
    displays.splice(1, 1)
    tick()
    expect([window.width, window.height]).toEqual([400, 300])
    displays.push(right)
    tick()
    expect([window.width, window.height]).toEqual([400, 600])
    expect(faults.map(({ message }) => message)).toEqual([expect.stringContaining('gone'), expect.stringContaining('back')])
    void window.close()
  })
})
