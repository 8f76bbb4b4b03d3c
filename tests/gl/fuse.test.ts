import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { instantiate, MASK_MODES, type EffectDecl, type EffectInstance } from '../../src/engine/effect.js'
import { choice, float } from '../../src/engine/params.js'
import type { Fault } from '../../src/engine/types.js'
import { createChain } from '../../src/gl/chain.js'
import { openGpu } from '../../src/gl/context.js'
import type { Chain, Drawn, Gpu, Target } from '../../src/gl/types.js'
import { drawnOf, drawsOf, effect, filledMask, filledTarget, moment, pixelAt, pixelsOf, scatter, shaders, worstDifference } from './support.js'

const [W, H] = [64, 48]
let gpu: Gpu
let input: Drawn
beforeAll(() => {
  gpu = openGpu()
  const colour = filledTarget(gpu, W, H, (x, y) => {
    const a = scatter(x, y, 3) & 255
    return [0, 1, 2].map((c) => (scatter(x, y, c) & 255) * a / 255 | 0).concat(a)
  })
  input = drawnOf(colour, filledMask(gpu, W, H, (x, y) => scatter(x, y, 9) & 255))
})
afterAll(() => { gpu.close() })

const local = (id: string, params: EffectDecl['params'] = {}, reads: EffectDecl['reads'] = []): EffectDecl => ({ ...effect(id, params, reads), local: true })

/** Bodies that use the same names for different things, and curves that a lost or gained bit would change. */
const TEXTS: Record<string, string> = {
  'gain.frag': '#define CURVE(v) pow(v, vec3(0.8))\nconst float K = 1.7;\nvec3 bend(vec3 c) { return CURVE(c) * K * amount; }\nvec4 effect(vec4 here, vec2 uv) { return vec4(min(bend(here.rgb), here.a), here.a); }',
  'bend.frag': 'struct Part { float amount; float r; };\nconst float K = 0.3;\nfloat seen;\nPart make(float r) { return Part(r, K); }\nvec4 effect(vec4 here, vec2 uv) { Part p = make(here.r + amount); seen = p.amount * p.r; return vec4(here.gbr * (1.0 - seen), here.a); }',
  'noise.frag': 'float bend(vec2 p) { return fract(sin(dot(p, vec2(12.9898, 78.233)) + time) * 43758.5453); }\nvec4 effect(vec4 here, vec2 uv) { float K = bend(uv) * amount; return here * (blend == 1 ? K : 1.0 - K); }',
  'inside.frag': 'vec4 effect(vec4 here, vec2 uv) { return vec4(here.a - here.rgb * amount, here.a) * maskAt(uv); }',
  'half.frag': 'vec4 effect(vec4 here, vec2 uv) { return here * 0.5 + 0.25 * amount; }',
}
const DECLS: readonly EffectDecl[] = [
  local('gain', { amount: float(0, 2, 1) }), local('bend', { amount: float(0, 1, 0.5) }), local('noise', { amount: float(0, 1, 0.7), blend: choice(['a', 'b'], 'b') }),
  local('inside', { amount: float(0, 1, 1) }, ['mask']), local('half', { amount: float(0, 1, 0.2) }),
]

const open = (instances: readonly EffectInstance[], texts = TEXTS): { chain: Chain; faults: Omit<Fault, 'count'>[] } => {
  const faults: Omit<Fault, 'count'>[] = []
  return { chain: createChain(gpu, { width: W, height: H, instances, shaderText: shaders(texts), report: (fault) => faults.push(fault) }), faults }
}

