import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EFFECTS, effectById } from '../../src/effects/index.js'
import { openShaderLibrary, shaderFolder } from '../../src/effects/library.js'
import { instantiate, MASK_MODES, type EffectDecl, type EffectInstance } from '../../src/engine/effect.js'
import { choice, float } from '../../src/engine/params.js'
import type { Fault } from '../../src/engine/types.js'
import { createChain } from '../../src/gl/chain.js'
import { openGpu } from '../../src/gl/context.js'
import { plainWatch } from '../../src/gl/plain.js'
import type { Chain, Drawn, Gpu, ShaderText, Target } from '../../src/gl/types.js'
import { drawnOf, drawsOf, effect, filledMask, filledTarget, moment, pixelAt, scatter, shaders } from './support.js'

const [W, H] = [64, 48]
let gpu: Gpu
let inputs: readonly Drawn[]
beforeAll(() => {
  gpu = openGpu()
  const mask = filledMask(gpu, W, H, (x, y) => scatter(x >> 3, y >> 3, 9) & 255)
  inputs = [0, 1, 2].map((n) => drawnOf(filledTarget(gpu, W, H, (x, y) => {
    const a = scatter(x, y, 3, n) & 255
    return [0, 1, 2].map((c) => (scatter(x, y, c, n) & 255) * a / 255 | 0).concat(a)
  }), mask, n))
})
afterAll(() => { gpu.close() })
const inputOf = (tick: number): Drawn => inputs[tick % inputs.length] ?? drawnOf(filledTarget(gpu, W, H, () => []))

const amount = float(0, 1, 0.5)
const TEXTS: Record<string, string> = {
  'turn.frag': 'const float K = 0.9;\nvec2 bend(vec2 p) { return p.yx * K; }\nvec4 effect(vec2 uv) { return texture(source, mix(uv, bend(uv), amount)) * (0.5 + 0.5 * amount); }',
  'past.frag': 'vec4 effect(vec2 uv) { return mix(texture(source, 1.0 - uv), historyAgo(0.05, uv), amount); }',
  'bend.frag': 'const float K = 0.3;\nvec4 effect(vec4 here, vec2 uv) { return vec4(here.gbr * (1.0 - K * amount), here.a); }',
  'steps.frag': 'vec4 effect(vec4 here, vec2 uv) { return vec4(floor(here.rgb * 51.0) / 51.0, here.a) * (0.5 + 0.5 * amount); }',
  'smear.frag': 'vec2 bend() { return vec2(cos(time), sin(time)) * 0.1; }\nvec4 effect(vec4 here, vec2 uv) { vec4 past = fresh ? vec4(0.2) : texture(previous, uv * 0.97 + bend()); return blend == 0 ? max(here, past * amount) : mix(here, past, amount * maskAt(uv)); }',
  'stay.frag': 'vec4 effect(vec4 here, vec2 uv) { return here * 0.3 + texelFetch(previous, ivec2(gl_FragCoord.xy), 0) * amount; }',
}
const local = (id: string, reads: EffectDecl['reads'] = [], more: EffectDecl['params'] = {}): EffectDecl => ({ ...effect(id, { amount, ...more }, reads), local: true })
const TURN = effect('turn', { amount })
const PAST = effect('past', { amount }, ['history'])
const [BEND, STEPS, STAY] = [local('bend'), local('steps'), local('stay', ['previous'])]
const SMEAR: EffectDecl = { ...local('smear', ['mask', 'previous'], { blend: choice(['light', 'mix'], 'mix') }), plain: { blend: 'light' } }

type Faults = Omit<Fault, 'count'>[]
const open = (instances: readonly EffectInstance[], shaderText: ShaderText = shaders(TEXTS)): { chain: Chain; faults: Faults } => {
  const faults: Faults = []
  return { chain: createChain(gpu, { width: W, height: H, instances, shaderText, report: (fault) => faults.push(fault) }), faults }
}
/** Every effect in a chain of its own; only the first sees the history of the picture, so only there may one look back. */
const openAlone = (instances: readonly EffectInstance[], shaderText?: ShaderText) => {
  const chains = instances.map((one) => open([one], shaderText).chain)
  return {
    run: (input: Drawn, at: ReturnType<typeof moment>) => chains.reduce((colour, each) => each.run({ ...input, colour }, at), input.colour),
    close: () => { for (const each of chains) each.close() },
  }
}
/** All that a target holds, to the last bit. */
const numbersOf = ({ framebuffer }: Target): Float32Array => {
  const { gl } = gpu
  const numbers = new Float32Array(W * H * 4)
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer)
  if (gl.getParameter(gl.IMPLEMENTATION_COLOR_READ_TYPE) === gl.UNSIGNED_BYTE) {
    const bytes = new Uint8Array(numbers.length)
    gl.readPixels(0, 0, W, H, gl.RGBA, gl.UNSIGNED_BYTE, bytes)
    return Float32Array.from(bytes)
  }
  gl.readPixels(0, 0, W, H, gl.RGBA, gl.FLOAT, numbers)
  return numbers
}
const differing = (a: Target, b: Target): number => {
  const [these, those] = [numbersOf(a), numbersOf(b)]
  return these.filter((number, i) => number !== those[i]).length
}

