import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clampParam, defaultOf, fitsParam } from '../../../src/engine/params.js'
import { openGpu } from '../../../src/gl/context.js'
import { createKey } from '../../../src/gl/keys/key.js'
import { keyById, keyDefaults, KEYS } from '../../../src/gl/keys/index.js'
import type { Gpu } from '../../../src/gl/types.js'
import { filledTarget, moment, pixelsOf, worstDifference } from '../support.js'
import { noise } from './support.js'

let gpu: Gpu
beforeAll(() => { gpu = openGpu() })
afterAll(() => { gpu.close() })

const ids = KEYS.map(({ id }) => id)
const busy = (n: number) => (x: number, y: number) => [0, 1, 2].map((c) => Math.round(127 + 120 * noise(x >> 3, y >> 3, c, n))).concat(255)

describe('the table of keys', () => {
  it('has the four, each with softness, choke and despeckle, and defaults in range', () => {
    expect(ids).toEqual(['chroma', 'luma', 'difference', 'motion'])
    for (const decl of KEYS) {
      expect(Object.keys(decl.params)).toEqual(expect.arrayContaining(['softness', 'choke', 'despeckle']))
      expect(Object.entries(keyDefaults(decl)).every(([name, value]) => fitsParam(decl.params[name] ?? { type: 'trigger' }, value))).toBe(true)
    }
  })
  it('says which there are when asked for another', () => {
    expect(() => keyById('lumina')).toThrow('there is no key "lumina"')
  })
})

describe.each(ids)('the %s key', (kind) => {
  it.each([[1, 1], [3, 2], [2, 97], [131, 73], [640, 360]])('draws pictures of %ix%i at every end of its parameters', (width, height) => {
    const { params } = keyById(kind)
    const values = keyDefaults(keyById(kind))
    const key = createKey(gpu, { width, height, kind, values })
    const target = filledTarget(gpu, width, height, busy(1))
    let seq = 0
    for (const [name, decl] of Object.entries(params)) {
      const ends = 'min' in decl ? [decl.min, decl.max] : decl.type === 'bool' ? [true, false] : decl.type === 'colour' ? [[0, 0, 0, 1], [1, 1, 1, 1]] : [1, 2]
      for (const end of [...ends, defaultOf(decl)]) {
        values[name] = clampParam(decl, end) ?? 0
        seq += 1
        const { mask, colour } = key.draw(target, seq, moment(seq))
        expect([mask.width, mask.height, colour.width, colour.height]).toEqual([width, height, width, height])
        expect(gpu.gl.getError(), `${name} ${String(end)}`).toBe(0)
      }
    }
    target.close()
    key.close()
    expect(gpu.gl.getError()).toBe(0)
  })

  it('draws nothing for the same picture and values, allocates nothing, and draws anew when either changes', () => {
    const [width, height] = [96, 54]
    const values = keyDefaults(keyById(kind))
    const key = createKey(gpu, { width, height, kind, values })
    const target = filledTarget(gpu, width, height, busy(2))
    const { gl } = gpu
    const counted = { draws: 0, made: 0 }
    const [draw, create] = [gl.drawArrays.bind(gl), gl.createTexture.bind(gl)]
    gl.drawArrays = (...args) => { counted.draws += 1; draw(...args) }
    gl.createTexture = () => { counted.made += 1; return create() }
    try {
      const first = key.draw(target, 1, moment(1))
      const { seq } = first
      const after = counted.draws
      expect(after).toBeGreaterThan(0)
      expect(key.draw(target, 1, moment(2))).toBe(first)
      expect([counted.draws, first.seq]).toEqual([after, seq])
      values['softness'] = 0.33
      values['choke'] = 0.01
      expect(key.draw(target, 1, moment(3))).toBe(first)
      expect(counted.draws).toBeGreaterThan(after)
      expect(first.seq).toBe(seq + 1)
      const changed = counted.draws
      key.draw(target, 2, moment(4))
      expect(counted.draws).toBeGreaterThan(changed)
      expect([first.seq, counted.made]).toEqual([seq + 2, 0])
    } finally {
      gl.drawArrays = draw
      gl.createTexture = create
    }
    target.close()
    key.close()
  })

  it('makes the same of the same pictures', () => {
    const play = () => {
      const key = createKey(gpu, { width: 96, height: 54, kind, values: { choke: 0.005 } })
      let pixels: Uint8Array = new Uint8Array()
      for (let n = 0; n < 24; n++) {
        const target = filledTarget(gpu, 96, 54, busy(n >> 3))
        pixels = pixelsOf(gpu, key.draw(target, n, moment(n * 2)).mask)
        target.close()
      }
      key.close()
      return pixels
    }
    expect(worstDifference(play(), play())).toBe(0)
  })
})
