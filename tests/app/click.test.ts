import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { encodeMessage } from '../../src/control/osc/encode.js'
import { ensureDisplay, type Display } from '../../src/native/display.js'
import { endAll, startDoppel } from '../support/doppel.js'
import { clickAt, eventually, pressKey, windowGeometry } from '../support/screen.js'
import { describeWithTestdata } from '../support/testdata.js'

let display: Display
beforeAll(async () => {
  delete process.env['DISPLAY']
  display = await ensureDisplay({ screen: '640x360x24' })
})
afterEach(endAll)
afterAll(() => display.close())

/** A port that is free now. */
const freePort = async (): Promise<number> => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}

describeWithTestdata('clicking on a thing in the window', (path) => {
  it('has it followed from then on, by a tracker that needs no download', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'doppel-click-'))
    const stats = join(folder, 'stats.json')
    const port = await freePort()
    const running = startDoppel(['play', path('testdata', 'camel.mp4'), '--effect', 'halo', '--size', '320x180', '--fps', '15', '--osc', `127.0.0.1:${port}`, '--midi', 'none', '--stats', stats], { DISPLAY: display.name })
    await eventually('the window opens', () => windowGeometry(display.name, 'Doppel')?.width === 320)
    await running.says(/osc-query: listening/)
    const socket = createSocket('udp4')
    const value = async (address: string): Promise<unknown> => ((await (await fetch(`http://127.0.0.1:${port}${address}?VALUE`)).json()) as { VALUE: unknown[] }).VALUE[0]
    const at = windowGeometry(display.name, 'Doppel')
    if (!at) throw new Error('the window is gone')
    clickAt(display.name, at.x + 160, at.y + 85)
    // Only what has a mask can be held where it is: once that works, the click has become one.
    const held = '/sources/clip/frozen/1'
    let holds = false
    for (const end = performance.now() + 60_000; !holds && performance.now() < end;) {
      socket.send(encodeMessage(held, [{ type: 'T' }]), port, '127.0.0.1')
      holds = (await value(held)) === true
    }
    expect(holds).toBe(true)
    // And the next thing clicked is another subject.
    pressKey(display.name, 'n')
    for (const end = performance.now() + 30_000; (await value('/sources/clip/subject')) !== 2 && performance.now() < end;);
    expect(await value('/sources/clip/subject')).toBe(2)
    socket.close()
    pressKey(display.name, 'q')
    const run = await running.done
    expect(run, run.stderr).toMatchObject({ code: 0 })
    expect(run.stderr).toContain('doppel')
    expect(JSON.parse(readFileSync(stats, 'utf8'))).toMatchObject({ maskAge: { frames: {}, ms: {} } })
    rmSync(folder, { recursive: true })
  }, 120_000)
})