describe('effects that end in a memory', () => {
  it('give the very numbers of the chain apart, tick after tick, with changing mixes, masks, bypasses, looks and resets', () => {
    for (let n = 0; n < 24; n++) {
      const random = (...parts: number[]) => scatter(n, 41, ...parts)
      const pick = (from: readonly EffectDecl[], by: number) => from[by % from.length] ?? TURN
      const between = Array.from({ length: random(0) % 3 }, (_, i) => pick([BEND, STEPS], random(1, i)))
      const decls = [...(n % 6 === 5 ? [] : [pick([TURN, PAST], random(2))]), ...between, pick([SMEAR, STAY], random(3)), ...(n % 4 === 3 ? between : [])]
      const instances = decls.map((decl, i) => instantiate(decl, `${decl.id}-${i}`))
      const [{ chain, faults }, alone] = [open(instances), openAlone(instances)]
      for (let tick = 0; tick < 12; tick++) {
        for (const [i, one] of instances.entries()) {
          const dice = random(4, tick, i) % 24
          one.mix = dice === 0 ? 0.4 : dice === 1 ? 0 : 1
          one.bypass = dice === 2
          one.maskMode = dice === 3 ? MASK_MODES[random(5, tick) % 3] ?? 'all' : 'all'
          one.values['amount'] = (random(6, tick >> 2, i) % 100) / 100
          if ('blend' in one.values) one.values['blend'] = random(7, tick >> 1) % 2 ? 'light' : 'mix'
          if (dice === 4) one.reset += 1
        }
        const [together, apart] = [chain.run(inputOf(tick), moment(tick)), alone.run(inputOf(tick), moment(tick))]
        expect(differing(together, apart), `chain ${n}, tick ${tick}: ${instances.map(({ slug }) => slug).join(', ')}`).toBe(0)
      }
      expect(faults).toEqual([])
      chain.close()
      alone.close()
    }
  })

  const drawsIn = (decls: readonly EffectDecl[], change: (instances: readonly EffectInstance[]) => void = () => {}): number => {
    const instances = decls.map((decl, i) => instantiate(decl, `${decl.id}-${i}`))
    change(instances)
    const { chain } = open(instances)
    const draws = drawsOf(gpu, () => chain.run(inputOf(0), moment(0)))
    chain.close()
    return draws
  }

  it('are one pass while all of them are played whole', () => {
    expect(drawsIn([TURN, SMEAR])).toBe(1)
    expect(drawsIn([BEND, SMEAR])).toBe(1)
    expect(drawsIn([TURN, BEND, BEND, STAY])).toBe(1)
    expect(drawsIn([TURN, SMEAR], ([, last]) => { Object.assign(last?.values ?? {}, { blend: 'light' }) })).toBe(1)
    expect(drawsIn([TURN, TURN, SMEAR])).toBe(2)
    expect(drawsIn([TURN, SMEAR, BEND, STAY])).toBe(2)
    expect(drawsIn([SMEAR, STAY])).toBe(2)
    expect(drawsIn([TURN, ...Array.from({ length: 7 }, () => BEND), STAY])).toBe(2)
  })

  it('are drawn apart where one is mixed or masked, and leave out those that are off', () => {
    for (let i = 0; i < 2; i++) {
      expect(drawsIn([TURN, SMEAR], (all) => { Object.assign(all[i] ?? {}, { mix: 0.5 }) })).toBe(2)
      expect(drawsIn([TURN, SMEAR], (all) => { Object.assign(all[i] ?? {}, { maskMode: 'inside' }) })).toBe(2)
      expect(drawsIn([TURN, SMEAR], (all) => { Object.assign(all[i] ?? {}, { bypass: true }) })).toBe(1)
    }
    const plainHead = { ...TURN, plain: { amount: 0.5 } }
    expect(drawsIn([plainHead, SMEAR])).toBe(2)
    expect(drawsIn([plainHead, SMEAR], ([, last]) => { Object.assign(last?.values ?? {}, { blend: 'light' }) })).toBe(1)
    expect(drawsIn([plainHead, STAY])).toBe(1)
  })

  it('of which each is plain with several values, have a program for every combination, which shows the same', () => {
    const decls: readonly EffectDecl[] = [{ ...TURN, plain: { amount: [0.5, 0.25] } }, { ...SMEAR, plain: { blend: ['light', 'mix'] } }]
    for (const amount of [0.5, 0.25]) for (const blend of ['light', 'mix']) {
      const instances = decls.map((decl) => instantiate(decl))
      Object.assign(instances[0]?.values ?? {}, { amount })
      Object.assign(instances[1]?.values ?? {}, { blend })
      const [{ chain }, alone] = [open(instances), openAlone(instances)]
      for (let tick = 0; tick < 4; tick++) {
        let together: Target | undefined
        expect(drawsOf(gpu, () => { together = chain.run(inputOf(tick), moment(tick)) })).toBe(1)
        expect(together && differing(together, alone.run(inputOf(tick), moment(tick))), `${amount}, ${blend}`).toBe(0)
      }
      chain.close()
      alone.close()
    }
  })

  it('show what a reset shows apart: of the memory, and of the past that the first looks at', () => {
    const instances = [PAST, SMEAR].map((decl) => instantiate(decl))
    for (const one of instances) one.values['amount'] = 0.9
    const [{ chain }, alone] = [open(instances), openAlone(instances)]
    const seen = (tick: number) => [chain.run(inputOf(tick), moment(tick)), alone.run(inputOf(tick), moment(tick))] as const
    for (let tick = 0; tick < 9; tick++) {
      const [one] = instances
      if (one && tick === 5) one.reset += 1
      if (instances[1] && tick === 7) instances[1].reset += 1
      const [together, apart] = seen(tick)
      expect(differing(together, apart), `tick ${tick}`).toBe(0)
    }
    chain.close()
    alone.close()
  })

  it('are each reloaded alone when they do not compile, and together again when they do', () => {
    const texts: Record<string, string> = { 'turn.frag': 'vec4 effect(vec2 uv) { return vec4(0.2, 0.0, 0.0, 1.0); }', 'stay.frag': 'vec4 effect(vec4 here, vec2 uv) { return here + vec4(0.2, 0.0, 0.0, 0.0); }' }
    const { chain, faults } = open([TURN, STAY].map((decl) => instantiate(decl)), shaders(texts))
    let red: number | undefined
    const look = (tick: number) => drawsOf(gpu, () => { red = pixelAt(gpu, chain.run(inputOf(0), moment(tick)), 5, 5)[0] })
    expect([look(0), red]).toEqual([1, 102])
    texts['stay.frag'] = 'vec4 effect(vec4 here, vec2 uv) {\n  return texture(source, uv); }'
    chain.reload('stay.frag')
    expect([look(1), red]).toEqual([2, 102])
    expect(faults).toMatchObject([{ message: expect.stringMatching(/^stay\.frag:2: 'source' .*last good version plays on/) as string }])
    texts['turn.frag'] = 'vec4 effect(vec2 uv) { return vec4(0.4, 0.0, 0.0, 1.0); }'
    chain.reload('turn.frag')
    expect([look(2), red]).toEqual([2, 153])
    texts['stay.frag'] = 'vec4 effect(vec4 here, vec2 uv) { return here + vec4(0.4, 0.0, 0.0, 0.0); }'
    chain.reload('stay.frag')
    expect([look(3), red, faults.length]).toEqual([1, 204, 1])
    chain.close()
  })

  it('play apart where the driver does not take them together', () => {
    let asked = 0
    const text = shaders(TEXTS)
    const { chain, faults } = open([TURN, STAY].map((decl) => instantiate(decl)), (file) => (file === 'stay.frag' && ++asked > 1 ? 'vec4 effect(' : text(file)))
    expect(drawsOf(gpu, () => chain.run(inputOf(0), moment(0)))).toBe(2)
    expect(faults).toEqual([])
    chain.close()
  })

  it('of Doppel\'s own, whatever stands before a trail: the very numbers, in one pass less', () => {
    const library = openShaderLibrary(shaderFolder(), { watch: false, report: ({ message }) => { throw new Error(message) } })
    const heads = EFFECTS.filter(({ clones, reads }) => !clones && !reads.some((read) => read === 'previous' || read === 'blurred'))
    expect(heads.length).toBeGreaterThan(20)
    for (const [n, decl] of heads.entries()) {
      const instances = [decl, effectById(n % 2 ? 'trails' : 'feedback')].map((of) => instantiate(of))
      // What is plain by default is so of both; else of neither.
      const plainly = instances[0] && (!decl.plain || plainWatch(instances[0])() >= 0)
      if (instances[1] && !plainly) Object.assign(instances[1].values, n % 2 ? {} : { blend: 'difference' })
      const [{ chain, faults }, { chain: first }, { chain: last }] = [open(instances, library.text), open(instances.slice(0, 1), library.text), open(instances.slice(1), library.text)]
      for (let tick = 0; tick < 3; tick++) {
        let [together, apart] = [inputOf(tick).colour, inputOf(tick).colour]
        const draws = drawsOf(gpu, () => { together = chain.run(inputOf(tick), moment(tick)) })
        const drawsApart = drawsOf(gpu, () => { apart = last.run({ ...inputOf(tick), colour: first.run(inputOf(tick), moment(tick)) }, moment(tick)) })
        expect([differing(together, apart), draws], `${decl.id}, tick ${tick}`).toEqual([0, drawsApart - 1])
      }
      expect(faults).toEqual([])
      for (const each of [chain, first, last]) each.close()
    }
    library.close()
  })
})
