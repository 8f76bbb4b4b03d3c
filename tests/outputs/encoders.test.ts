import { Codec, CodecContext, Rational, avGetPixFmtFromName } from 'node-av'
import { AV_OPT_SEARCH_CHILDREN, AV_OPT_TYPE_STRING, type FFEncoderCodec } from 'node-av/constants'
import { describe, expect, test } from 'vitest'
import { CONTAINERS } from '../../src/outputs/containers.js'
import { candidates, ENCODERS, QUALITIES } from '../../src/outputs/encoders.js'

const present = ENCODERS.filter(({ name }) => Codec.findEncoderByName(name as FFEncoderCodec) !== null)

// Hardware encoders cannot run without their hardware, but what they are told is checked against what they understand.
describe.each(present)('$name', (row) => {
  test.each(QUALITIES.flatMap((quality) => [true, false].map((realtime) => ({ quality, realtime }))))('knows every option it is given: $quality, realtime $realtime', (settings) => {
    const codec = Codec.findEncoderByName(row.name as FFEncoderCodec)
    const context = new CodecContext()
    context.allocContext3(codec)
    for (const [name, value] of Object.entries(row.options({ ...settings, bitRate: 8_000_000 }))) {
      expect([name, value, context.setOption(name, value, AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN)]).toEqual([name, value, 0])
    }
    context.freeContext()
  })

  test('takes the pixels it is fed', () => {
    const formats = Codec.findEncoderByName(row.name as FFEncoderCodec)?.pixelFormats ?? []
    expect(formats).toContain(avGetPixFmtFromName(row.pixels))
  })
})

test('every codec of every kind of file has a software encoder, the only kind used offline', () => {
  for (const codec of Object.values(CONTAINERS).flatMap(({ codecs }) => codecs)) {
    const offline = candidates(codec, false)
    expect(offline.length).toBeGreaterThan(0)
    expect(offline.every(({ hardware }) => !hardware)).toBe(true)
    expect(candidates(codec, true).at(-1)).toBe(offline.at(-1))
  }
})

test('live settings hold no picture back longer than the threads they are spread over', () => {
  const row = candidates('h264', false)[0]
  const codec = Codec.findEncoderByName('libx264' as FFEncoderCodec)
  const context = new CodecContext()
  context.allocContext3(codec)
  Object.assign(context, { width: 320, height: 180, pixelFormat: avGetPixFmtFromName('yuv420p'), timeBase: new Rational(1, 30), threadCount: 2 })
  for (const [name, value] of Object.entries(row?.options({ realtime: true, quality: 'good', bitRate: 0 }) ?? {})) context.setOption(name, value, AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN)
  expect(context.open2Sync(codec)).toBe(0)
  expect(context.delay).toBeLessThanOrEqual(1)
  context.freeContext()
})
