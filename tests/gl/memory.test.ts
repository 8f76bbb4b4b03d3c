import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { instantiate, type EffectDecl } from '../../src/engine/effect.js'
import { float } from '../../src/engine/params.js'
import { createChain } from '../../src/gl/chain.js'
import { openGpu } from '../../src/gl/context.js'
import type { Gpu, Target } from '../../src/gl/types.js'
import { drawnOf, effect, filledMask, filledTarget, moment, pixelAt, shaders } from './support.js'

const [W, H] = [16, 9]
let gpu: Gpu
let black: Target
beforeAll(() => {
  gpu = openGpu()
  black = filledTarget(gpu, W, H, () => [0, 0, 0, 255])
})
afterAll(() => { gpu.close() })

const play = (decl: EffectDecl, text: string) => {
  const instance = instantiate(decl)
  const chain = createChain(gpu, { width: W, height: H, instances: [instance], shaderText: shaders({ [decl.shader]: text }), report: ({ message }) => { throw new Error(message) } })
  return { chain, instance, at: (n: number, colour = black) => pixelAt(gpu, chain.run(drawnOf(colour), moment(n)), 3, 3) }
}

describe('a canvas of its own', () => {
  const count: EffectDecl = { ...effect('count', {}, ['previous']), remembers: true }
  const COUNT = 'vec4 effect(vec2 uv) { return vec4(texture(previous, uv).r / 255.0, fresh ? 1.0 : 0.0, 0.0, 1.0); }\nvec4 remember(vec2 uv) { return vec4(texture(previous, uv).r + 10.0); }'

  it('holds what `remember` gave, beyond 0 to 1; the picture is another', () => {
    const { chain, at } = play(count, COUNT)
    expect([0, 1, 1, 2].map((n) => at(n))).toEqual([[0, 255, 0, 255], [10, 0, 0, 255], [10, 0, 0, 255], [20, 0, 0, 255]])
    chain.close()
  })
  it('is fresh after a reset and after it was off, all through that tick', () => {
    const { chain, at, instance } = play(count, COUNT)
    for (let n = 0; n < 5; n++) at(n)
    instance.reset += 1
    expect([5, 5, 6].map((n) => at(n))).toEqual([[0, 255, 0, 255], [0, 255, 0, 255], [10, 0, 0, 255]])
    instance.bypass = true
    at(7)
    instance.bypass = false
    expect([8, 9].map((n) => at(n))).toEqual([[0, 255, 0, 255], [10, 0, 0, 255]])
    chain.close()
  })
  it('takes negative numbers, and keeps what is not finite out', () => {
    const text = 'vec4 effect(vec2 uv) { vec4 p = texture(previous, uv); return vec4(p.x == -3.0, p.y == 65504.0, p.z == 0.0, 1.0); }\nvec4 remember(vec2 uv) { float zero = time - time; return vec4(-3.0, 1.0 / zero, sqrt(-1.0 - zero), 1.0); }'
    const { chain, at } = play(count, text)
    at(0)
    expect(at(1)).toEqual([255, 255, 255, 255])
    chain.close()
  })
  it('is remembered before the picture is drawn: what `remember` leaves in a global is there', () => {
    const { chain, at } = play(count, 'float kept = 0.0;\nvec4 remember(vec2 uv) { kept = 0.4; return vec4(kept); }\nvec4 effect(vec2 uv) { return vec4(kept, 0.0, 0.0, 1.0); }')
    expect(at(0)).toEqual([102, 0, 0, 255])
    chain.close()
  })
  it('can be missing only with a word', () => {
    expect(() => play(count, 'vec4 effect(vec2 uv) { return vec4(1.0); }')).toThrow(/count\.frag.*remember/)
  })
})

describe('reset', () => {
  it('ends the past of the effect that was reset, and of no other', () => {
    const ago = effect('ago', { ago: float(0, 9, 9) }, ['history'])
    const texts = shaders({ 'ago.frag': 'vec4 effect(vec2 uv) { return uv.x < place ? historyAgo(ago, uv) : texture(source, uv); }' })
    const [left, all] = [0.5, 1].map((place) => instantiate({ ...ago, params: { ...ago.params, place: float(0, 1, place) } }, `ago-${place}`))
    if (!left || !all) throw new Error('no instances')
    const chain = createChain(gpu, { width: W, height: H, instances: [all, left], shaderText: texts, report: ({ message }) => { throw new Error(message) } })
    const see = (n: number) => {
      const target = filledTarget(gpu, W, H, () => [n, 0, 0, 255])
      const out = chain.run(drawnOf(target, filledMask(gpu, W, H, () => 255)), moment(n))
      const seen = [pixelAt(gpu, out, 2, 2)[0], pixelAt(gpu, out, W - 2, 2)[0]]
      target.close()
      return seen
    }
    for (let n = 10; n < 20; n++) expect(see(n)).toEqual([10, 10])
    left.reset += 1
    expect(see(20)).toEqual([20, 10])
    expect(see(21)).toEqual([20, 10])
    all.reset += 1
    expect(see(22)).toEqual([20, 22])
    chain.close()
  })
})
