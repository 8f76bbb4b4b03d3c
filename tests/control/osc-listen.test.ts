import { afterEach, describe, expect, it } from 'vitest'
import { encodeBundle } from '../../src/control/osc/encode.js'
import { float } from '../../src/engine/params.js'
import { closeSockets, openSocket, refusalOf } from './osc-sockets.js'
import { addParam, closeRigs, f, get, manualTime, message, queried, s, until, urlOf } from './osc-support.js'

afterEach(async () => {
  closeSockets()
  await closeRigs()
})

describe('OSCQuery over WebSocket', () => {
  it('streams what is listened to until it is ignored', async () => {
    const rig = await queried()
    const { heard, say } = await openSocket(rig)
    expect(rig.osc.clients).toBe(1)
    say('LISTEN', '/clock/bpm')
    say('LISTEN', '/show/left/opcity')
    await until('both', () => rig.osc.monitor.recent.some(({ text }) => text.includes('the nearest is /show/left/opacity')))
    rig.registry.get('/clock/bpm')?.set(90)
    rig.registry.get('/master/opacity')?.set(0.5)
    await until('a value', () => heard.length === 1)
    expect(heard[0]).toMatchObject({ address: '/clock/bpm', args: [f(90)] })
    say('IGNORE', '/clock/bpm')
    say('LISTEN', '/master/blackout')
    say('DANCE', '')
    await until('the last', () => rig.osc.monitor.recent.some(({ text }) => text.includes('not {"COMMAND":"DANCE"')))
    rig.registry.get('/clock/bpm')?.set(91)
    rig.registry.get('/master/blackout')?.set(true)
    await until('another value', () => heard.length === 2)
    expect(heard[1]).toMatchObject({ address: '/master/blackout', args: [{ type: 'T' }] })
  })

  it('plays binary OSC, and does not tell the player', async () => {
    const rig = await queried()
    const a = await openSocket(rig)
    const b = await openSocket(rig)
    for (const { say } of [a, b]) say('LISTEN', '/clock/bpm')
    a.socket.send(encodeBundle([message('/clock/bpm', f(99)), message('/show/*/opacity', f(0.5)), message('/doppel/subscribe')]))
    await until('b is told', () => {
      rig.tick()
      return b.heard.length === 1
    })
    expect(rig.params[0]).toMatchObject({ address: '/clock/bpm', value: 99, from: 'osc-ws/1' })
    expect(rig.registry.get('/show/right/opacity')?.value).toBe(0.5)
    rig.registry.get('/clock/bpm')?.set(100)
    await until('both are told', () => a.heard.length === 1 && b.heard.length === 2)
    expect(a.heard[0]?.args).toEqual([f(100)])
  })

  it('survives nonsense and refuses what is too large', async () => {
    const rig = await queried()
    const { socket, say } = await openSocket(rig)
    for (const text of ['', 'null', '[]', '{', '{"COMMAND":1}', '"LISTEN"']) socket.send(text)
    say('LISTEN', { path: '/' })
    socket.send(Buffer.from('garbage!'))
    socket.send(Buffer.alloc(0))
    socket.send(message('/master/opacity', s('x')))
    socket.send(message('/master/opacity', f(0.25)))
    await until('the good one', () => {
      rig.tick()
      return rig.registry.get('/master/opacity')?.value === 0.25
    })
    const closed = new Promise<number>((done) => socket.once('close', done))
    socket.send('x'.repeat(70_000))
    expect(await closed).toBe(1009)
    await until('gone', () => rig.osc.clients === 0)
  })

  it('tells when addresses come and go', async () => {
    const time = manualTime()
    const rig = await queried({ now: time.now, later: time.later })
    const { news, heard, say } = await openSocket(rig)
    say('LISTEN', '/show/left/opacity')
    say('?', '')
    await until('listening', () => rig.osc.monitor.recent.some(({ text }) => text.startsWith('only LISTEN')))
    addParam(rig.registry, '/show/left/extra', float(0, 1, 0))
    time.advance(100)
    await until('news', () => news.length === 2)
    expect(news).toEqual([{ COMMAND: 'PATH_ADDED', DATA: '/show/left/extra' }, { COMMAND: 'PATH_CHANGED', DATA: '/show/left' }])
    expect(await get(rig, '/show/left/extra?VALUE')).toEqual({ VALUE: [0] })
    rig.registry.remove('/show/left')
    time.advance(100)
    await until('more news', () => news.some((one) => (one as { DATA: string }).DATA === '/show/left/opacity'))
    expect(news).toContainEqual({ COMMAND: 'PATH_REMOVED', DATA: '/show/left/opacity' })
    // Who listened to it must ask again.
    addParam(rig.registry, '/show/left/opacity', float(0, 1, 1))
    time.advance(100)
    rig.registry.get('/show/left/opacity')?.set(0.5)
    time.advance(100)
    await until('last news', () => news.filter((one) => (one as { DATA: string }).DATA === '/show/left/opacity').length === 2)
    expect(heard).toEqual([])
  })

  it('has room for 32 clients, and lets go of those that do not answer', async () => {
    const time = manualTime()
    const rig = await queried({ now: time.now, later: time.later })
    const clients = await Promise.all(Array.from({ length: 32 }, () => openSocket(rig)))
    expect(rig.osc.clients).toBe(32)
    expect(await refusalOf(rig, {})).toBe(503)
    // One stops reading, as a tablet that went to sleep does.
    clients[0]?.socket.pause()
    let pings = 0
    for (const { socket } of clients.slice(1)) socket.on('ping', () => pings++)
    time.advance(30_000)
    await until('the pings', () => pings === 31)
    // Their own pings are answered after their pongs were read.
    for (const { socket } of clients.slice(1)) {
      const pong = new Promise((done) => socket.once('pong', done))
      socket.ping()
      await pong
    }
    time.advance(30_000)
    await until('it is let go', () => rig.osc.clients === 31)
  })

  it('closes with the surface', async () => {
    const rig = await queried()
    const { socket } = await openSocket(rig)
    const closed = new Promise((done) => socket.once('close', done))
    await rig.osc.close()
    await closed
    await expect(fetch(urlOf(rig))).rejects.toThrow()
  })
})
