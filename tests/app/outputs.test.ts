import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openSources } from '../../src/app/open.js'
import { windowOut, type OutPlan } from '../../src/app/options.js'
import { chooseOuts, openOutputs, type OutputsOptions } from '../../src/app/outputs.js'
import { planShow } from '../../src/app/plan.js'
import { openShow } from '../../src/app/show.js'
import { openShaderLibrary, shaderFolder } from '../../src/effects/library.js'
import { createFaults } from '../../src/engine/guard.js'
import { openGpu } from '../../src/gl/context.js'
import { ensureDisplay, type Display } from '../../src/native/display.js'
import { openMemory } from '../../src/outputs/memory.js'
import { decodeAll } from '../support/decode.js'
import { doppel, endAll, startDoppel } from '../support/doppel.js'
import { eventually, pressKey, screenBrightness, windowGeometry } from '../support/screen.js'

const SIZE = [64, 48] as const
let dir: string
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'doppel-outputs-')) })
afterEach(() => { endAll(); rmSync(dir, { recursive: true, force: true }) })

const at = (name: string) => join(dir, name)
const file = (name: string): OutPlan => ({ kind: 'file', path: at(name) })
const writeSet = (outputs: readonly object[], more: object = {}) => {
  writeFileSync(at('set.json'), JSON.stringify({ version: 2, name: 'Outs', size: [320, 180], fps: 20, sources: { card: { generator: 'testcard' } }, scenes: [{ layers: [{ source: 'card' }] }], outputs, ...more }))
  return dir
}

describe('where a show goes', () => {
  const window = windowOut()
  const take = { kind: 'file', path: '/set/take.mp4' } as const
  const ndi = { kind: 'ndi', name: 'Main' } as const
  it.each<[string, OutPlan[], OutPlan[], boolean, OutPlan[], RegExp | undefined]>([
    ['into a window when nobody says', [], [], false, [window], undefined],
    ['nowhere when headless', [], [], true, [{ kind: 'none' }], undefined],
    ['where the set says', [windowOut('1', 'fill'), take], [], false, [windowOut('1', 'fill'), take], undefined],
    ['nowhere when the set says so', [{ kind: 'none' }], [], false, [{ kind: 'none' }], undefined],
    ['where --out says, whatever the set says', [window, take, ndi], [window], false, [window], /^--out.*\(window, take\.mp4, NDI Main\) stays closed$/],
    ['not into the set\'s windows when headless', [window, take], [], true, [take], /^--headless.*stay closed/],
    ['nowhere when headless and the set has only windows', [window], [], true, [{ kind: 'none' }], /^--headless/],
    ['into a window where the set names only what is not built yet', [ndi], [], false, [ndi, window], undefined],
  ])('is %s', (_name, ofSet, asked, headless, outs, says) => {
    const chosen = chooseOuts(ofSet, asked, headless)
    expect(chosen).toMatchObject({ outs, ofSet: asked.length === 0 && ofSet.length > 0 })
    if (says) expect(chosen.says).toMatch(says)
    else expect(chosen.says).toBeUndefined()
  })

  it('is read from the set, files below its folder, windows fullscreen where a display is named', () => {
    writeSet([{ kind: 'window' }, { kind: 'window', display: '1', fit: 'fill' }, { kind: 'window', display: 'HDMI-1', fullscreen: false }, { kind: 'record', file: 'takes/%02d.mp4' }, { kind: 'none' }])
    expect(planShow(dir, []).outputs).toEqual([
      windowOut(), { kind: 'window', display: '1', fullscreen: true, fit: 'fill' }, { kind: 'window', display: 'HDMI-1', fullscreen: false, fit: 'letterbox' },
      { kind: 'file', path: at('takes/%02d.mp4') }, { kind: 'none' },
    ])
  })
})