describe('fused effects', () => {
  it('give the bytes of the unfused chain, in random chains with random mixes, masks and bypasses', () => {
    for (let n = 0; n < 40; n++) {
      const random = (...parts: number[]) => scatter(n, 77, ...parts)
      const instances = Array.from({ length: 2 + (random(0) % 6) }, (_, i) => {
        const decl = DECLS[random(i, 1) % DECLS.length]
        if (!decl) throw new Error('no effect')
        const one = instantiate(decl, `${decl.id}-${i}`)
        one.values['amount'] = (random(i, 2) % 101) / 100
        one.mix = random(i, 3) % 3 === 0 ? (random(i, 4) % 100) / 100 : 1
        one.maskMode = MASK_MODES[random(i, 5) % 4] ?? 'all'
        one.bypass = random(i, 6) % 5 === 0
        return one
      })
      const { chain, faults } = open(instances)
      let passes = 0
      const fused = (() => {
        let out: Target | undefined
        passes = drawsOf(gpu, () => { out = chain.run(input, moment(n)) })
        return pixelsOf(gpu, out ?? input.colour)
      })()
      const alone = instances.map((one) => open([one]).chain)
      let current = input.colour
      for (const each of alone) current = each.run(drawnOf(current, input.mask), moment(n))
      expect(worstDifference(fused, pixelsOf(gpu, current)), `chain ${n}: ${instances.map(({ slug }) => slug).join(', ')}`).toBe(0)
      expect(passes).toBeLessThanOrEqual(1)
      expect(faults).toEqual([])
      for (const each of [chain, ...alone]) each.close()
    }
  })

  it('step where the unfused chain steps: what the next effect is given is exactly what a texture holds', () => {
    const ramp = filledTarget(gpu, 256, 1, (x) => [x, 255 - x, x, 255])
    const texts = { 'same.frag': 'vec4 effect(vec4 here, vec2 uv) { return here; }', 'steps.frag': 'vec4 effect(vec4 here, vec2 uv) { return vec4(floor(here.rgb * vec3(3.0, 5.0, 51.0)) / vec3(3.0, 5.0, 51.0), 1.0); }' }
    const instances = ['same', 'steps'].map((id) => instantiate(local(id)))
    const chains = [instances, ...instances.map((one) => [one])].map((of) => createChain(gpu, { width: 256, height: 1, instances: of, shaderText: shaders(texts), report: ({ message }) => { throw new Error(message) } }))
    const [fused, ...alone] = chains
    const together = pixelsOf(gpu, fused?.run(drawnOf(ramp), moment(0)) ?? ramp)
    const apart = pixelsOf(gpu, alone.reduce((colour, each) => each.run(drawnOf(colour), moment(0)), ramp))
    expect(worstDifference(together, apart)).toBe(0)
    for (const each of [...chains, ramp]) each.close()
  })

  it('a chain longer than one shader takes, and interrupted by another effect, is the same too', () => {
    const wide = effect('swap')
    const texts = { ...TEXTS, 'swap.frag': 'vec4 effect(vec2 uv) { return texture(source, 1.0 - uv); }' }
    const instances = Array.from({ length: 21 }, (_, i) => instantiate((i === 10 ? wide : DECLS[i % DECLS.length]) ?? wide, `e-${i}`))
    const { chain } = open(instances, texts)
    let out: Target | undefined
    expect(drawsOf(gpu, () => { out = chain.run(input, moment(3)) })).toBe(5)
    let current = input.colour
    const alone = instances.map((one) => open([one], texts).chain)
    for (const each of alone) current = each.run(drawnOf(current, input.mask), moment(3))
    expect(worstDifference(pixelsOf(gpu, out ?? input.colour), pixelsOf(gpu, current))).toBe(0)
    for (const each of [chain, ...alone]) each.close()
  })

  it('cannot look anywhere else in the picture', () => {
    expect(() => open([instantiate(local('peek'))], { 'peek.frag': 'vec4 effect(vec4 here, vec2 uv) { return texture(source, uv); }' })).toThrow(/^peek\.frag:1: 'source'/)
  })

  it('are reloaded together, keep the last good program, and messages point into the author\'s file', () => {
    const texts = { 'one.frag': 'vec4 effect(vec4 here, vec2 uv) { return vec4(0.2, 0.0, 0.0, 1.0); }', 'two.frag': 'vec4 effect(vec4 here, vec2 uv) { return here + vec4(0.2, 0.0, 0.0, 0.0); }' }
    const { chain, faults } = open([instantiate(local('one')), instantiate(local('two'))], texts)
    const red = (n: number) => pixelAt(gpu, chain.run(input, moment(n)), 5, 5)[0]
    expect(red(0)).toBe(102)
    texts['two.frag'] = 'float bad() { return 1.0; }\n\nvec4 effect(vec4 here, vec2 uv) { return bad(2); }'
    chain.reload('two.frag')
    expect(red(1)).toBe(102)
    expect(faults).toMatchObject([{ message: expect.stringMatching(/^two\.frag:3: 'bad' .*last good version plays on/) as string }])
    texts['two.frag'] = 'vec4 effect(vec4 here, vec2 uv) {\n  return here $ 2; }'
    chain.reload('two.frag')
    expect(faults[1]?.message).toMatch(/^two\.frag:2: the sign \$/)
    texts['two.frag'] = 'vec4 effect(vec4 here, vec2 uv) { return here + vec4(0.4, 0.0, 0.0, 0.0); }'
    chain.reload('two.frag')
    expect(red(2)).toBe(153)
    chain.close()
  })
})
