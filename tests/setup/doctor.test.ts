import { describe, expect, it } from 'vitest'
import { checks, type Check, type Findings } from '../../src/app/checks.js'
import { devices, formatDevices } from '../../src/app/devices.js'
import { doctor, formatChecks } from '../../src/app/doctor.js'
import { probe } from '../../src/app/probes/probe.js'

const named = (found: readonly Check[], name: string) => found.find((check) => check.name === name)

describe('doctor', () => {
  it('looks at everything, says what to do about what is missing, and finds this machine fit to play', async () => {
    const found = await doctor()
    expect(found.map(({ name }) => name)).toEqual(['Node', 'Display', 'GL', 'Windows', 'Media', 'Hardware decoding', 'ONNX Runtime', 'NDI', 'MIDI', 'Cameras', 'Disk'])
    for (const check of found) {
      expect(check).toEqual({ name: expect.any(String), ok: expect.toSatisfy((ok) => [true, false, 'warn'].includes(ok as never)), detail: expect.stringMatching(/./), hint: expect.any(String) })
    }
    expect(found.filter(({ ok }) => ok === false)).toEqual([])
    expect(JSON.parse(JSON.stringify(found))).toEqual(found)
    expect(named(found, 'Media')?.detail).toContain('libx264')
    expect(named(found, 'GL')?.detail).toContain('ANGLE')
  })

  it('prints one line per check, and a hint below', () => {
    const text = formatChecks([
      { name: 'GL', ok: true, detail: 'a card', hint: '' },
      { name: 'Windows', ok: 'warn', detail: 'none', hint: 'install Qt' },
    ])
    expect(text).toBe('ok    GL       a card\nwarn  Windows  none\n               do: install Qt')
  })

  it('tells what a show cannot do without from what it can', async () => {
    const absent = { reason: 'it ended with SIGABRT' }
    const findings: Findings = { display: new Error('no display'), gl: absent, windows: absent, media: absent, models: absent }
    const found = await Promise.all(checks.map(async (check) => check(findings)))
    expect(found.filter(({ ok }) => ok === false).map(({ name }) => name)).toEqual(['Display', 'GL', 'Media'])
    expect(named(found, 'Windows')).toMatchObject({ ok: 'warn', detail: expect.stringContaining('SIGABRT') })
  })
})

describe.runIf(process.platform === 'linux')('a probe that crashes', () => {
  it('is a reason, not the end of the one who asked', async () => {
    const before = process.env['DISPLAY']
    process.env['DISPLAY'] = ':5999'
    const [gl, windows] = await Promise.all([probe('gl'), probe('windows')])
    process.env['DISPLAY'] = before
    expect(gl.reason).toMatch(/./)
    expect(windows.reason).toMatch(/./)
  })

  it('or hangs is ended', async () => {
    expect(await probe('media', { timeoutMs: 1 })).toEqual({ reason: expect.stringContaining('did not answer') })
  })
})

describe('devices', () => {
  it('names the screens that windows can go to', async () => {
    const found = await devices()
    expect(found.problems).toEqual([])
    expect(found.displays).toEqual([{ index: 0, name: expect.any(String), width: 1920, height: 1080, refreshRate: expect.any(Number) }])
    expect(formatDevices(found)).toContain('1920x1080')
  })

  it('says so where there are none', () => {
    const text = formatDevices({ displays: [], cameras: [{ name: '/dev/video0', description: 'Webcam' }], audioInputs: [], midi: [], decoders: [], problems: [] })
    expect(text).toContain('Cameras\n  /dev/video0  Webcam')
    expect(text).toContain('Audio inputs (--audio)\n  none')
  })
})
