import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { instantiate, type EffectDecl, type EffectInstance } from '../../src/engine/effect.js'
import { beats, bool, choice, colour, float, int, point, trigger } from '../../src/engine/params.js'
import type { Fault } from '../../src/engine/types.js'
import { createChain } from '../../src/gl/chain.js'
import { openGpu } from '../../src/gl/context.js'
import { isShaderError } from '../../src/gl/program.js'
import type { Chain, ChainOptions, Gpu, Target } from '../../src/gl/types.js'
import { drawnOf, effect, filledMask, filledTarget, moment, pixelAt, pixelsOf, scatter, shaders } from './support.js'

const [W, H] = [32, 18]
let gpu: Gpu
let picture: Target
let leftHalf: Target
beforeAll(() => {
  gpu = openGpu()
  picture = filledTarget(gpu, W, H, (x, y) => [scatter(x, y, 0) & 255, scatter(x, y, 1) & 255, scatter(x, y, 2) & 255, 255])
  leftHalf = filledMask(gpu, W, H, (x) => (x < W / 2 ? 255 : 0))
})
afterAll(() => { gpu.close() })

interface Played { chain: Chain; instances: EffectInstance[]; faults: Omit<Fault, 'count'>[] }
const play = (decls: readonly EffectDecl[], texts: Record<string, string>, more: Partial<ChainOptions> = {}): Played => {
  const faults: Omit<Fault, 'count'>[] = []
  const instances = decls.map((decl, i) => instantiate(decl, `${decl.id}-${i}`))
  const chain = createChain(gpu, { width: W, height: H, instances, shaderText: shaders(texts), report: (f) => faults.push(f), ...more })
  return { chain, instances, faults }
}

const INVERT = 'vec4 effect(vec2 uv) { vec4 c = texture(source, uv); return vec4(c.a - c.rgb, c.a); }'
const invert = effect('invert')

