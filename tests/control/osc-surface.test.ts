import { spawn, spawnSync } from 'node:child_process'
import { afterEach, describe, expect, it } from 'vitest'
import { encodeBundle } from '../../src/control/osc/encode.js'
import { float } from '../../src/engine/params.js'
import { addParam, closeRigs, f, i, message, openEar, openRig, problems, s, sampleRegistry, sendAway, until, untilPlayed, value } from './osc-support.js'

afterEach(closeRigs)

describe('OSC over UDP, from another process', () => {
  it('plays parameters of every type', async () => {
    const rig = await openRig()
    await sendAway(rig.osc.port, [
      message('/master/opacity', f(0.5)), message('/master/blackout', { type: 'T' }), message('/show/left/blend', s('add')), message('/show/left/echo/copies', i(4)),
      message('/show/left/echo/tint', f(0), f(1), f(0), f(1)), message('/show/left/echo/centre', f(0.25), f(0.75)), message('/show/left/echo/reset'), message('/show/left/echo/reset', i(1)),
      encodeBundle([message('/clock/bpm', f(128.5)), message('/show/right/opacity', f(7))]),
    ])
    await untilPlayed(rig, 'the last message', () => value(rig, '/clock/bpm') === 128.5)
    expect(value(rig, '/master/opacity')).toBe(0.5)
    expect(value(rig, '/master/blackout')).toBe(true)
    expect(value(rig, '/show/left/blend')).toBe('add')
    expect(value(rig, '/show/left/echo/copies')).toBe(4)
    expect(value(rig, '/show/left/echo/tint')).toEqual([0, 1, 0, 1])
    expect(value(rig, '/show/left/echo/centre')).toEqual([0.25, 0.75])
    expect(value(rig, '/show/left/echo/reset')).toBe(2)
    expect(value(rig, '/show/right/opacity')).toBe(1)
    expect(rig.params.every(({ from }) => /^osc\/127\.0\.0\.1:\d+$/.test(from))).toBe(true)
  })

  it('plays patterns', async () => {
    const rig = await openRig()
    await sendAway(rig.osc.port, [message('/show/{left,right}/opac*', f(0.25))])
    await untilPlayed(rig, 'both', () => value(rig, '/show/left/opacity') === 0.25 && value(rig, '/show/right/opacity') === 0.25)
    expect(value(rig, '/master/opacity')).toBe(1)
  })

  it('turns addresses that are no parameter into controls, and names the nearest one unless it is bound', async () => {
    const rig = await openRig({ isBound: (control) => control === 'osc/pad/1' })
    await sendAway(rig.osc.port, [
      message('/pad/1', i(1)), message('/xy', f(0.25), f(0.75)), message('/button', { type: 'T' }), message('/button', { type: 'F' }), message('/show/left/opacty', f(0.5)), message('/bang'),
    ])
    await untilPlayed(rig, 'all', () => rig.controls.length === 7)
    expect(rig.controls.map(({ control, kind, value: at }) => [control, kind, at])).toEqual([
      ['osc/pad/1', 'position', 1], ['osc/xy', 'position', 0.25], ['osc/xy#2', 'position', 0.75], ['osc/button', 'press', 1], ['osc/button', 'release', 0],
      ['osc/show/left/opacty', 'position', 0.5], ['osc/bang', 'press', 1],
    ])
    expect(problems(rig)).toContain('/show/left/opacty 0.5: there is no such address; the nearest is /show/left/opacity')
    expect(problems(rig).some((text) => text.startsWith('/pad/1'))).toBe(false)
  })

  it('says what was wrong, and changes nothing', async () => {
    const rig = await openRig()
    await sendAway(rig.osc.port, [
      message('/master/opacity', s('loud')), message('/master/opacity', f(Number.NaN)), message('/show/left/*', s('?')), Buffer.from('garbage!'), message('/nothing/*', f(1)), message('/doppel/dance', s('x')),
      message('/é', f(1)), message('/done'),
    ])
    await untilPlayed(rig, 'the last', () => rig.controls.some(({ control }) => control === 'osc/done'))
    expect(rig.params).toEqual([])
    expect(value(rig, '/master/opacity')).toBe(1)
    expect(problems(rig)).toEqual(expect.arrayContaining([
      '/master/opacity "loud": it takes a number from 0 to 1, not "loud"',
      '/master/opacity NaN: it takes a number from 0 to 1, not NaN',
      '/show/left/* "?": /show/left/opacity: it takes a number from 0 to 1, not "?"',
      'a packet of 8 bytes was dropped: it begins neither with an address nor with "#bundle"',
      '/nothing/* 1: there is no such address',
      '/doppel/dance "x": there is no such address',
    ]))
    expect(rig.controls.map(({ control }) => control)).toEqual(['osc/done'])
  })

  it('shows what comes in to whoever watches', async () => {
    const rig = await openRig()
    await sendAway(rig.osc.port, [message('/master/opacity', f(0.5))])
    await untilPlayed(rig, 'it', () => value(rig, '/master/opacity') === 0.5)
    expect(rig.osc.monitor.recent).toEqual([])
    const lines: string[] = []
    rig.osc.monitor.line$.subscribe(({ kind, text }) => lines.push(`${kind} ${text}`))
    await sendAway(rig.osc.port, [message('/master/opacity', f(0.25))])
    await untilPlayed(rig, 'it', () => value(rig, '/master/opacity') === 0.25)
    expect(lines).toEqual(['in /master/opacity 0.25'])
  })

})

