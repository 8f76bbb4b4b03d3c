import { spawnSync } from 'node:child_process'
import { beforeAll, expect, it, vi } from 'vitest'
import { ensureDisplay } from '../../src/native/display.js'
import { openUi, type Ui } from '../../src/ui/app.js'
import { openOutputWindow } from '../../src/ui/output-window.js'
import type { DisplayInfo } from '../../src/ui/place.js'

let ui: Ui
beforeAll(async () => {
  delete process.env['DISPLAY']
  await ensureDisplay({ screen: '800x600x24' })
  ui = openUi()
})

const at = (name: string, x: number, width: number): DisplayInfo => ({ name, x, y: 0, width, height: 300, scale: 1 })

it('goes back to the display chosen by number, though its number has changed', () => {
  const [a, b, c] = [at('A', 0, 200), at('B', 200, 210), at('C', 410, 220)]
  let displays = [a, b, c]
  const window = openOutputWindow({ ...ui, displays: () => displays }, { id: 'w', title: 'w', width: 100, height: 100, fit: 'letterbox', fullscreen: true, display: '1' })
  const widthWith = (there: DisplayInfo[]) => {
    displays = there
    for (let tick = 0; tick < 40; tick++) {
      void window.width
      ui.pump()
    }
    return window.width
  }
  expect(widthWith([a, b, c])).toBe(b.width)
  expect(widthWith([a, c])).toBe(c.width)
  expect(widthWith([a, c, b])).toBe(b.width)
  // Another display's going moves the numbers, not the window.
  expect(widthWith([c, b])).toBe(b.width)
  void window.close()
})

const xdotool = (...args: string[]) => {
  if (spawnSync('xdotool', args).status !== 0) throw new Error('xdotool is missing: run npm run setup')
}

it('a key held down is pressed once', async () => {
  // Every press that reaches the window is read as a QKeyEvent: this counts them, repeats included.
  let presses = 0
  const QKeyEvent = new Proxy(ui.nodegui.QKeyEvent, {
    construct(target, [event]: ConstructorParameters<typeof ui.nodegui.QKeyEvent>) {
      presses += 1
      return new target(event)
    },
  })
  const keys: string[] = []
  const nodegui = { ...ui.nodegui, QKeyEvent }
  const window = openOutputWindow({ ...ui, nodegui }, { id: 'w', title: 'w', width: 800, height: 600, fit: 'letterbox', fullscreen: true, onKey: ({ name }) => keys.push(name) })
  ui.pump()
  // Without a window manager the keyboard follows the pointer.
  xdotool('mousemove', '400', '300', 'keydown', 'b')
  await vi.waitFor(() => {
    ui.pump()
    expect(presses).toBeGreaterThan(3)
  }, { timeout: 20_000, interval: 10 })
  xdotool('keyup', 'b')
  ui.pump()
  expect(keys).toEqual(['b'])
  void window.close()
})

it('names the keys that the programme listens to', async () => {
  const keys: string[] = []
  const window = openOutputWindow(ui, { id: 'w', title: 'w', width: 800, height: 600, fit: 'letterbox', fullscreen: true, onKey: ({ name }) => keys.push(name) })
  ui.pump()
  xdotool('mousemove', '400', '300', 'key', 'space', 'Left', 'Right', 'q')
  await vi.waitFor(() => {
    ui.pump()
    expect(keys).toEqual(['space', 'left', 'right', 'q'])
  }, { timeout: 20_000, interval: 10 })
  void window.close()
})
