import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { decodePacket, IMMEDIATELY, type OscArg } from '../../src/control/osc/codec.js'
import { encodeBundle, encodeMessage } from '../../src/control/osc/encode.js'
import { msOf, tagOf } from '../../src/control/osc/time-tag.js'
import { f, i, message, OscJs, s, viewOf } from './osc-support.js'

const EVERY: readonly OscArg[] = [
  i(-7), f(0.5), s('héllo'), { type: 'b', value: Uint8Array.of(1, 2, 3) }, { type: 'T' }, { type: 'F' }, { type: 'N' }, { type: 'I' },
  { type: 'h', value: -(2n ** 40n) }, { type: 'd', value: Math.PI }, { type: 't', value: 2n ** 63n + 5n }, { type: 'r', value: [255, 128, 0, 1] }, { type: 'c', value: 'x' },
  { type: '[', value: [f(1), { type: '[', value: [i(2)] }, s('')] },
]

const one = (packet: Uint8Array) => {
  const { messages, problem } = decodePacket(packet)
  expect(problem).toBeUndefined()
  expect(messages).toHaveLength(1)
  return messages[0]
}
const problemOf = (packet: Uint8Array) => decodePacket(packet).problem

describe('OSC packets', () => {
  it('come back as they were, with every type', () => {
    expect(one(encodeMessage('/a/b', EVERY))).toEqual({ address: '/a/b', args: EVERY, time: IMMEDIATELY })
  })

  it('are read alike from the middle of a larger buffer', () => {
    const packet = encodeMessage('/a', EVERY)
    const around = Buffer.concat([Buffer.alloc(13, 255), packet, Buffer.alloc(9, 255)])
    expect(one(around.subarray(13, 13 + packet.length))?.args).toEqual(EVERY)
  })

  it('are understood by osc-js, and its own by us', () => {
    const values = { i: -7, f: 0.5, s: 'hello', h: -5n, t: 7n, d: Math.PI, T: true, F: false, N: null } as const
    const theirs = new OscJs.TypedMessage('/a/b', Object.entries(values).map(([type, value]) => ({ type, value })))
    const args: OscArg[] = [i(-7), f(0.5), s('hello'), { type: 'h', value: -5n }, { type: 't', value: 7n }, { type: 'd', value: Math.PI }, { type: 'T' }, { type: 'F' }, { type: 'N' }]
    expect(one(theirs.pack())?.args).toEqual(args)
    expect(Buffer.from(theirs.pack())).toEqual(encodeMessage('/a/b', args))
    const read = new OscJs.TypedMessage()
    read.unpack(viewOf(encodeMessage('/a/b', [...args, { type: 'b', value: Uint8Array.of(9, 8) }])))
    expect(read.address).toBe('/a/b')
    expect(read.args.slice(0, 9)).toEqual(Object.values(values))
    expect([...(read.args[9] as Uint8Array)]).toEqual([9, 8])
  })

  it('may be bundles, also as osc-js makes them, with their time', () => {
    const at = Date.UTC(2026, 5, 1, 20, 0, 0, 250)
    const theirs = decodePacket(new OscJs.Bundle([new OscJs.Message('/a', 1), new OscJs.Message('/b', 'x')], at).pack())
    expect(theirs.messages.map(({ address }) => address)).toEqual(['/a', '/b'])
    expect(msOf(theirs.messages[0]?.time ?? 0n)).toBeCloseTo(at, 3)
    const bundle = new OscJs.Bundle()
    bundle.unpack(viewOf(encodeBundle([message('/c', f(0.5)), message('/d')], tagOf(at))))
    expect(bundle.bundleElements.map(({ address }) => address)).toEqual(['/c', '/d'])
    expect(bundle.timetag.value.seconds).toBe(Number(tagOf(at) >> 32n))
  })

  it('give a bundle inside the later time of both', () => {
    const inner = (time: bigint) => encodeBundle([message('/x')], time)
    const packet = encodeBundle([inner(IMMEDIATELY), inner(500n), message('/y')], 100n)
    expect(decodePacket(packet).messages.map(({ time }) => time)).toEqual([100n, 500n, 100n])
  })

  it('need no types where there are no arguments', () => {
    expect(one(Buffer.from('/go\0'))).toEqual({ address: '/go', args: [], time: IMMEDIATELY })
  })

  it.each([
    ['nothing', Buffer.alloc(0), 'no OSC packet has 0 bytes'],
    ['five bytes', Buffer.from('/a\0\0\0'), 'no OSC packet has 5 bytes'],
    ['more than UDP carries', Buffer.alloc(70_000, 0x2f), 'no OSC packet has 70000 bytes'],
    ['text', Buffer.from('hello\0\0\0'), 'neither with an address nor'],
    ['an address without end', Buffer.from('/abc'), 'a string has no end'],
    ['a long address', message(`/${'a'.repeat(300)}`), 'more than 255 characters'],
    ['a missing argument', message('/a', i(1)).subarray(0, 8), 'in the middle of a value'],
    ['something behind', Buffer.concat([message('/a', i(1)), Buffer.alloc(4)]), 'more follows'],
    ['an unknown type', Buffer.from('/a\0\0,q\0\0'), 'unknown type "q"'],
    ['no comma', Buffer.from('/a\0\0i\0\0\0\0\0\0\0'), 'types of its arguments are missing'],
    ['an open array', Buffer.from('/a\0\0,[\0\0'), 'no end'],
    ['a closed array', Buffer.from('/a\0\0,]\0\0'), 'never began'],
    ['too many arguments', message('/a', ...Array.from({ length: 300 }, (): OscArg => ({ type: 'T' }))), 'more than 256 arguments'],
    ['a blob of negative size', Buffer.concat([Buffer.from('/a\0\0,b\0\0'), Buffer.alloc(4, 255)]), 'in the middle of a value'],
    ['a blob as large as memory', Buffer.concat([Buffer.from('/a\0\0,b\0\0'), Buffer.from([0x7f, 255, 255, 255])]), 'in the middle of a value'],
    ['an element of no size', Buffer.concat([encodeBundle([]), Buffer.alloc(4)]), 'impossible size'],
    ['an element beyond the end', Buffer.concat([encodeBundle([]), Buffer.from([0, 0, 0, 64])]), 'in the middle of a value'],
  ])('that hold %s are refused with the reason', (_, packet, why) => {
    expect(problemOf(packet)).toContain(why)
  })

  it('cannot nest bundles or arrays without end', () => {
    let bundle = message('/a')
    for (let depth = 0; depth < 1500; depth++) bundle = encodeBundle([bundle])
    expect(problemOf(bundle)).toContain('nested deeper than 8')
    expect(problemOf(Buffer.from(`/a\0\0,${'['.repeat(100)}${']'.repeat(100)}\0\0\0`))).toContain('nested too deep')
    expect(problemOf(encodeBundle(Array.from({ length: 2100 }, () => message('/a'))))).toContain('more than 2048 messages')
  })

  it('survive 100,000 broken ones without a throw and without growing', () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    let state = 12_345
    const random = (below: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return Math.floor((state / 2 ** 32) * below)
    }
    const seeds = [encodeMessage('/show/left/echo/tint', EVERY), encodeBundle([message('/a', f(1)), encodeBundle([message('/b', s('x'))], tagOf(0))], tagOf(1e12)), message('/a/*', i(1), i(2))]
    const broken = () => {
      const packet = Buffer.from(seeds[random(seeds.length)] ?? [])
      if (random(8) === 0) return Buffer.from(Array.from({ length: 4 * random(40) }, () => random(256)))
      for (let times = 1 + random(6); times > 0; times--) packet[random(packet.length)] = random(4) === 0 ? 255 : random(256)
      return random(3) === 0 ? packet.subarray(0, random(packet.length + 1)) : packet
    }
    const round = (packets: number) => {
      let refused = 0
      for (let n = 0; n < packets; n++) if (decodePacket(broken()).problem !== undefined) refused++
      collect()
      return refused
    }
    round(10_000)
    const before = process.memoryUsage().heapUsed
    const refused = round(100_000)
    expect(refused).toBeGreaterThan(50_000)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(1 << 20)
  })
})

describe('time tags', () => {
  it('count from 1900, to a millionth of a second', () => {
    expect(tagOf(0)).toBe(2_208_988_800n << 32n)
    expect(tagOf(500) & 0xffff_ffffn).toBe(0x8000_0000n)
    for (const ms of [0, 1.5, 1_790_000_000_123.456]) expect(msOf(tagOf(ms))).toBeCloseTo(ms, 2)
  })
})
