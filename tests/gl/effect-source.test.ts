import { describe, expect, it } from 'vitest'
import type { EffectDecl } from '../../src/engine/effect.js'
import { beats, bool, choice, colour, float, int, point, trigger } from '../../src/engine/params.js'
import { effectSource } from '../../src/gl/effect-source.js'
import { readShaderLog, strangeSign, withoutComments } from '../../src/gl/shader-error.js'
import { effect } from './support.js'

const body = 'vec4 effect(vec2 uv) { return vec4(1.0); }'

describe('effectSource', () => {
  it('declares every parameter by its type', () => {
    const source = effectSource(effect('all', { amount: float(0, 1, 0), copies: int(1, 4, 2), gap: beats(0, 1, 0.5), on: bool(true), blend: choice(['a', 'b'], 'a'), tint: colour(1, 0, 0), centre: point(0, 0), burst: trigger() }), body)
    for (const line of ['float amount', 'int copies', 'float gap', 'bool on', 'int blend', 'vec4 tint', 'vec2 centre', 'int burst']) expect(source).toContain(`uniform ${line};`)
  })
  it('declares mask, history and previous only when they are read', () => {
    const with_ = (reads: EffectDecl['reads']) => effectSource(effect('e', {}, reads), body)
    expect(with_([])).not.toMatch(/maskAt|historyAgo|sampler2D previous|location = 1/)
    expect(with_(['mask'])).toMatch(/float maskAt\(vec2 uv\)/)
    expect(with_(['history'])).toMatch(/vec4 historyAgo\(float seconds, vec2 uv\)/)
    expect(with_(['previous'])).toMatch(/uniform sampler2D previous;/)
  })
  it('refuses a parameter with a name of the host, and says which', () => {
    for (const name of ['time', 'source', 'maskAt', 'historyLength', 'beatSeconds', 'hostMix', 'gl_Position', 'audio', 'mix']) {
      expect(() => effectSource(effect('clash', { [name]: float(0, 1, 0) }), body)).toThrow(`the effect clash has a parameter "${name}"`)
    }
  })
})

describe('shader messages', () => {
  it('take the first error in the author\'s file', () => {
    const error = readShaderLog(['echo.frag'], "ERROR: 0:4: 'x' : host\nERROR: 1:7: 'foo' : undeclared identifier\nERROR: 1:7: '=' : dimension mismatch\nERROR: 1:9: 'bar' : later\n")
    expect(error).toMatchObject({ file: 'echo.frag', line: 7, message: "echo.frag:7: 'foo' : undeclared identifier; '=' : dimension mismatch" })
  })
  it('keep the driver\'s words when they name no line', () => {
    expect(readShaderLog(['a.frag'], 'link failed').message).toBe('a.frag: link failed')
    expect(readShaderLog(['a.frag'], '').message).toMatch(/^a\.frag: .+/)
  })
  it('comments go, lines stay', () => {
    expect(withoutComments("a // it's\n/* \"x\n$ */ b /* open\n'")).toBe('a        \n     \n     b        \n ')
    expect(strangeSign('ok\nbad "x"')).toEqual({ line: 2, sign: '"' })
    expect(strangeSign('a = b;\n\tc')).toBeUndefined()
  })
})
