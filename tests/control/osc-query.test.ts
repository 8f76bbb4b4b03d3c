import { createServer, request } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { float } from '../../src/engine/params.js'
import { createRegistry } from '../../src/engine/registry.js'
import { closeSockets, connectTo, refusalOf } from './osc-sockets.js'
import { addParam, closeRigs, get, lan, manualTime, queried, runNode, statusOf, until, urlOf } from './osc-support.js'

afterEach(async () => {
  closeSockets()
  await closeRigs()
})

/** A request whose headers fetch would not let us choose. */
const raw = (port: number, headers: Record<string, string>, method = 'GET', path = '/', host = '127.0.0.1') =>
  new Promise<number>((done, fail) => request({ host, port, path, method, headers }, (response) => {
    response.resume()
    done(response.statusCode ?? 0)
  }).on('error', fail).end())

describe('OSCQuery over HTTP', () => {
  it('describes a node with all it contains', async () => {
    const rig = await queried()
    const response = await fetch(urlOf(rig, '/show/left/echo'))
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toContain('application/json')
    const unit = { MIN: 0, MAX: 1 }
    expect(await response.json()).toEqual({
      FULL_PATH: '/show/left/echo', DESCRIPTION: 'Echo', ACCESS: 0,
      CONTENTS: {
        copies: { FULL_PATH: '/show/left/echo/copies', DESCRIPTION: 'Copies', ACCESS: 3, TYPE: 'i', VALUE: [11], RANGE: [{ MIN: 1, MAX: 16 }], CLIPMODE: ['both'], TAGS: ['int'] },
        spacing: { FULL_PATH: '/show/left/echo/spacing', DESCRIPTION: 'Spacing', ACCESS: 3, TYPE: 'f', VALUE: [0.0625], RANGE: [{ MIN: 0.03125, MAX: 1 }], CLIPMODE: ['both'], TAGS: ['beats'] },
        tint: {
          FULL_PATH: '/show/left/echo/tint', DESCRIPTION: 'Tint', ACCESS: 3, TYPE: 'ffff', VALUE: [1, 0.5, 0.25, 1], RANGE: [unit, unit, unit, unit],
          EXTENDED_TYPE: ['color.rgba.r', 'color.rgba.g', 'color.rgba.b', 'color.rgba.a'], OVERLOADS: [{ TYPE: 'r', VALUE: ['#FF8040FF'] }], TAGS: ['colour'],
        },
        centre: { FULL_PATH: '/show/left/echo/centre', DESCRIPTION: 'Centre', ACCESS: 3, TYPE: 'ff', VALUE: [0.5, 0.5], RANGE: [unit, unit], CLIPMODE: ['none', 'none'], TAGS: ['point'] },
        reset: { FULL_PATH: '/show/left/echo/reset', DESCRIPTION: 'Reset', ACCESS: 2, TYPE: 'I', TAGS: ['trigger'] },
      },
    })
  })

  it('describes the whole tree so that a client can build its panel from it', async () => {
    const rig = await queried()
    // What clients such as Chataigne do: containers are what has CONTENTS, and a control follows from TYPE, RANGE and VALUE.
    interface Node { FULL_PATH: string; TYPE?: string; VALUE?: unknown[]; RANGE?: { MIN?: number; MAX?: number; VALS?: string[] }[]; CONTENTS?: Record<string, Node> }
    const controls = new Map<string, string>()
    const walk = (node: Node, path: string) => {
      expect(node.FULL_PATH).toBe(path || '/')
      if (node.TYPE !== undefined) {
        const [type, size] = [node.TYPE, node.TYPE.length]
        if (type !== 'I') expect(node.VALUE).toHaveLength(size)
        if (node.RANGE) expect(node.RANGE).toHaveLength(size)
        controls.set(path, type === 's' && node.RANGE?.[0]?.VALS ? `menu of ${node.RANGE[0].VALS.join(', ')}` : type === 'f' ? `slider ${node.RANGE?.[0]?.MIN}..${node.RANGE?.[0]?.MAX}` : type)
      }
      for (const [name, child] of Object.entries(node.CONTENTS ?? {})) walk(child, `${path}/${name}`)
    }
    walk((await get(rig, '/')) as Node, '')
    expect(controls.get('/show/left/blend')).toBe('menu of normal, add, multiply')
    expect(controls.get('/clock/bpm')).toBe('slider 20..400')
    expect(controls.get('/master/blackout')).toBe('T')
    expect(controls.size).toBe([...rig.registry.addresses].length)
  })

  it('gives single attributes, and an empty object for those that do not apply', async () => {
    const rig = await queried()
    expect(await get(rig, '/clock/bpm?VALUE')).toEqual({ VALUE: [120] })
    rig.registry.get('/clock/bpm')?.set(128.5)
    expect(await get(rig, '/clock/bpm?VALUE')).toEqual({ VALUE: [128.5] })
    expect(await get(rig, '/clock/bpm?UNIT')).toEqual({ UNIT: ['time.bpm'] })
    expect(await get(rig, '/show/left/blend?RANGE')).toEqual({ RANGE: [{ VALS: ['normal', 'add', 'multiply'] }] })
    expect(await get(rig, '/show/left/blend?OVERLOADS')).toEqual({ OVERLOADS: [{ TYPE: 'i', VALUE: [0], RANGE: [{ MIN: 0, MAX: 2 }] }] })
    expect(await get(rig, '/show/left/opacity?DESCRIPTION')).toEqual({ DESCRIPTION: 'How much of it is seen' })
    expect(await get(rig, '/show?TYPE')).toEqual({})
    expect(await get(rig, '/show/left/?ACCESS')).toEqual({ ACCESS: 0 })
    expect(Object.keys((await get(rig, '/show?CONTENTS')) as object)).toEqual(['CONTENTS'])
    expect(await get(rig, '/clock/bpm?VALUE&TYPE')).toEqual({ VALUE: [120 + 8.5], TYPE: 'f' })
  })

  it('tells about itself at any path', async () => {
    const rig = await queried({ name: 'Main stage' })
    expect(await get(rig, '/no/where?HOST_INFO')).toEqual({
      NAME: expect.stringMatching(/^Main stage on /), OSC_PORT: rig.osc.port, OSC_TRANSPORT: 'UDP', WS_PORT: rig.osc.queryPort,
      EXTENSIONS: { ACCESS: true, VALUE: true, RANGE: true, DESCRIPTION: true, TAGS: true, EXTENDED_TYPE: true, UNIT: true, CLIPMODE: true, OVERLOADS: true, LISTEN: true, PATH_CHANGED: true, PATH_ADDED: true, PATH_REMOVED: true },
    })
  })

  it('answers what it cannot give with the status of the proposal', async () => {
    const rig = await queried()
    expect(await statusOf(rig, '/show/middle')).toBe(404)
    expect(await statusOf(rig, '/show/middle?VALUE')).toBe(404)
    expect(await statusOf(rig, '/clock/bpm?GABBA')).toBe(400)
    expect(await statusOf(rig, '/%E0%A4%A')).toBe(400)
    expect(await statusOf(rig, '/clock/bpm?CRITICAL')).toBe(204)
    expect(await statusOf(rig, '/show?VALUE')).toBe(204)
    expect(await statusOf(rig, '/show/left/echo/reset?VALUE')).toBe(204)
    expect(await statusOf(rig, `/${'a'.repeat(2000)}`)).toBe(414)
    expect(await raw(rig.osc.queryPort, {}, 'POST')).toBe(405)
    expect(await raw(rig.osc.queryPort, {}, 'HEAD')).toBe(200)
    expect(await raw(rig.osc.queryPort, { big: 'x'.repeat(10_000) })).toBe(431)
  })

  it('is read by a client in another process', async () => {
    const rig = await queried()
    const out = await runNode(`
      const base = process.argv[1]
      const { OSC_PORT } = await (await fetch(base + '?HOST_INFO')).json()
      const { VALUE } = await (await fetch(base + 'master/opacity?VALUE')).json()
      console.log(JSON.stringify([OSC_PORT, VALUE]))`, urlOf(rig))
    expect(JSON.parse(out)).toEqual([rig.osc.port, [1]])
  })

  it('turns away pages that pretend to be from here', async () => {
    const rig = await queried()
    expect(await raw(rig.osc.queryPort, { host: 'evil.example' })).toBe(403)
    expect(await raw(rig.osc.queryPort, { host: `localhost:${rig.osc.queryPort}` })).toBe(200)
    expect(await refusalOf(rig, { headers: { host: 'evil.example' } })).toBe(403)
    expect(await refusalOf(rig, { origin: 'http://evil.example' })).toBe(403)
    expect(await refusalOf(rig, { origin: 'null' })).toBe(403)
    expect(await refusalOf(rig, { origin: `http://127.0.0.1:${rig.osc.queryPort}` })).toBe(101)
  })

  it('does not describe large trees without end', async () => {
    const registry = createRegistry()
    for (let n = 0; n < 5000; n++) addParam(registry, `/show/p${n}`, float(0, 1, 0))
    const time = manualTime()
    const rig = await queried({ registry, now: time.now })
    const answers: number[] = []
    for (let n = 0; n < 4; n++) answers.push(await statusOf(rig, '/'))
    expect(answers).toEqual([200, 200, 429, 429])
    time.advance(1000)
    expect(await statusOf(rig, '/show/p1?VALUE')).toBe(200)
  })

  it('survives what is no HTTP', async () => {
    const rig = await queried()
    const socket = connect(rig.osc.queryPort, '127.0.0.1').resume().on('error', () => undefined)
    const closed = new Promise((done) => socket.once('close', done))
    socket.end('\0\x01\x02 garbage\r\n\r\n')
    await closed
    expect(await statusOf(rig, '/')).toBe(200)
  })

  it.skipIf(lan === undefined)('wants the token from other machines', async () => {
    const rig = await queried({ host: '0.0.0.0', token: 'correct-horse', announce: false })
    const ask = (path: string, headers: Record<string, string> = {}) => raw(rig.osc.queryPort, headers, 'GET', path, lan)
    expect(await ask('/')).toBe(401)
    expect(await ask('/?token=wrong-horse')).toBe(401)
    expect(await ask('/?token=correct-horse')).toBe(200)
    expect(await ask('/clock/bpm?VALUE&token=correct-horse')).toBe(200)
    expect(await ask('/', { authorization: 'Bearer correct-horse' })).toBe(200)
    expect(await ask('/', { authorization: 'Bearer no' })).toBe(401)
    expect(await statusOf(rig, '/')).toBe(200)
    const socket = (path: string) => new Promise<string>((done) => {
      const ws = connectTo(`ws://${lan}:${rig.osc.queryPort}${path}`)
      ws.once('open', () => done('open')).once('error', ({ message: text }) => done(text))
    })
    expect(await socket('/')).toContain('401')
    expect(await socket('/?token=correct-horse')).toBe('open')
  })

  it('says when its port is taken, and takes it when it is free', async () => {
    const other = createServer()
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done))
    const { port } = other.address() as AddressInfo
    const time = manualTime()
    const rig = await queried({ query: { port }, now: time.now, later: time.later })
    const details: string[] = []
    rig.osc.status$.subscribe(({ unit, state, detail }) => details.push(`${unit} ${state} ${detail}`))
    expect(details).toContain(`osc-query waiting OSCQuery on 127.0.0.1:${port} (TCP) cannot be opened: another program uses the port`)
    expect(details.some((text) => text.startsWith('osc running'))).toBe(true)
    await new Promise((done) => other.close(done))
    time.advance(1000)
    await until('it opens', () => rig.osc.queryPort === port)
    expect(await statusOf(rig, '/')).toBe(200)
  })
})
