import { describe, expect, it } from 'vitest'
import { createByteParser } from '../../src/control/midi/bytes.js'
import { createDecoder } from '../../src/control/midi/decode.js'
import { seeded } from './midi-support.js'

const parsed = (...chunks: number[][]) => {
  const heard: number[][] = []
  const parser = createByteParser({
    channel: (status, a, b) => heard.push([status, a, b]),
    common: (status, a, b) => heard.push([status, a, b]),
    realtime: (status) => heard.push([status]),
  })
  for (const chunk of chunks) parser.feed(Uint8Array.from(chunk), 0)
  return { heard, parser }
}

describe('the byte parser', () => {
  it('reads whole messages of every length', () => {
    expect(parsed([0x90, 60, 100, 0xc1, 5, 0xd2, 9, 0xe3, 1, 2, 0xf2, 3, 4, 0xf6, 0xf8]).heard).toEqual([
      [0x90, 60, 100], [0xc1, 5, 0], [0xd2, 9, 0], [0xe3, 1, 2], [0xf2, 3, 4], [0xf6, 0, 0], [0xf8],
    ])
  })
  it('keeps the running status, also across chunks', () => {
    expect(parsed([0xb0, 7, 1, 7], [2, 7, 3]).heard).toEqual([[0xb0, 7, 1], [0xb0, 7, 2], [0xb0, 7, 3]])
  })
  it('hears the clock inside other messages', () => {
    expect(parsed([0x90, 0xf8, 60, 0xfe, 100]).heard).toEqual([[0xf8], [0xfe], [0x90, 60, 100]])
  })
  it('ends the running status with system messages', () => {
    const { heard, parser } = parsed([0xb0, 7, 1, 0xf3, 2, 7, 3])
    expect(heard).toEqual([[0xb0, 7, 1], [0xf3, 2, 0]])
    expect(parser.garbage).toBe(2)
  })
  it('passes over system exclusive, however long and however it ends', () => {
    const flood = [0xf0, ...new Array<number>(100_000).fill(1)]
    const { heard, parser } = parsed(flood, [0xf8, 2, 3], [0xf7], [0x90, 1, 2], [0xf0, 1, 0x80, 1, 2])
    expect(heard).toEqual([[0xf8], [0x90, 1, 2], [0x80, 1, 2]])
    expect(parser.sysex).toBeGreaterThan(100_000)
  })
  it('drops messages cut short and data without a status', () => {
    expect(parsed([1, 2, 3, 0x90, 60, 0x80, 60, 0, 0xf4, 9, 0xf5]).heard).toEqual([[0x80, 60, 0]])
  })
  it('gives only sound numbers for 100,000 random messages', () => {
    const random = seeded(6)
    let count = 0
    let events = 0
    const decoder = createDecoder('fuzz', (control, _kind, value) => {
      events += 1
      if (!/^midi\/fuzz\/\d+\/(cc|cc14|nrpn|note|bend|pressure|program)(\/\d+)?$/.test(control) || !(value >= -1 && value <= 127)) throw new Error(`${control} ${value}`)
    })
    const parser = createByteParser({
      channel(status, a, b, at) {
        count += 1
        if (!(status >= 0x80 && status < 0xf0 && a < 128 && b < 128)) throw new Error(`${status} ${a} ${b}`)
        decoder.channel(status, a, b, at)
      },
      common: () => {},
      realtime: () => {},
    })
    for (let i = 0; i < 100_000; i++) parser.feed(Uint8Array.from({ length: Math.floor(random() * 12) }, () => Math.floor(random() * 256)), i)
    expect(count).toBeGreaterThan(50_000)
    expect(events).toBeGreaterThan(50_000)
  })
})
