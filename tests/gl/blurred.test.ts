import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { instantiate, type EffectDecl } from '../../src/engine/effect.js'
import { defineEffect } from '../../src/effects/define.js'
import { createChain } from '../../src/gl/chain.js'
import { openGpu } from '../../src/gl/context.js'
import type { Gpu, Target } from '../../src/gl/types.js'
import { drawnOf, effect, filledTarget, moment, pixelsOf, shaders, worstDifference } from './support.js'

let gpu: Gpu
beforeAll(() => { gpu = openGpu() })
afterAll(() => { gpu.close() })

const plainly = (radius: number) => `vec4 effect(vec2 uv) { return blurredAt(uv, ${radius.toFixed(5)}); }`

/** What a shader that reads `blurred` makes of a picture, in a chain of the shaders given. */
const play = (picture: Target, bodies: readonly string[], more: Partial<EffectDecl> = {}): Uint8Array => {
  const instances = bodies.map((_, i) => instantiate({ ...effect(`soft${i}`, {}, ['blurred']), ...more } satisfies EffectDecl))
  const faults: unknown[] = []
  const { width, height } = picture
  const chain = createChain(gpu, { width, height, instances, shaderText: shaders(Object.fromEntries(bodies.map((body, i) => [`soft${i}.frag`, body]))), report: (fault) => faults.push(fault) })
  const pixels = pixelsOf(gpu, chain.run(drawnOf(picture), moment(1)))
  expect(faults).toEqual([])
  expect(gpu.gl.getError()).toBe(0)
  chain.close()
  return pixels
}

describe('a blurred picture', () => {
  it.each([[256, 144], [96, 250], [37, 23], [3, 2], [1, 1]])('of %ix%i is as even as the picture was, however wide the blur', (width, height) => {
    const even = filledTarget(gpu, width, height, () => [90, 60, 30, 120])
    for (const radius of [0, 0.01, 0.05, 0.2, 0.7, 100]) {
      const pixels = play(even, [plainly(radius)])
      // Sizes lie side by side in their textures: nothing of a neighbour, or of the empty part, shows at the border.
      expect(worstDifference(pixels, pixels.map((_, i) => [90, 60, 30, 120][i % 4] ?? 0)), `radius ${radius}`).toBeLessThanOrEqual(1)
    }
    even.close()
  })

  it.each([6, 12, 24, 40])('spreads an edge as a disc of %i pixels would', (radius) => {
    const [width, height] = [256, 256]
    const edge = filledTarget(gpu, width, height, (x) => (x < width / 2 ? [0, 0, 0, 255] : [255, 255, 255, 255]))
    const pixels = play(edge, [plainly(radius / height)])
    const row = Array.from({ length: width }, (_, x) => pixels[(128 * width + x) * 4] ?? 0)
    // An edge's slope is its spread: the variance of where it rises. That of a disc along a line is a quarter of its radius squared.
    const steps = row.slice(1).map((v, i) => ({ at: i + 1 - width / 2, rise: (v - (row[i] ?? 0)) / 255 }))
    expect(steps.every(({ rise }) => rise >= 0)).toBe(true)
    const sum = (of: (at: number) => number) => steps.reduce((all, { at, rise }) => all + rise * of(at), 0)
    expect(sum(() => 1)).toBeCloseTo(1, 2)
    expect(Math.abs(sum((at) => at))).toBeLessThan(0.05 * radius)
    const spread = Math.sqrt(sum((at) => at * at))
    expect(spread / (radius / 2)).toBeGreaterThan(0.85)
    expect(spread / (radius / 2)).toBeLessThan(1.2)
    edge.close()
  })

  it('is of what comes in, for each of two effects one after another', () => {
    const grey = filledTarget(gpu, 64, 36, () => [100, 100, 100, 255])
    const pixels = play(grey, ['vec4 effect(vec2 uv) { return vec4(1.0 - 0.5 * blurredAt(uv, 0.1).rgb, 1.0); }', plainly(0.1)])
    // 1 - 0.5 * 100 / 255 is 205 in 255ths.
    expect(Math.abs((pixels[0] ?? 0) - 205)).toBeLessThanOrEqual(1)
    grey.close()
  })

  it('is of what `soften` draws, where there is one', () => {
    const grey = filledTarget(gpu, 64, 36, () => [100, 100, 100, 255])
    const pixels = play(grey, [`vec4 soften(vec2 uv) { return vec4(1.0 - texture(source, uv).rgb, 1.0); }\n${plainly(0.2)}`], { softens: true })
    expect([...pixels.subarray(0, 4)].map((v, i) => Math.abs(v - (i === 3 ? 255 : 155)) <= 1)).toEqual([true, true, true, true])
    grey.close()
  })

  it('is as good as the same where it settles at half the size', () => {
    const [width, height] = [256, 144]
    const halves = filledTarget(gpu, width, height, (x, y) => (x + y < 200 ? [200, 90, 0, 255] : [10, 90, 60, 255]))
    for (const radius of [0.02, 0.04, 0.1]) {
      const settled = play(halves, [`vec4 settle(vec2 uv) { return blurredAt(uv, ${radius}); }\nvec4 effect(vec2 uv) { return settledAt(uv); }`], { settles: true })
      // Of an edge of 190: by narrow blurs it is a little softer.
      expect(worstDifference(settled, play(halves, [plainly(radius)])), `radius ${radius}`).toBeLessThanOrEqual(8)
    }
    halves.close()
  })
})

describe('who may read it', () => {
  const declared = (more: Partial<EffectDecl>) => () => defineEffect({ id: 'soft', label: 'Soft', about: 'Soft.', shader: 'soft.frag', reads: [], params: {}, ...more })
  it('is neither an effect that sees one pixel only, nor one of copies; and who softens reads it', () => {
    expect(declared({ reads: ['blurred'], softens: true })).not.toThrow()
    expect(declared({ reads: ['blurred'], local: true })).toThrow('it is local, so it cannot read "blurred"')
    expect(declared({ reads: ['blurred'], clones: { most: 1, behind: 'none', front: false, arrange: () => {} } })).toThrow('it draws clones, so it cannot read "blurred"')
    expect(declared({ settles: true })).toThrow('it settles, so it must read "blurred"')
    expect(declared({ softens: true })).toThrow('it softens, so it must read "blurred"')
  })
})