describe('a chain', () => {
  it('with no effect, all bypassed or at mix 0 gives the input itself', () => {
    const input = drawnOf(picture)
    expect(play([], {}).chain.run(input, moment())).toBe(picture)
    const { chain, instances } = play([invert, invert], { 'invert.frag': INVERT })
    for (const i of instances) i.bypass = true
    expect(chain.run(input, moment())).toBe(picture)
    for (const i of instances) Object.assign(i, { bypass: false, mix: 0 })
    expect(chain.run(input, moment())).toBe(picture)
    for (const i of instances) Object.assign(i, { mix: Number.NaN })
    expect(chain.run(input, moment())).toBe(picture)
    chain.close()
  })

  it('runs effects in order, each on the one before, and leaves its input alone', () => {
    const before = pixelsOf(gpu, picture)
    const { chain, instances } = play(Array.from({ length: 5 }, () => effect('count')), { 'count.frag': 'vec4 effect(vec2 uv) { vec4 c = texture(source, uv); return vec4(c.r * 0.5, c.g + 10.0 / 255.0, c.b, c.a); }' })
    const dark = filledTarget(gpu, W, H, () => [160, 20, 0, 255])
    expect(pixelAt(gpu, chain.run(drawnOf(dark), moment()), 3, 3)).toEqual([5, 70, 0, 255])
    const middle = instances[2]
    if (middle) middle.bypass = true
    expect(pixelAt(gpu, chain.run(drawnOf(dark), moment(1)), 3, 3)).toEqual([10, 60, 0, 255])
    expect(pixelsOf(gpu, picture)).toEqual(before)
    chain.close()
  })

  it('mixes, and keeps an effect inside or outside the mask', () => {
    const { chain, instances: [one] } = play([invert], { 'invert.frag': INVERT })
    if (!one) throw new Error('no instance')
    const grey = filledTarget(gpu, W, H, () => [51, 51, 51, 255])
    const at = (x: number) => pixelAt(gpu, chain.run(drawnOf(grey, leftHalf), moment()), x, 5)[0]
    expect([at(2), at(W - 2)]).toEqual([204, 204])
    one.maskMode = 'inside'
    expect([at(2), at(W - 2)]).toEqual([204, 51])
    one.maskMode = 'outside'
    expect([at(2), at(W - 2)]).toEqual([51, 204])
    Object.assign(one, { maskMode: 'all', mix: 1 / 3 })
    expect([at(2), at(W - 2)]).toEqual([102, 102])
    chain.close()
  })

  it('tells effects the moment, the size and every kind of parameter', () => {
    const params = { amount: float(0, 1, 0.25), copies: int(1, 9, 3), gap: beats(0, 1, 0.5), on: bool(true), blend: choice(['a', 'b', 'c'], 'c'), tint: colour(0.2, 0.4, 0.6, 0.8), centre: point(0.1, 0.9), burst: trigger() }
    // Each condition that fails leaves its number in red, so that the message says which.
    const checks = [
      `resolution == vec2(${W}.0, ${H}.0)`, 'time == 2.0', 'timeDelta == 0.25', 'frame == 8', 'bpm == 90.0', 'beat == 6.5', 'beatPhase == 0.5', 'abs(barPhase - 0.625) < 1e-6', 'abs(beatSeconds - 2.0 / 3.0) < 1e-6',
      'seed == 42.0', 'amount == 0.25', 'copies == 3', 'gap == 0.5', 'on', 'blend == 2', 'distance(tint, vec4(0.2, 0.4, 0.6, 0.8)) < 1e-6', 'distance(centre, vec2(0.1, 0.9)) < 1e-6', 'burst == 4', 'maskAt(vec2(0.1)) == 1.0', 'maskAt(vec2(0.9)) == 0.0', 'audio == vec4(0.0)',
    ]
    const text = `vec4 effect(vec2 uv) {\n${checks.map((check, i) => `  if (!(${check})) return vec4(${i + 1}.0 / 255.0, 0.0, 0.0, 1.0);`).join('\n')}\n  return vec4(0.0, 1.0, 0.0, 1.0);\n}`
    const { chain, instances: [one] } = play([effect('all', params, ['mask'])], { 'all.frag': text })
    if (one) one.values['burst'] = 4
    const [failed, passed] = pixelAt(gpu, chain.run(drawnOf(picture, leftHalf), { time: 2, dt: 0.25, frame: 8, bpm: 90, beat: 6.5, seed: 42 }), 0, 0)
    expect([checks[(failed ?? 0) - 1], passed]).toEqual([undefined, 255])
    chain.close()
  })

  it('takes no mask for the whole picture', () => {
    const { chain } = play([effect('m', {}, ['mask'])], { 'm.frag': 'vec4 effect(vec2 uv) { return vec4(maskAt(uv)); }' })
    expect(pixelAt(gpu, chain.run(drawnOf(picture), moment()), 9, 9)).toEqual([255, 255, 255, 255])
    chain.close()
  })
})

