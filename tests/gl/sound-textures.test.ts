import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAudio } from '../../src/control/audio/index.js'
import { instantiate, type EffectDecl, type Moment } from '../../src/engine/effect.js'
import { createChain } from '../../src/gl/chain.js'
import { openGpu } from '../../src/gl/context.js'
import type { Gpu, Target } from '../../src/gl/types.js'
import { drawnOf, effect, filledTarget, moment, pixelAt, shaders } from './support.js'

const [W, H] = [64, 4]
let gpu: Gpu
let picture: Target
beforeAll(() => {
  gpu = openGpu()
  picture = filledTarget(gpu, W, H, () => [0, 0, 0, 255])
})
afterAll(() => { gpu.close() })

const SHOWN = 'vec4 effect(vec2 uv) { return vec4(waveformAt(uv.x) * 0.5 + 0.5, spectrumAt(uv.x), texture(waveform, vec2(uv.x, 0.5)).r, 1.0); }'
/** What a chain draws of what is heard, at a column. */
const playing = (decl: EffectDecl, body: string) => {
  const faults: string[] = []
  const chain = createChain(gpu, { width: W, height: H, instances: [instantiate(decl)], shaderText: shaders({ [decl.shader]: body }), report: ({ message }) => faults.push(message) })
  return { chain, faults, at: (x: number, sound?: Moment['sound'], frame = 1) => pixelAt(gpu, chain.run(drawnOf(picture), moment(frame, sound && { sound })), x, 1) }
}
const heard = (wave: (x: number) => number, spectrum: (x: number) => number) => ({ wave: Float32Array.from({ length: 512 }, (_, i) => wave(i / 512)), spectrum: Float32Array.from({ length: 256 }, (_, i) => spectrum(i / 256)) })
const near = (value: number | undefined, wanted: number) => { expect(Math.abs((value ?? -1) - wanted * 255)).toBeLessThan(4) }

describe('what is heard, in a shader', () => {
  it('is the wave around 0.5 and the spectrum from 0, from left to right', () => {
    const { at, faults, chain } = playing(effect('scope', {}, ['waveform', 'spectrum']), SHOWN)
    const sound = heard((x) => 2 * x - 1, (x) => 1 - x)
    for (const x of [0, 20, 40, 63]) {
      const [wave, spectrum, raw] = at(x, sound)
      near(wave, (x + 0.5) / W)
      near(raw, (x + 0.5) / W)
      near(spectrum, 1 - (x + 0.5) / W)
    }
    expect(faults).toEqual([])
    chain.close()
  })

  it('is the newest in every tick, and silence with no device and where nobody said what is heard', () => {
    const { at, chain } = playing(effect('scope', {}, ['waveform', 'spectrum']), SHOWN)
    const sound = heard(() => 1, () => 0.4)
    near(at(10, sound, 1)[0], 1)
    sound.wave.fill(-1)
    sound.spectrum.fill(0.8)
    const [wave, spectrum] = at(10, sound, 2)
    near(wave, 0)
    near(spectrum, 0.8)
    for (const silence of [createAudio().view, undefined]) {
      const [still, nothing] = at(10, silence, 3)
      near(still, 0.5)
      near(nothing, 0)
    }
    chain.close()
  })

  it('is there for effects that read their own pixel only, and takes no more memory while it plays', () => {
    const local = playing({ ...effect('beam', {}, ['spectrum']), local: true }, 'vec4 effect(vec4 here, vec2 uv) { return vec4(spectrumAt(0.5), here.gba); }')
    near(local.at(10, heard(() => 0, (x) => x))[0], 0.5)
    expect(local.faults).toEqual([])
    local.chain.close()
    const reading = playing(effect('scope', {}, ['waveform']), 'vec4 effect(vec2 uv) { return vec4(waveformAt(uv.x)); }')
    const made = gpu.allocated()
    for (let frame = 0; frame < 20; frame++) reading.at(1, heard(Math.sin, Math.cos), frame)
    expect(gpu.allocated()).toBe(made)
    reading.chain.close()
  })
})
