import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openGpu } from '../../src/gl/context.js'
import { createHistory } from '../../src/gl/history.js'
import type { Program } from '../../src/gl/program.js'
import type { Gpu } from '../../src/gl/types.js'
import { filledMask, filledTarget, moment } from './support.js'

let gpu: Gpu
beforeAll(() => { gpu = openGpu() })
afterAll(() => { gpu.close() })

describe('the history', () => {
  it.each([[1, 60], [4, 15]])('with a stride of %i keeps every so many tick\'s picture, and reaches as far back', (stride, captured) => {
    const colour = filledTarget(gpu, 16, 9, () => [9, 9, 9, 255])
    const mask = filledMask(gpu, 16, 9, () => 255)
    const history = createHistory(gpu, { width: 16, height: 9, seconds: 0.5, tickSeconds: 1 / 60, stride })
    for (let n = 0; n < 60; n++) history.capture(colour.texture, mask.texture, moment(n))
    expect(history.captures).toBe(captured)
    const found = { layer: 0, age: 0 }
    history.find(10, 0, found)
    expect(found.age).toBeGreaterThan(0.45)
    expect(found.age).toBeLessThan(0.65)
    history.close()
  })
  it('says what it takes: 128 pictures of 960x540 are within 270 MB, and no canvas makes it more', () => {
    for (const [width, height] of [[1280, 720], [3840, 2160]] as const) {
      const history = createHistory(gpu, { width, height, seconds: 60, tickSeconds: 1 / 60 })
      expect(history.bytes).toBe(128 * 960 * 540 * 4)
      expect(history.bytes).toBeLessThanOrEqual(270e6)
      history.close()
    }
  })
  it.each([[1, 1], [2, 2], [2.4, 2.4], [0, 1]])('knows how long pictures stay that come every %f ticks, and never says less than its own step', (ticks, stay) => {
    const colour = filledTarget(gpu, 16, 9, () => [9, 9, 9, 255])
    const mask = filledMask(gpu, 16, 9, () => 255)
    const history = createHistory(gpu, { width: 16, height: 9, seconds: 0.5, tickSeconds: 1 / 60 })
    for (let n = 0; n < 240; n++) history.capture(colour.texture, mask.texture, moment(n), undefined, ticks > 0 ? Math.floor(n / ticks) : 1)
    const told = new Map<string, unknown>()
    const program = { set: (name: string, value: unknown) => { told.set(name, value) }, texture: () => {} }
    history.apply(program as unknown as Program, 0)
    expect(Math.abs(Number(told.get('historyStep')) * 60 - stay)).toBeLessThan(0.12)
    for (const unit of [history, colour, mask]) unit.close()
  })
})
