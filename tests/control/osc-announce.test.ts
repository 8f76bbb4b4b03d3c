import { createSocket } from 'node:dgram'
import { EventEmitter, once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { afterEach, describe, expect, it } from 'vitest'
import bonjour from 'bonjour-service'
import { createAnnouncer, type Publisher } from '../../src/control/osc/announce.js'
import { createFaults } from '../../src/engine/guard.js'
import type { Fault } from '../../src/engine/types.js'
import { closeRigs, openRig, until } from './osc-support.js'

const network = Object.values(networkInterfaces()).flat().some((one) => one?.family === 'IPv4' && !one.internal)
if (!network) console.warn('SKIPPED "is found by another mDNS client": this computer has no network but itself.')

afterEach(closeRigs)

const setup = (open?: (failed: (thrown: unknown) => void) => Publisher) => {
  const faults = createFaults(() => 0)
  const seen: Fault[] = []
  faults.fault$.subscribe((fault) => seen.push(fault))
  return { announcer: createAnnouncer('Doppel', faults, open), seen }
}

describe('announcing on the network', () => {
  it('names each port once, and takes it back', async () => {
    const published: unknown[] = []
    let closed = 0
    const { announcer } = setup(() => ({ publish: (service) => published.push(service), close: (done) => { closed++; done() } }))
    announcer.announce('osc', 0)
    announcer.announce('osc', 9000)
    announcer.announce('osc', 9000)
    announcer.announce('oscjson', 9001)
    expect(published).toEqual([
      { name: expect.stringMatching(/^Doppel on .+ \(9000\)$/), type: 'osc', protocol: 'udp', port: 9000, host: expect.stringMatching(/^[^.]+\.local$/) },
      { name: expect.stringMatching(/^Doppel on .+ \(9001\)$/), type: 'oscjson', protocol: 'tcp', port: 9001, host: expect.stringMatching(/^[^.]+\.local$/) },
    ])
    await announcer.close()
    expect(closed).toBe(1)
  })

  it('fails with a fault, at once or later', async () => {
    const events = new EventEmitter()
    const { announcer, seen } = setup((failed) => {
      events.on('error', failed)
      return { publish: () => { throw new Error('no network') }, close: () => { throw new Error('not open') } }
    })
    announcer.announce('osc', 9000)
    events.emit('error', new Error('the network went away'))
    expect(seen.map(({ message }) => message)).toEqual(['OSC cannot be announced on the network: no network', 'OSC cannot be announced on the network: the network went away'])
    await announcer.close()
    await setup().announcer.close()
  })

  it('happens beyond loopback or when asked, for what is open', async () => {
    const announced: string[] = []
    const announcer = { announce: (kind: string, port: number) => { announced.push(`${kind} ${port > 0}`) }, close: async () => undefined }
    await openRig({ query: { port: 0 }, announcer })
    expect(announced).toEqual([])
    await openRig({ query: { port: 0 }, announcer, announce: true })
    expect(announced).toEqual(['osc true', 'oscjson true'])
    await openRig({ host: '0.0.0.0', token: 'correct-horse', query: { port: 0, host: '127.0.0.1' }, announcer })
    expect(announced).toEqual(['osc true', 'oscjson true', 'osc true'])
  })

  it('fails with a fault when another program keeps the port of mDNS to itself', async ({ skip }) => {
    const other = createSocket('udp4')
    const free = await new Promise<boolean>((done) => other.once('error', () => done(false)).bind(5353, () => done(true)))
    if (!free) skip('another program already uses the port of mDNS')
    try {
      const { announcer, seen } = setup()
      announcer.announce('osc', 9000)
      await until('the fault', () => seen.length > 0)
      expect(seen[0]).toMatchObject({ unit: 'osc-announce', message: expect.stringContaining('EADDRINUSE') })
      await announcer.close()
    } finally {
      other.close()
    }
  })

  it.skipIf(!network)('is found by another mDNS client', async () => {
    const { announcer, seen } = setup()
    const finder = new bonjour.Bonjour({}, () => undefined)
    try {
      const browser = finder.find({ type: 'oscjson', protocol: 'tcp' })
      const up = once(browser, 'up')
      announcer.announce('oscjson', 9123)
      const [service] = (await up) as unknown[]
      expect(service).toMatchObject({ port: 9123, type: 'oscjson', protocol: 'tcp', name: expect.stringMatching(/^Doppel on .* \(9123\)$/) })
      expect(seen).toEqual([])
    } finally {
      await announcer.close()
      finder.destroy()
    }
  })
})
