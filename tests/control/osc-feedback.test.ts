import { afterEach, describe, expect, it } from 'vitest'
import { createClients } from '../../src/control/osc/clients.js'
import { decodePacket } from '../../src/control/osc/codec.js'
import { describeArgs } from '../../src/control/osc/convert.js'
import { createFeedback, type Listener } from '../../src/control/osc/feedback.js'
import { createGate, isLoopback, isOwnHost, isOwnOrigin, sameToken } from '../../src/control/osc/gate.js'
import { createMonitor } from '../../src/control/osc/monitor.js'
import { newsOf } from '../../src/control/osc/path-news.js'
import { createFaults } from '../../src/engine/guard.js'
import { float } from '../../src/engine/params.js'
import { createRegistry, fire } from '../../src/engine/registry.js'
import { addParam, manualTime, sampleRegistry } from './osc-support.js'

const closing: (() => void)[] = []
afterEach(() => { for (const close of closing.splice(0)) close() })

const setup = (registry = sampleRegistry()) => {
  const time = manualTime()
  const feedback = createFeedback({ registry, faults: createFaults(time.now), now: time.now, later: time.later, perSecond: 50 })
  closing.push(() => feedback.close())
  const listen = (id: string, options: Partial<Listener> = {}) => {
    const told: string[] = []
    const listener: Listener = {
      isFrom: (from) => from === id,
      wants: () => true,
      ready: () => true,
      send: (packet) => { for (const { address, args } of decodePacket(packet).messages) told.push(`${address} ${describeArgs(args)}`) },
      ...options,
    }
    feedback.add(listener)
    return { listener, told }
  }
  return { registry, time, feedback, listen, set: (address: string, value: unknown, from?: string) => registry.get(address)?.set(value, from) }
}

describe('feedback', () => {
  it('is at once after a pause, then at its rate with the newest value', () => {
    const { time, listen, set } = setup()
    const { told } = listen('a')
    set('/clock/bpm', 100)
    time.advance(0)
    expect(told).toEqual(['/clock/bpm 100'])
    for (let bpm = 101; bpm <= 150; bpm++) set('/clock/bpm', bpm)
    time.advance(19)
    expect(told).toHaveLength(1)
    time.advance(1)
    expect(told).toEqual(['/clock/bpm 100', '/clock/bpm 150'])
    time.advance(1000)
    expect(told).toHaveLength(2)
    expect(time.waiting).toBe(0)
  })

  it('tells 60 changes a tick in a second no more than its rate allows', () => {
    const { time, listen, set } = setup()
    const { told } = listen('a')
    for (let ms = 0; ms < 1000; ms++) {
      set('/clock/bpm', 20 + (ms % 300))
      set('/master/opacity', (ms % 100) / 100)
      time.advance(1)
    }
    expect(told.filter((text) => text.startsWith('/clock/bpm')).length).toBeLessThanOrEqual(51)
    expect(told.filter((text) => text.startsWith('/clock/bpm')).length).toBeGreaterThan(45)
  })

  it('does not go back to who set it, and forgets what was older', () => {
    const { time, listen, set } = setup()
    const a = listen('a')
    const b = listen('b')
    set('/clock/bpm', 90)
    set('/clock/bpm', 100, 'a')
    time.advance(0)
    expect(a.told).toEqual([])
    expect(b.told).toEqual(['/clock/bpm 100'])
    set('/clock/bpm', 110, 'b')
    time.advance(20)
    expect(a.told).toEqual(['/clock/bpm 110'])
    expect(b.told).toHaveLength(1)
  })

  it('tells only what is wanted, and triggers as impulses', () => {
    const { registry, time, listen, set } = setup()
    const { told } = listen('a', { wants: (address) => address !== '/clock/bpm' })
    set('/clock/bpm', 90)
    const reset = registry.get('/show/left/echo/reset')
    if (reset) fire(reset)
    time.advance(0)
    expect(told).toEqual(['/show/left/echo/reset impulse'])
  })

  it('keeps the newest for a listener whose network is full', () => {
    const { time, listen, set } = setup()
    const line = { free: false }
    const { told } = listen('a', { ready: () => line.free })
    for (let bpm = 60; bpm < 100; bpm++) {
      set('/clock/bpm', bpm)
      time.advance(20)
    }
    expect(told).toEqual([])
    line.free = true
    time.advance(20)
    expect(told).toEqual(['/clock/bpm 99'])
  })

  it('survives a listener that throws, and parameters that are gone', () => {
    const { registry, time, listen, set } = setup()
    listen('a', { send: () => { throw new Error('gone') } })
    const b = listen('b')
    set('/clock/bpm', 90)
    set('/show/left/opacity', 0.5)
    registry.remove('/show/left')
    time.advance(0)
    expect(b.told).toEqual(['/clock/bpm 90'])
  })

  it('tells everything in portions', () => {
    const registry = createRegistry()
    for (let n = 0; n < 600; n++) addParam(registry, `/show/p${n}`, float(0, 1, 0))
    const { time, feedback, listen } = setup(registry)
    const { listener, told } = listen('a')
    feedback.tellAll(listener)
    time.advance(0)
    expect(told).toHaveLength(256)
    time.advance(40)
    expect(told).toHaveLength(600)
    feedback.remove(listener)
    registry.get('/show/p1')?.set(1)
    time.advance(40)
    expect(told).toHaveLength(600)
  })
})