describe('feedback', () => {
  const GROW = 'vec4 effect(vec2 uv) { return vec4(texture(previous, uv).r + 10.0 / 255.0, 0.0, 0.0, 1.0); }'
  const grow = effect('grow', {}, ['previous'])
  const red = (out: Target) => pixelAt(gpu, out, 4, 4)[0]

  it('reads its own last picture, starting from nothing; the same tick twice gives the same', () => {
    const { chain } = play([grow, invert, grow], { 'grow.frag': GROW, 'invert.frag': INVERT })
    const input = drawnOf(picture)
    expect([0, 1, 1, 1, 2].map((frame) => red(chain.run(input, moment(frame))))).toEqual([10, 20, 20, 20, 30])
    chain.close()
  })
  it('keeps the effect\'s own picture, whatever the mix', () => {
    const { chain, instances: [one] } = play([grow], { 'grow.frag': GROW })
    const black = drawnOf(filledTarget(gpu, W, H, () => [0, 0, 0, 255]))
    if (one) one.mix = 0.5
    expect([0, 1, 2, 3].map((frame) => red(chain.run(black, moment(frame))))).toEqual([5, 10, 15, 20])
    chain.close()
  })
  it('starts from nothing again after it was off', () => {
    const { chain, instances: [one] } = play([grow], { 'grow.frag': GROW })
    if (!one) throw new Error('no instance')
    const input = drawnOf(picture)
    for (let frame = 0; frame < 5; frame++) chain.run(input, moment(frame))
    one.mix = 0
    chain.run(input, moment(5))
    one.mix = 1
    expect([6, 7].map((frame) => red(chain.run(input, moment(frame))))).toEqual([10, 20])
    chain.close()
  })
  it('never runs away: not to white for good, not to NaN', () => {
    const texts = { 'wild.frag': 'vec4 effect(vec2 uv) { vec4 p = texture(previous, uv); return frame == 3 ? vec4(p.r / 0.0 - p.r / 0.0, sqrt(-1.0 - p.r), log(-p.r - 1.0), 1.0) : p * 3.0 - (frame > 5 ? 3.5 : 0.0) + vec4(0.5); }' }
    const { chain } = play([effect('wild', {}, ['previous'])], texts)
    const input = drawnOf(picture)
    const at = (frame: number) => pixelAt(gpu, chain.run(input, moment(frame)), 4, 4)
    expect([0, 1, 2].map(at)).toEqual([[128, 128, 128, 128], [255, 255, 255, 255], [255, 255, 255, 255]])
    at(3)
    for (const value of at(4)) expect([128, 255]).toContain(value)
    at(5)
    expect(at(6)).toEqual([0, 0, 0, 0])
    chain.close()
  })
})

describe('history', () => {
  const AGO = 'vec4 effect(vec2 uv) { return historyAgo(ago, uv); }'
  const ago = effect('ago', { ago: float(0, 9, 0) }, ['history'])
  const shade = (frame: number) => filledTarget(gpu, W, H, () => [frame, 0, 0, 255])
  const run = (played: Played, from: number, to: number) => {
    let out: Target | undefined
    for (let frame = from; frame <= to; frame++) {
      const target = shade(frame)
      out = played.chain.run(drawnOf(target, leftHalf), moment(frame))
      target.close()
    }
    if (!out) throw new Error('nothing ran')
    return out
  }
  const set = ({ instances: [one] }: Played, seconds: number) => { if (one) one.values['ago'] = seconds }

  it('gives the cut-out of so many seconds ago, transparent outside the mask and beside the frame', () => {
    const played = play([ago], { 'ago.frag': AGO })
    let from = 0
    for (const [at, back] of [[20, 0], [40, 7], [90, 60], [250, 119]] as const) {
      set(played, back / 60)
      const out = run(played, from, at)
      from = at + 1
      expect(pixelAt(gpu, out, 2, 2), `${back} ticks ago`).toEqual([at - back, 0, 0, 255])
      expect(pixelAt(gpu, out, W - 2, 2)).toEqual([0, 0, 0, 0])
    }
    played.chain.close()
  })
  it('gives the oldest there is when asked for more, and says how far back it reaches', () => {
    const played = play([ago], { 'ago.frag': 'vec4 effect(vec2 uv) { return uv.y > 0.5 ? historyAgo(ago, uv) : uv.x > 0.5 ? historyAgo(0.0, uv + vec2(0.6, 0.0)) : vec4(historyLength / 4.0); }' })
    set(played, 9)
    const out = run(played, 5, 20)
    expect(pixelAt(gpu, out, 2, 2)).toEqual([5, 0, 0, 255])
    expect(pixelAt(gpu, out, 2, H - 2)[0]).toBe(Math.round((255 * (15 / 60)) / 4))
    expect(pixelAt(gpu, out, W - 2, H - 2)).toEqual([0, 0, 0, 0])
    played.chain.close()
  })
  it('captures every second tick when the ring cannot hold all, and knows how old its pictures are', () => {
    const played = play([ago], { 'ago.frag': AGO }, { historySeconds: 4 })
    for (const back of [0, 1, 2, 30, 200]) {
      set(played, back / 60)
      const red = pixelAt(gpu, run(played, 0, 245), 2, 2)[0] ?? 0
      expect(Math.abs(red - (245 - back)), `${back} ticks ago: ${red}`).toBeLessThanOrEqual(1)
    }
    played.chain.close()
  })
  it('the same tick twice is captured once, and is captured while its effect is off', () => {
    const played = play([ago], { 'ago.frag': AGO })
    set(played, 3 / 60)
    run(played, 0, 9)
    for (let i = 0; i < 3; i++) expect(pixelAt(gpu, run(played, 10, 10), 2, 2)[0]).toBe(7)
    const [one] = played.instances
    if (one) one.bypass = true
    run(played, 11, 15)
    if (one) one.bypass = false
    expect(pixelAt(gpu, run(played, 16, 16), 2, 2)[0]).toBe(13)
    played.chain.close()
  })
})

