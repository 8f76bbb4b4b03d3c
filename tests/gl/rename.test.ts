import { describe, expect, it } from 'vitest'
import { ownNames, renameApart } from '../../src/gl/rename.js'

const names = (body: string) => [...ownNames(body)].sort()

describe('names a body declares itself', () => {
  it.each<[string, string[]]>([
    ['const vec3 LUMA = vec3(0.2), GREY = vec3(0.5);', ['GREY', 'LUMA']],
    ['const int[2] GLYPHS = int[2](1, 2);\nconst highp float K = 1e5;', ['GLYPHS', 'K']],
    ['precision mediump float;\nfloat x;', ['x']],
    ['#define N 3\n# define HALF(a) (0.5 * (a))\n#ifdef N\n#endif', ['HALF', 'N']],
    ['struct Part { float d; vec2 at; };\nPart make(float d) { float inner = d; return Part(d, vec2(inner)); }', ['Part', 'make']],
    ['// float no;\n/* vec3 never(); */ vec4 effect(vec4 here, vec2 uv) { for (int i = 0; i < 3; i++) { float q = 1.0; } return here; }', ['effect']],
  ])('%s', (body, found) => { expect(names(body)).toEqual(found) })
})

describe('renaming apart', () => {
  const rename = (body: string, extra: string[] = []) => renameApart(body, new Set([...ownNames(body), ...extra]), 'hostF0')

  it('leaves swizzles, fields, numbers and everything of GLSL alone', () => {
    expect(rename('float r; vec3 f(vec4 c) { return c.rgb * r * 1.0e5; }', ['e5'])).toBe('float hostF0r; vec3 hostF0f(vec4 c) { return c.rgb * hostF0r * 1.0e5; }')
    expect(rename('float d; struct P { float d, e; float a[2]; }; float g(P p) { return p.d + d; }'))
      .toBe('float hostF0d; struct hostF0P { float d, e; float a[2]; }; float hostF0g(hostF0P p) { return p.d + hostF0d; }')
  })
  it('renames sizes and types inside a structure, parameters, and macros with what they expand to', () => {
    expect(rename('const int N = 2; struct Q { float at[N]; };')).toBe('const int hostF0N = 2; struct hostF0Q { float at[hostF0N]; };')
    expect(rename('#define TWICE(v) (v * amount)\nfloat f() { return TWICE(2.0); }', ['amount'])).toBe('#define hostF0TWICE(v) (v * hostF0amount)\nfloat hostF0f() { return hostF0TWICE(2.0); }')
  })
  it('keeps every line in its place', () => {
    const body = '// one\nfloat a;\n\n/* two\nthree */ float b;\n'
    expect(rename(body).split('\n')).toHaveLength(body.split('\n').length)
  })
})
