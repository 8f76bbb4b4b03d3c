import { describe, expect, it } from 'vitest'
import { createEncoder, detectRelative, relativeEncodings, stepsOf, type RelativeEncoding } from '../../src/control/midi/relative.js'

const sent = (encoding: RelativeEncoding, steps: number) => {
  const value = Array.from({ length: 128 }, (_, i) => i).find((each) => stepsOf(encoding, each) === steps)
  if (value === undefined) throw new Error(`${encoding} has no ${steps}`)
  return value
}
const turns = [1, 1, 2, 1, 3, 1, -1, -1, -2, -1, 1, 1]

describe('relative encoders', () => {
  it.each([['twos', 1, 1], ['twos', 127, -1], ['twos', 65, -63], ['offset', 65, 1], ['offset', 63, -1], ['offset', 0, -64], ['sign', 1, 1], ['sign', 65, -1], ['sign', 127, -63]] as const)(
    '%s %i is %i steps', (encoding, value, steps) => expect(stepsOf(encoding, value)).toBe(steps))

  it.each(relativeEncodings)('%s is found out when turned both ways', (encoding) => {
    expect(detectRelative(turns.map((steps) => sent(encoding, steps)))).toEqual({ encoding, sure: true })
  })
  it.each(relativeEncodings)('%s is found out while it is turned', (encoding) => {
    const encoder = createEncoder('auto')
    const given = [...turns, ...turns].map((steps) => encoder.steps(sent(encoding, steps)))
    expect(encoder.encoding).toBe(encoding)
    expect(given.slice(turns.length)).toEqual(turns)
  })
  it('turned clockwise only is taken for clockwise, and said to be unsure where two encodings look alike', () => {
    expect(detectRelative([1, 1, 1, 2, 1])).toEqual({ encoding: 'twos', sure: false })
    expect(detectRelative([65, 65, 66, 65, 65])).toEqual({ encoding: 'offset', sure: false })
    expect(detectRelative([127, 127, 127, 126])).toMatchObject({ encoding: 'twos' })
  })
  it.each([
    ['a fader moved up', [10, 12, 14, 17, 20, 22, 25]],
    ['a fader around its middle', [63, 64, 65, 64, 63, 62, 63]],
    ['a trembling knob', [64, 65, 64, 65, 64]],
    ['a button', [127, 0, 127, 0, 127, 0]],
    ['a fader thrown over its way', [3, 40, 85, 120, 127, 90, 20]],
    ['too little', [1, 1, 1]],
  ])('%s is none', (_, values) => expect(detectRelative(values)).toBeUndefined())
})