describe('subscribed clients', () => {
  const MINUTE = 60_000
  it('are forgotten after ten minutes of silence, and kept by anything they send', () => {
    const { time, feedback, set } = setup()
    const sent: string[] = []
    const clients = createClients(feedback, time.now, (_, { address, port }) => sent.push(`${address}:${port}`))
    const from = { address: '10.0.0.7', port: 5000 }
    expect(clients.subscribe(from, 9000)).toBe(true)
    time.advance(100)
    sent.length = 0
    time.advance(9 * MINUTE)
    clients.heard(from)
    time.advance(9 * MINUTE)
    clients.heard({ address: '10.0.0.7', port: 9000 })
    time.advance(9 * MINUTE)
    set('/clock/bpm', 90)
    time.advance(100)
    expect(sent).toEqual(['10.0.0.7:9000'])
    time.advance(2 * MINUTE)
    clients.heard({ address: '10.0.0.8', port: 5000 })
    set('/clock/bpm', 91)
    time.advance(100)
    expect(sent).toHaveLength(1)
    expect(clients.count).toBe(0)
  })

  it('are one for each port, from wherever they ask; what they set from either port is not told to them', () => {
    const { time, feedback, set } = setup()
    const sent: number[] = []
    const clients = createClients(feedback, time.now, (_, { port }) => sent.push(port))
    for (const port of [1, 2, 3]) clients.subscribe({ address: '10.0.0.7', port }, 9000)
    expect(clients.count).toBe(1)
    time.advance(100)
    sent.length = 0
    set('/clock/bpm', 90, 'osc/10.0.0.7:3')
    set('/master/opacity', 0.5, 'osc/10.0.0.7:9000')
    time.advance(100)
    expect(sent).toEqual([])
    set('/clock/bpm', 95, 'osc/10.0.0.7:77')
    time.advance(100)
    expect(sent).toEqual([9000])
    expect(clients.unsubscribe({ address: '10.0.0.8', port: 1 }, 9000)).toBe(false)
    expect(clients.unsubscribe({ address: '10.0.0.7', port: 1 }, 9000)).toBe(true)
  })
})

