import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openGpu } from '../../src/gl/context.js'
import { onceOnly } from '../../src/gl/once.js'
import { createProgram } from '../../src/gl/program.js'
import { createTarget } from '../../src/gl/target.js'
import type { Gpu } from '../../src/gl/types.js'
import { pixelsOf } from './support.js'

let gpu: Gpu
beforeAll(() => { gpu = openGpu() })
afterAll(() => { gpu.close() })

const HEAD = `#version 300 es
precision highp float;
precision highp int;
in vec2 hostUv;
uniform float level;
uniform vec4 levels[2];
uniform int which;
uniform sampler2D source;
out vec4 colour;
#line 1 1
`
const VERTEX = `#version 300 es
out vec2 hostUv;
void main() {
  hostUv = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0;
  gl_Position = vec4(hostUv * 2.0 - 1.0, 0.0, 1.0);
}
`
const handedOver = (body: string, extra?: string) =>
  [...onceOnly(HEAD + body, VERTEX, extra).vertex.matchAll(/flat out \w+ hostOnce(\w+);/g)].map(([, name]) => name)
const MAIN = 'void main() { colour = vec4(f()); }\n'

describe('what is the same for all pixels', () => {
  it.each([
    ['dear and of uniforms only', `float f() { return sin(level); }\n${MAIN}`, ['f']],
    ['by way of another function', `const float A = 2.0;\nfloat g(float x) { return exp2(A * x); }\nfloat f() { return g(level); }\n${MAIN}`, ['f']],
    ['a look into an array', `float f() { return levels[which].x; }\n${MAIN}`, ['f']],
    ['a few sums', `float f() { return 2.0 * level; }\n${MAIN}`, []],
    ['where the pixel is', `float f() { return sin(hostUv.x); }\n${MAIN}`, []],
    ['where the pixel is, by way of another function', `float g() { return gl_FragCoord.x; }\nfloat f() { return sin(g()); }\n${MAIN}`, []],
    ['a texture', `float f() { return sin(texture(source, vec2(0.5)).r); }\n${MAIN}`, []],
    ['a variable', `float kept = 0.0;\nfloat f() { return sin(kept); }\n${MAIN}`, []],
    ['never asked for', 'float f() { return sin(level); }\nvoid main() { colour = vec4(level); }\n', []],
    ['a macro of its own', `#define LEVEL level\nfloat f() { return sin(LEVEL); }\n${MAIN}`, []],
    ['more than there is room for', `${[...'abc'].map((name) => `mat4 ${name}() { return mat4(sin(level)); }\n`).join('')}void main() { colour = (a() * b() * c())[0]; }\n`, ['a', 'b']],
  ] as const)('%s', (_, body, names) => {
    expect(handedOver(body)).toEqual(names)
  })

  it('takes what depends on a copy\'s `extra` alone, when it is asked about nothing else', () => {
    const body = (asked: string) => `float f(float extra) { return sin(extra); }\nvec4 clone(float extra) { return vec4(f(${asked})); }\nvoid main() { colour = clone(0.5); }\n`
    expect(handedOver(body('extra'), '0.5')).toEqual(['f'])
    expect(handedOver(body('2.0 * extra'), '0.5')).toEqual([])
    expect(handedOver(body('extra'))).toEqual([])
  })

  it('is what it was for each pixel', () => {
    const target = createTarget(gpu, { width: 8, height: 4, format: 'rgba8' })
    const body = `float g(float x) { return sqrt(x); }
mat2 f() { return mat2(sin(level), g(level), levels[which].yz); }
void main() { colour = vec4(f()[0], f()[1]); }
`
    const drawn = [false, true].map((once) => {
      const program = createProgram(gpu, { fragment: HEAD + body, file: 'once.frag', once })
      program.use()
      program.set('level', 0.3)
      program.set('levels', [0, 0, 0, 0, 0.1, 0.8, 0.9, 0.2])
      program.set('which', 1)
      program.draw(target)
      program.close()
      return pixelsOf(gpu, target)
    })
    expect(drawn[1]).toEqual(drawn[0])
    expect(drawn[0]?.[2]).toBe(204)
    target.close()
  })

  it.each([
    ['in what is handed over', 'float f() {\n  return sin(levl);\n}\nvoid main() { colour = vec4(f()); }\n', 2],
    ['after it', 'float f() {\n  return sin(level);\n}\nvoid main() {\n  colour = vec4(f()) + nothing;\n}\n', 5],
  ])('names the line of a mistake %s', (_, body, line) => {
    expect(() => createProgram(gpu, { fragment: HEAD + body, file: 'once.frag', once: true })).toThrow(`once.frag:${line}:`)
  })
})