const liblo = spawnSync('oscsend', ['--help']).error === undefined
if (!liblo) console.warn('SKIPPED "liblo": oscsend and oscdump are missing (install liblo-tools: npm run setup).')

describe.skipIf(!liblo)('liblo', () => {
  const oscsend = (port: number, ...args: readonly string[]) => new Promise<number | null>((done) => spawn('oscsend', ['127.0.0.1', String(port), ...args]).once('close', done))

  it('plays parameters with oscsend', async () => {
    const rig = await openRig()
    await oscsend(rig.osc.port, '/master/opacity', 'f', '0.5')
    await oscsend(rig.osc.port, '/show/left/blend', 's', 'multiply')
    await oscsend(rig.osc.port, '/show/*/echo/copies', 'h', '7')
    await oscsend(rig.osc.port, '/show/left/echo/centre', 'df', '0.125', '0.5')
    await oscsend(rig.osc.port, '/master/blackout', 'T')
    await oscsend(rig.osc.port, '/show/left/echo/reset', 'I')
    await untilPlayed(rig, 'the last', () => value(rig, '/show/left/echo/reset') === 1)
    expect(['/master/opacity', '/show/left/blend', '/show/left/echo/copies', '/show/left/echo/centre', '/master/blackout'].map((address) => value(rig, address))).toEqual([0.5, 'multiply', 7, [0.125, 0.5], true])
  })

  it('understands feedback with oscdump', async () => {
    const rig = await openRig()
    const probe = await openEar()
    await probe.close()
    const dump = spawn('oscdump', ['-L', String(probe.port)])
    let out = ''
    dump.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    try {
      // Subscribed again until it listens.
      const subscribing = async () => { while (!out.includes('/show/right/opacity')) await oscsend(rig.osc.port, '/doppel/subscribe', 'i', String(probe.port)) }
      await subscribing()
      rig.registry.get('/master/opacity')?.set(0.25)
      rig.registry.get('/master/blackout')?.set(true)
      rig.registry.get('/show/left/echo/tint')?.set([0, 0.5, 1, 1])
      await until('feedback', () => /\/master\/opacity f 0\.25/.test(out) && /\/master\/blackout T/.test(out) && /\/show\/left\/echo\/tint ffff 0\.0+ 0\.50* 1\.0+ 1\.0+/.test(out))
      expect(out).toMatch(/\/show\/left\/blend s "normal"/)
      expect(out).toMatch(/\/show\/left\/echo\/copies i 11/)
    } finally {
      dump.kill()
    }
  })
})

describe('subscribers', () => {
  it('get every value, then changes, but not their own', async () => {
    const rig = await openRig()
    const ear = await openEar()
    await ear.send(message('/doppel/subscribe'), rig.osc.port)
    await until('all values', () => ear.heard.length === 10)
    expect(ear.heard.map(({ address }) => address)).not.toContain('/show/left/echo/reset')
    expect(rig.osc.clients).toBe(1)
    ear.heard.length = 0
    await ear.send(message('/master/opacity', f(0.5)), rig.osc.port)
    await untilPlayed(rig, 'its own', () => value(rig, '/master/opacity') === 0.5)
    await sendAway(rig.osc.port, [message('/clock/bpm', f(90)), message('/show/left/echo/reset')])
    await untilPlayed(rig, 'another\'s', () => ear.heard.length === 2)
    expect(ear.heard.map(({ address, args }) => [address, args])).toEqual([['/clock/bpm', [f(90)]], ['/show/left/echo/reset', [{ type: 'I' }]]])
    await ear.send(message('/doppel/unsubscribe'), rig.osc.port)
    await until('gone', () => rig.osc.clients === 0)
    await ear.close()
  })

  it('are as many as there is room for, and a wrong port is refused', async () => {
    const rig = await openRig()
    await sendAway(rig.osc.port, [message('/doppel/subscribe', i(0)), message('/doppel/subscribe', s('here')), ...Array.from({ length: 40 }, (_, n) => message('/doppel/subscribe', i(50_000 + n))), message('/done')])
    await untilPlayed(rig, 'all', () => rig.controls.length === 1)
    expect(rig.osc.clients).toBe(32)
    expect(problems(rig)).toContain('/doppel/subscribe takes a port from 1 to 65535, or nothing')
    expect(rig.osc.monitor.recent.some(({ text }) => text === 'could not subscribe: 32 clients are subscribed already')).toBe(true)
  })
})

describe('an address that appears while playing', () => {
  it('is played at once', async () => {
    const registry = sampleRegistry()
    const rig = await openRig({ registry })
    addParam(registry, '/show/middle/opacity', float(0, 1, 1))
    await sendAway(rig.osc.port, [message('/show/middle/opacity', f(0.5)), message('/show/*/opacity', f(0.25))])
    await untilPlayed(rig, 'all', () => value(rig, '/show/middle/opacity') === 0.25)
  })
})