describe('opening outputs', () => {
  const options = (outs: readonly OutPlan[], ofSet: boolean) => {
    const faults = createFaults()
    const told: string[] = []
    faults.fault$.subscribe(({ unit, message }) => { told.push(`${unit}: ${message}`) })
    const given: OutputsOptions = { outs, ofSet, says: undefined, size: SIZE, fps: 30, overwrite: false, title: '', ui: undefined, faults, onKey() {}, onClick() {}, onClosed() {} }
    return { given, told, faults }
  }

  it('tells which of a set\'s cannot be opened, each in a sentence, and opens the others', async () => {
    writeFileSync(at('take.mp4'), 'precious')
    const { given, told } = options([file('take.mp4'), file('none/a.mp4'), file('b.avi'), { kind: 'ndi', name: 'Main' }, file('c.mp4')], true)
    const { all, files } = await openOutputs(given)
    expect(files).toEqual([at('c.mp4')])
    expect(told).toEqual([
      expect.stringMatching(/^output-1: .*take\.mp4 exists already; the show goes on without it$/),
      expect.stringMatching(/^output-2: there is no folder .*none to record into; the show goes on/),
      expect.stringMatching(/^output-3: Doppel does not record \.avi files/),
      expect.stringMatching(/^output-4: NDI is not built yet, so "Main" is not sent/),
    ])
    await Promise.all(all.map((output) => output.close()))
    expect(readFileSync(at('take.mp4'), 'utf8')).toBe('precious')
  })

  it('counts takes, and never takes a number twice', async () => {
    writeFileSync(at('take-001.mp4'), 'precious')
    const { given, told } = options([file('take-%03d.mp4'), file('take-%03d.mp4')], true)
    const { all, files } = await openOutputs({ ...given, overwrite: true })
    expect([files, told]).toEqual([[at('take-002.mp4'), at('take-003.mp4')], []])
    await Promise.all(all.map((output) => output.close()))
    expect(readFileSync(at('take-001.mp4'), 'utf8')).toBe('precious')
  })

  it('records no two into one file, also when files may be replaced', async () => {
    const { given, told } = options([file('a.mp4'), file('a.mp4')], true)
    const { all } = await openOutputs({ ...given, overwrite: true })
    expect([all.length, told]).toEqual([1, [expect.stringMatching(/^output-2: two outputs record to .*a\.mp4/)]])
    await Promise.all(all.map((output) => output.close()))
  })

  it('ends before the show when none of a set\'s can be opened, or one that was asked for by hand', async () => {
    writeFileSync(at('take.mp4'), 'precious')
    await expect(openOutputs(options([file('take.mp4')], true).given)).rejects.toThrow('none of the outputs that the set names')
    await expect(openOutputs(options([file('b.mp4'), file('take.mp4')], false).given)).rejects.toThrow('exists already')
    // What was open by then was closed again, and leaves no file without pictures behind.
    expect(existsSync(at('b.mp4'))).toBe(false)
    await expect(openOutputs(options([{ kind: 'none' }], true).given)).resolves.toEqual({ all: [], files: [] })
  })

  it('gives several outputs the same pictures at once', async () => {
    const { given, faults } = options([file('a.mp4'), file('b.mkv')], true)
    const { all: recordings } = await openOutputs(given)
    const [width, height] = SIZE
    const memories = (['rgba', 'i420'] as const).map((format) => openMemory({ id: format, width, height, format }))
    const gpu = openGpu()
    const plan = planShow('generator:testcard', [])
    const sources = await openSources(plan, { hw: 'none', leadSeconds: 0, size: SIZE, report: faults.report })
    const library = openShaderLibrary(shaderFolder(), { watch: false, report: faults.report })
    const show = openShow({ plan, gpu, size: SIZE, fps: 30, sources: sources.all, outputs: [...recordings, ...memories], shaders: library, faults })
    for (let n = 0; n < 6; n++) await show.tickExactly({ n, time: n / 30, dt: 1 / 30, skipped: 0 })
    await show.flush()
    await Promise.all(recordings.map((output) => output.close()))
    show.close()
    library.close()
    await sources.close()
    gpu.close()
    expect(memories.map((memory) => [memory.written, memory.last()?.tick])).toEqual([[6, 5], [6, 5]])
    for (const name of ['a.mp4', 'b.mkv']) expect(decodeAll(at(name))).toMatchObject({ frames: 6, width, height })
  })
})

describe('a set that names its outputs', () => {
  const SCREEN = [640, 360] as const
  let display: Display
  beforeAll(async () => {
    delete process.env['DISPLAY']
    display = await ensureDisplay({ screen: `${SCREEN[0]}x${SCREEN[1]}x24` })
  })
  afterAll(() => display.close())
  const brightness = () => screenBrightness(display.name, ...SCREEN)

  it('opens its windows and files together, says what it cannot open, and goes on with the rest', async () => {
    writeFileSync(at('old.mp4'), 'precious')
    writeSet([{ kind: 'window' }, { kind: 'window', display: '0', fit: 'stretch' }, { kind: 'record', file: 'new.mp4' }, { kind: 'record', file: 'old.mp4' }, { kind: 'ndi', name: 'Main' }])
    const running = startDoppel(['play', dir, '--osc', 'none', '--midi', 'none'], { DISPLAY: display.name })
    await running.says(/recording to .*new\.mp4/)
    await eventually('a window fills the display', () => windowGeometry(display.name, 'Doppel')?.width !== undefined && brightness() > 40)
    pressKey(display.name, 'q')
    const run = await running.done
    expect(run, run.stderr).toMatchObject({ code: 0 })
    for (const says of [/output-1: window on/, /output-2: fullscreen on/, /! output-4: .*old\.mp4 exists already; the show goes on without it/, /! output-5: NDI is not built yet/, /stopped: quit/]) expect(run.stderr).toMatch(says)
    expect(decodeAll(at('new.mp4'))).toMatchObject({ width: 320, height: 180 })
    expect(readFileSync(at('old.mp4'), 'utf8')).toBe('precious')
  })

  it('leaves them closed where --out says otherwise, and says so', async () => {
    mkdirSync(at('takes'))
    writeSet([{ kind: 'record', file: 'takes/%02d.mp4' }])
    const by = ['--headless', '--osc', 'none', '--midi', 'none', '--for', '0.2']
    const flagged = await doppel(['play', dir, '--out', at('mine.mp4'), ...by])
    expect(flagged, flagged.stderr).toMatchObject({ code: 0 })
    expect(flagged.stderr).toMatch(/^--out says where it goes: what the set names \(%02d\.mp4\) stays closed$/m)
    expect([existsSync(at('mine.mp4')), existsSync(at('takes/01.mp4'))]).toEqual([true, false])
    const own = await doppel(['play', dir, ...by])
    expect(own, own.stderr).toMatchObject({ code: 0 })
    expect(decodeAll(at('takes/01.mp4')).frames).toBeGreaterThan(0)
  })
})
