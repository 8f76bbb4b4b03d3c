import { createSocket } from 'node:dgram'
import { afterEach, describe, expect, it } from 'vitest'
import type { Fault, Status } from '../../src/engine/types.js'
import { closeRigs, f, i, lan, manualTime, message, openRig, s, sendAway, until, untilPlayed, value } from './osc-support.js'

afterEach(closeRigs)

describe('open to the network', () => {
  it('needs a token', async () => {
    await expect(openRig({ host: '0.0.0.0' })).rejects.toThrow('needs a token')
    await expect(openRig({ host: '0.0.0.0', token: 'short' })).rejects.toThrow('at least 8')
    await expect(openRig({ query: { port: 0, host: '0.0.0.0' } })).rejects.toThrow('needs a token')
  })

  it.skipIf(lan === undefined)('lets a machine in that gives it, and this one always', async () => {
    const time = manualTime()
    const rig = await openRig({ host: '0.0.0.0', token: 'correct horse', announce: false, now: time.now })
    const host = lan ?? ''
    await sendAway(rig.osc.port, [message('/master/opacity', f(0.1)), message('/doppel/subscribe'), message('/doppel/token', s('wrong horse')), message('/doppel/token', i(1)), message('/master/opacity', f(0.2))], host)
    await sendAway(rig.osc.port, [message('/clock/bpm', f(90))])
    await untilPlayed(rig, 'this machine', () => value(rig, '/clock/bpm') === 90)
    expect(value(rig, '/master/opacity')).toBe(1)
    expect(rig.osc.clients).toBe(0)
    expect(rig.osc.monitor.recent.filter(({ kind }) => kind === 'client').map(({ text }) => text)).toEqual([
      'is not let in: it must send /doppel/token with the token first', 'is not let in: it must send /doppel/token with the token first',
      'gave a wrong token', 'gave a wrong token', 'is not let in: it must send /doppel/token with the token first',
    ])
    await sendAway(rig.osc.port, [message('/doppel/token', s('correct horse'))], host)
    // Another socket of the same machine: machines are let in, not sockets.
    await sendAway(rig.osc.port, [message('/master/opacity', f(0.3))], host)
    await untilPlayed(rig, 'the machine', () => Math.abs(Number(value(rig, '/master/opacity')) - 0.3) < 1e-6)
    time.advance(31 * 60_000)
    await sendAway(rig.osc.port, [message('/master/opacity', f(0.4))], host)
    await sendAway(rig.osc.port, [message('/clock/bpm', f(91))])
    await untilPlayed(rig, 'this machine', () => value(rig, '/clock/bpm') === 91)
    expect(value(rig, '/master/opacity')).toBeCloseTo(0.3, 6)
  })
})

describe('a port that cannot be opened', () => {
  it('in use: is a fault and a status, and is opened as soon as it is free', async () => {
    const other = createSocket('udp4')
    await new Promise<void>((done) => other.bind(0, '127.0.0.1', done))
    const { port } = other.address()
    const time = manualTime()
    const faults: Fault[] = []
    const rig = await openRig({ port, now: time.now, later: time.later })
    const states: Status[] = []
    rig.osc.status$.subscribe((status) => states.push(status))
    rig.osc.fault$.subscribe((fault) => faults.push(fault))
    expect(faults).toEqual([{ unit: 'osc', message: `OSC on 127.0.0.1:${port} (UDP) cannot be opened: another program uses the port`, hint: expect.stringContaining('--osc-port'), count: 1 }])
    expect(states).toEqual([{ unit: 'osc', state: 'waiting', detail: `OSC on 127.0.0.1:${port} (UDP) cannot be opened: another program uses the port` }])
    expect(rig.osc.port).toBe(0)
    time.advance(1000)
    await until('the second try', () => states.length === 2)
    time.advance(6000)
    await until('the third try', () => states.length === 3)
    // The same failure is told once.
    expect(faults).toHaveLength(1)
    await new Promise<void>((done) => other.close(done))
    time.advance(8000)
    await until('it opens', () => rig.osc.port === port)
    expect(states.at(-1)).toEqual({ unit: 'osc', state: 'running', detail: `listening on 127.0.0.1:${port} (UDP)` })
    await sendAway(port, [message('/master/opacity', f(0.5))])
    await untilPlayed(rig, 'it', () => value(rig, '/master/opacity') === 0.5)
  })

  it('forbidden address: says so, and closes while it still tries', async () => {
    const rig = await openRig({ host: '192.0.2.1', token: 'long enough' })
    const seen: Status[] = []
    rig.osc.status$.subscribe((status) => seen.push(status))
    expect(seen[0]?.detail).toContain('this computer has no such address')
    await rig.osc.close()
    expect(seen.at(-1)?.state).toBe('closed')
  })
})
