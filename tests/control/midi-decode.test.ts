import { describe, expect, it } from 'vitest'
import { createDecoder } from '../../src/control/midi/decode.js'

const decoding = (accepts?: (channel: number) => boolean) => {
  let heard: string[] = []
  const decoder = createDecoder('dev', (control, kind, value) => heard.push(`${control.slice(9)} ${kind} ${Number(value.toFixed(4))}`), accepts)
  const take = () => heard.splice(0)
  heard = []
  return { decoder, take, cc: (n: number, value: number, at = 0, channel = 0) => decoder.channel(0xb0 | channel, n, value, at) }
}

describe('control events', () => {
  it('of notes, with velocity; one of velocity 0 is a release', () => {
    const { decoder, take } = decoding()
    decoder.channel(0x90, 60, 127, 0)
    decoder.channel(0x90, 60, 0, 0)
    decoder.channel(0x81, 61, 64, 0)
    expect(take()).toEqual(['1/note/60 press 1', '1/note/60 release 0', '2/note/61 release 0'])
  })
  it('of wheels at rest exactly in the middle, pressure and programs', () => {
    const { decoder, take } = decoding()
    for (const [lsb, msb] of [[0, 0], [0, 64], [127, 127]] as const) decoder.channel(0xe0, lsb, msb, 0)
    decoder.channel(0xd0, 127, 0, 0)
    decoder.channel(0xa0, 60, 127, 0)
    decoder.channel(0xcf, 12, 0, 0)
    expect(take()).toEqual(['1/bend position 0', '1/bend position 0.5', '1/bend position 1', '1/pressure position 1', '1/pressure position 1', '16/program press 12'])
  })
  it('only of the channels that are wanted', () => {
    const { decoder, take } = decoding((channel) => channel === 2)
    decoder.channel(0x90, 1, 1, 0)
    decoder.channel(0x91, 1, 127, 0)
    expect(take()).toEqual(['2/note/1 press 1'])
  })
  it('lets go of held notes when the device goes', () => {
    const { decoder, take } = decoding()
    decoder.channel(0x90, 5, 9, 0)
    decoder.channel(0x95, 6, 9, 0)
    decoder.channel(0x90, 5, 0, 0)
    take()
    decoder.letGo(1)
    decoder.letGo(2)
    expect(take()).toEqual(['6/note/6 release 0'])
  })
})

describe('14 bits', () => {
  it('show themselves once lower halves have followed twice, and then in one step', () => {
    const { cc, take } = decoding()
    for (const value of [1, 2]) {
      cc(7, value)
      cc(39, 64)
    }
    expect(take()).toEqual(['1/cc/7 position 0.0079', '1/cc/39 position 0.5039', '1/cc/7 position 0.0157', '1/cc/39 position 0.5039', `1/cc14/7 position ${Number((320 / 16383).toFixed(4))}`])
    cc(7, 127)
    expect(take()).toEqual(['1/cc/7 position 1'])
    cc(39, 127)
    expect(take()).toEqual(['1/cc/39 position 1', '1/cc14/7 position 1'])
  })
  it('come from the first message on when somebody listens', () => {
    const { decoder, cc, take } = decoding()
    decoder.want('midi/dev/1/cc14/7')
    cc(7, 127)
    cc(39, 127)
    expect(take()).toContain('1/cc14/7 position 1')
  })
  it('are not made of a fader and a button that share numbers by chance', () => {
    const { cc, take } = decoding()
    for (let at = 0; at < 3000; at += 1000) {
      cc(0, 50, at)
      cc(32, 127, at + 200)
      cc(32, 0, at + 300)
    }
    expect(take().filter((event) => event.includes('cc14'))).toEqual([])
  })
  it('do not swallow an upper half that comes alone', () => {
    const { decoder, cc, take } = decoding()
    for (const value of [1, 2, 3]) {
      cc(7, value)
      cc(39, 1)
    }
    take()
    cc(7, 64)
    expect(decoder.waiting).toBe(true)
    decoder.settle(5)
    expect(take()).toEqual(['1/cc/7 position 0.5039', '1/cc14/7 position 0.5'])
  })
})

describe('NRPN', () => {
  it('in 7 and 14 bits, and in steps', () => {
    const { cc, take } = decoding()
    const nrpn = () => take().filter((event) => event.includes('nrpn'))
    cc(99, 1)
    cc(98, 2)
    cc(6, 127)
    expect(nrpn()).toEqual(['1/nrpn/130 position 1'])
    cc(38, 127)
    expect(nrpn()).toEqual(['1/nrpn/130 position 1'])
    cc(96, 0)
    cc(97, 0)
    expect(nrpn()).toEqual(['1/nrpn/130 steps 1', '1/nrpn/130 steps -1'])
  })
  it('is kept per channel, and ended by an RPN or the null parameter', () => {
    const { cc, take } = decoding()
    cc(99, 0, 0, 3)
    cc(98, 5, 0, 3)
    cc(6, 127, 0, 4)
    cc(101, 0, 0, 3)
    cc(100, 0, 0, 3)
    cc(6, 127, 0, 3)
    cc(99, 127)
    cc(98, 127)
    cc(6, 127)
    expect(take().filter((event) => event.includes('nrpn'))).toEqual([])
  })
})

describe('encoders', () => {
  it('give steps when they are told to be such, else positions', () => {
    const { decoder, cc, take } = decoding()
    decoder.encode('midi/dev/1/cc/20', 'twos')
    cc(20, 127)
    cc(20, 3)
    cc(20, 0)
    decoder.encode('midi/dev/1/cc/20', undefined)
    cc(20, 127)
    expect(take()).toEqual(['1/cc/20 steps -1', '1/cc/20 steps 3', '1/cc/20 position 1'])
  })
})
