import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { float } from '../../src/engine/params.js'
import { openGpu } from '../../src/gl/context.js'
import { effectSource } from '../../src/gl/effect-source.js'
import { createProgram, isShaderError } from '../../src/gl/program.js'
import { createTarget } from '../../src/gl/target.js'
import type { Gpu } from '../../src/gl/types.js'
import { effect, pixelAt } from './support.js'

let gpu: Gpu
beforeAll(() => { gpu = openGpu() })
afterAll(() => { gpu.close() })

const problemOf = (body: string, params = {}): { message: string; line: number } => {
  try {
    createProgram(gpu, { fragment: effectSource(effect('e', params), body), file: 'e.frag' }).close()
  } catch (thrown) {
    if (isShaderError(thrown)) return thrown
    throw thrown
  }
  throw new Error('it compiled')
}

describe('openGpu', () => {
  it('tells what draws', () => {
    expect(gpu.info.renderer).not.toBe('')
    expect(gpu.info.version).toContain('OpenGL ES 3')
    expect(gpu.info.software).toBe(/llvmpipe|swiftshader|softpipe/i.test(gpu.info.renderer))
    expect(gpu.gl.getError()).toBe(0)
  })
})

describe('createTarget', () => {
  it('gives transparent black of each format, and refuses what no card has', () => {
    for (const format of ['rgba8', 'r8'] as const) {
      const target = createTarget(gpu, { width: 5, height: 3, format })
      expect(pixelAt(gpu, target, 4, 2)).toEqual([0, 0, 0, format === 'r8' ? 255 : 0])
      target.close()
    }
    createTarget(gpu, { width: 5, height: 3, format: 'rgba16f' }).close()
    for (const [width, height] of [[0, 4], [4, -1], [1e6, 4], [1.5, 4]] as const) expect(() => createTarget(gpu, { width, height, format: 'rgba8' })).toThrow(/cannot be drawn: this graphics card takes/)
    expect(gpu.gl.getError()).toBe(0)
  })
})

describe('createProgram', () => {
  it('names file and line of an error, whatever the host puts in front', () => {
    expect(problemOf('// a comment, it\'s "odd"\nvec4 effect(vec2 uv) {\n  return nothing;\n}', { amount: float(0, 1, 0) })).toMatchObject({ line: 3, message: expect.stringMatching(/^e\.frag:3: 'nothing' : undeclared identifier/) as string })
    expect(problemOf('\n\nfloat x = vec2(1.0);\nvec4 effect(vec2 uv) { return vec4(x); }')).toMatchObject({ line: 3 })
    expect(problemOf('vec4 effect(vec2 uv) {\n  return vec4(1.0);\n').line).toBeGreaterThanOrEqual(2)
    expect(problemOf('vec4 efect(vec2 uv) { return vec4(1.0); }').message).toMatch(/^e\.frag:\d+: .*effect/)
    expect(problemOf('vec4 effect(vec2 uv) {\n  return vec4("1.0");\n}')).toMatchObject({ line: 2, message: 'e.frag:2: the sign " has no meaning in GLSL' })
    expect(gpu.gl.getError()).toBe(0)
  })

  it('sets uniforms of every type, only when they change, and ignores those the shader has not', () => {
    const program = createProgram(gpu, {
      file: 'u',
      fragment: `#version 300 es
precision highp float;
uniform float a; uniform vec2 b; uniform int c; uniform bool d; uniform vec3 e[2]; uniform vec4 f; uniform ivec2 g;
out vec4 colour;
void main() { colour = vec4(a, b.y, float(c) / 255.0, d ? 1.0 : 0.0) + vec4(e[1].z, 0.0, f.w, 0.0) + vec4(0.0, float(g.y) / 255.0, 0.0, 0.0); }
`,
    })
    const target = createTarget(gpu, { width: 1, height: 1, format: 'rgba8' })
    const spies = [vi.spyOn(gpu.gl, 'uniform1f'), vi.spyOn(gpu.gl, 'uniform2f'), vi.spyOn(gpu.gl, 'uniform1i')]
    program.use()
    const set = (a: number) => {
      program.set('a', a)
      program.set('b', [0, 0.25])
      program.set('c', 7)
      program.set('d', true)
      program.set('e', new Float32Array([0, 0, 0, 0, 0, 0.125]))
      program.set('f', [0, 0, 0, 0.6])
      program.set('g', [0, 3])
      program.set('nowhere', 1)
    }
    set(0.1)
    set(0.1)
    set(0.2)
    expect(spies.map((spy) => spy.mock.calls.length)).toEqual([2, 1, 2])
    for (const spy of spies) spy.mockRestore()
    program.draw(target)
    const c = pixelAt(gpu, target, 0, 0)
    expect(c).toEqual([Math.round(255 * 0.325), Math.round(255 * 0.25) + 3, 7 + 153, 255])
    expect([program.has('e'), program.has('nowhere')]).toEqual([true, false])
    expect(gpu.gl.getError()).toBe(0)
    program.close()
    target.close()
  })

  it('draws the whole target and nothing twice', () => {
    const program = createProgram(gpu, { file: 'uv', fragment: '#version 300 es\nprecision highp float;\nin vec2 hostUv;\nout vec4 c;\nvoid main() { c = vec4(hostUv, 0.0, 1.0); }\n' })
    const target = createTarget(gpu, { width: 4, height: 2, format: 'rgba8' })
    program.use()
    program.draw(target)
    expect([pixelAt(gpu, target, 0, 1), pixelAt(gpu, target, 3, 0)]).toEqual([[32, 64, 0, 255], [223, 191, 0, 255]])
    program.close()
    target.close()
  })
})