describe('the gate', () => {
  it('knows this computer', () => {
    expect(['127.0.0.1', '127.1.2.3', '::1', 'localhost', '::ffff:127.0.0.1'].every(isLoopback)).toBe(true)
    expect(['0.0.0.0', '10.0.0.1', '::', '127.evil.com', '192.168.127.1'].some(isLoopback)).toBe(false)
  })

  it('slows down guessing, for the guesser only', () => {
    const time = manualTime()
    const gate = createGate('correct horse', time.now)
    for (let n = 0; n < 5; n++) expect(gate.present('10.0.0.1', `guess ${n}`)).toBe(false)
    expect(gate.present('10.0.0.1', 'correct horse')).toBe(false)
    expect(gate.present('10.0.0.2', 'correct horse')).toBe(true)
    time.advance(1000)
    expect(gate.present('10.0.0.1', 'correct horse')).toBe(true)
    expect(gate.admits('10.0.0.1')).toBe(true)
    expect(createGate(undefined, time.now).present('10.0.0.1', '')).toBe(false)
  })

  it('remembers 64 machines, the longest silent goes first', () => {
    const gate = createGate('correct horse', () => 0)
    for (let n = 0; n < 64; n++) gate.present(`10.0.0.${n}`, 'correct horse')
    gate.admits('10.0.0.0')
    gate.present('10.0.1.1', 'correct horse')
    expect(gate.admits('10.0.0.0')).toBe(true)
    expect(gate.admits('10.0.0.1')).toBe(false)
  })

  it('compares tokens and names', () => {
    expect(sameToken('a', 'a')).toBe(true)
    expect(sameToken('a', 'ab')).toBe(false)
    for (const host of ['127.0.0.1:8080', 'localhost', '[::1]:80', '192.168.1.4', 'stage:8080', 'Stage.local:1']) expect(isOwnHost(host, 'stage'), host).toBe(true)
    for (const host of ['stage.club.org', 'stage', 'stage.local:9000']) expect(isOwnHost(host, 'stage.club.org'), host).toBe(true)
    expect(isOwnHost('other.local', 'stage.local')).toBe(false)
    for (const host of [undefined, 'evil.com', 'localhost.evil.com', '127.0.0.1.evil.com:80', '']) expect(isOwnHost(host, 'stage'), host).toBe(false)
    expect(isOwnOrigin(undefined, 'localhost:80')).toBe(true)
    expect(isOwnOrigin('http://127.0.0.1:8080', '127.0.0.1:8080')).toBe(true)
    for (const origin of ['http://evil.com', 'null', 'http://127.0.0.1:1', 'x']) expect(isOwnOrigin(origin, '127.0.0.1:8080'), origin).toBe(false)
  })
})

describe('the monitor', () => {
  it('keeps 256 lines, makes 100 of a kind a second, and counts the rest', () => {
    const time = manualTime()
    const monitor = createMonitor(time.now)
    let made = 0
    for (let second = 0; second < 5; second++) {
      for (let n = 0; n < 1000; n++) monitor.note('problem', 'a', () => String(++made))
      time.advance(1000)
    }
    expect(made).toBe(500)
    expect(monitor.left).toBe(4500)
    expect(monitor.recent).toHaveLength(256)
    expect(monitor.recent.at(-1)).toEqual({ at: 4000, kind: 'problem', from: 'a', text: '500' })
  })
})

describe('news of paths', () => {
  it('name what came and went, and what holds it all', () => {
    const before = new Set(['/a/b/x', '/a/b/y'])
    expect(newsOf(before, before)).toEqual([])
    expect(newsOf(before, new Set(['/a/b/x', '/a/c/z']))).toEqual([['PATH_REMOVED', '/a/b/y'], ['PATH_ADDED', '/a/c/z'], ['PATH_CHANGED', '/a']])
    expect(newsOf(new Set(), new Set(['/a/b']))).toEqual([['PATH_ADDED', '/a/b'], ['PATH_CHANGED', '/a']])
    expect(newsOf(new Set(), new Set(['/a', '/b/c']))).toContainEqual(['PATH_CHANGED', '/'])
    expect(newsOf(new Set(), new Set(Array.from({ length: 100 }, (_, n) => `/s/l/p${n}`)))).toEqual([['PATH_CHANGED', '/s/l']])
  })
})