describe('reload and failure', () => {
  it('throws at once for a shader that does not compile, naming file and line, and leaves nothing behind', () => {
    const make = () => play([invert, effect('bad')], { 'invert.frag': INVERT, 'bad.frag': 'vec4 effect(vec2 uv) {\n  return oops;\n}' })
    expect(make).toThrow(/^bad\.frag:2: 'oops'/)
    try { make() } catch (thrown) { expect(isShaderError(thrown)).toBe(true) }
    expect(gpu.gl.getError()).toBe(0)
  })
  it('takes a new shader over, and keeps the last good one when the new one is wrong', () => {
    const texts = { 'invert.frag': INVERT, 'paint.frag': 'vec4 effect(vec2 uv) { return vec4(0.2); }' }
    const { chain, faults } = play([effect('paint'), invert], texts)
    const see = (frame: number) => pixelAt(gpu, chain.run(drawnOf(picture), moment(frame)), 1, 1)[0]
    expect(see(0)).toBe(0)
    texts['paint.frag'] = 'vec4 effect(vec2 uv) { return vec4(0.2, 0.2, 0.2, 1.0); }'
    chain.reload('paint.frag')
    expect(see(1)).toBe(204)
    texts['paint.frag'] = 'vec4 effect(vec2 uv) {\n\n  return vec4(0.2;\n}'
    chain.reload('paint.frag')
    expect(see(2)).toBe(204)
    expect(faults).toMatchObject([{ unit: 'paint-0', message: expect.stringMatching(/^paint\.frag:3: .*last good version plays on/) as string }])
    texts['paint.frag'] = 'vec4 effect(vec2 uv) { return vec4(0.0, 0.0, 0.0, 1.0); }'
    chain.reload('paint.frag')
    expect(see(3)).toBe(255)
    expect(faults).toHaveLength(1)
    chain.reload('another.frag')
    chain.close()
  })
  it('leaves out an effect the driver refuses to draw, reports it, and lets it back in after a reload', () => {
    const { chain, instances, faults } = play([effect('loop'), invert], { 'loop.frag': INVERT, 'invert.frag': INVERT })
    const [one] = instances
    if (!one) throw new Error('no instance')
    const { gl } = gpu
    const before = gl.drawArrays
    let calls = 0
    // The driver's own refusal: a draw with a mode that does not exist.
    gl.drawArrays = (mode, first, count) => { before(calls++ === 0 ? 0xffff : mode, first, count) }
    try {
      const out = pixelsOf(gpu, chain.run(drawnOf(picture), moment()))
      const wanted = pixelsOf(gpu, picture).map((v, i) => (i % 4 === 3 ? v : 255 - v))
      expect(out).toEqual(wanted)
      expect(faults).toMatchObject([{ unit: 'loop-0', message: expect.stringMatching(/GL error 0x500/) as string }])
    } finally {
      gl.drawArrays = before
    }
    chain.run(drawnOf(picture), moment(1))
    expect(faults).toHaveLength(1)
    chain.reload('loop.frag')
    expect(pixelsOf(gpu, chain.run(drawnOf(picture), moment(2)))).toEqual(pixelsOf(gpu, picture))
    chain.close()
  })
})
