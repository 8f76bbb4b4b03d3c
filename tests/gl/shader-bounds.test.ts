import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { EFFECTS } from '../../src/effects/index.js'
import { shaderFolder } from '../../src/effects/library.js'
import { choice, float, int, trigger } from '../../src/engine/params.js'
import { checkBounds } from '../../src/gl/shader-bounds.js'

const PARAMS = { copies: int(1, 16, 8), size: float(0, 1, 0.5), look: choice(['a', 'b', 'c'], 'a'), kick: trigger() }
const check = (body: string) => () => { checkBounds(body, 'try.frag', PARAMS) }
const inside = (body: string) => check(`vec4 effect(vec2 uv) {\n  float sum = 0.0;\n${body}\n  return vec4(sum);\n}`)

describe('a shader body', () => {
  it('of every effect there is passes, and takes a few milliseconds at most', () => {
    const began = performance.now()
    for (const { shader, params } of EFFECTS) expect(() => { checkBounds(readFileSync(`${shaderFolder()}/${shader}`, 'utf8'), shader, params) }, shader).not.toThrow()
    expect((performance.now() - began) / EFFECTS.length).toBeLessThan(50)
    expect(readdirSync(shaderFolder()).length).toBeGreaterThan(0)
  })

  it.each([
    'for (int i = 0; i < 8; i++) sum += 1.0;',
    'for (int i = 7; i >= 0; --i) sum += 1.0;',
    'for (int i = 0; i < copies; i += 2) { sum += float(i); if (sum > 3.0) break; }',
    'for (int i = -2; i <= 2 && sum < 9.0; i++) for (int j = -2; j <= 2; j++) sum += float(i * j);',
    'for (int i = 0; 8 > i; i++) sum += 1.0;',
    'for (int i = 0; i < min(copies, 4) * 2 + subjects; i++) sum += 1.0;',
    'for (float t = 0.0; t < 1.0; t += 0.05) sum += t;',
    'const int N = 4, M = N * 2; for (int i = 0; i < M; i++) sum += 1.0;',
    'float a[4]; float b[2] = float[2](1.0, 2.0); for (int i = 0; i < 4; i++) a[i] = b[i % 2]; sum = a[copies % 4];',
    `const float T[200] = float[200](${Array.from({ length: 200 }, (_, i) => `${i}.0`).join(', ')}); sum = T[copies];`,
    'int n = copies; sum = float(n > 3 ? look : n);',
    'for (int i = 0; i < 4; i++) for (int k = 0; k < 4; k++) { sum += max(float(i), float(k)); }',
  ])('may say %s', (body) => expect(inside(body)).not.toThrow())

  it.each(([
    ['while (true) sum += 1.0;', /^try\.frag:3: it cannot be told that this loop ends/],
    ['do { sum += 1.0; } while (sum < 3.0);', /cannot be told/],
    ['for (;;) sum += 1.0;', /cannot be told/],
    ['for (int i = 0; true; i++) sum += 1.0;', /cannot be told/],
    ['for (int i = 0; i < 8; ) sum += 1.0;', /cannot be told/],
    ['for (int i = 0; i < 8; i--) sum += 1.0;', /cannot be told/],
    ['for (int i = 0; i < 8; i += 0) sum += 1.0;', /cannot be told/],
    ['for (int i = 0; i < 8 || sum < 1.0; i++) sum += 1.0;', /cannot be told/],
    ['for (int i = 0; i < 8 == false; i++) sum += 1.0;', /cannot be told/],
    ['for (int i = 0; i < frame; i++) sum += 1.0;', /cannot be told/],
    ['for (int i = 0; i < kick; i++) sum += 1.0;', /cannot be told/],
    ['for (int i = 0; i < int(sum); i++) sum += 1.0;', /cannot be told/],
    ['int copies = 1000000; for (int i = 0; i < copies; i++) sum += 1.0;', /cannot be told/],
    ['int a, copies; for (int i = 0; i < copies; i++) sum += 1.0;', /cannot be told/],
    ['for (int i = 0; i < 1000000; i++) sum += 1.0;', /takes too long/],
    ['for (int i = 0; i < 2000000000; i++) sum += 1.0;', /cannot be told/],
    ['for (int i = 0; i < 100; i++) for (int j = 0; j < 100; j++) sum += 1.0;', /takes too long/],
    ['for (int i = 0; i < 8; i++) i--;', /i counts the rounds of a loop/],
    ['for (int i = 0; i < 8; i++) { i = 0; }', /i counts/],
    ['for (int i = 0; i < 8 && i-- > 0; i++) { sum += 1.0; }', /i counts/],
    ['for (int i = 0; i < 8; i++) { (i) = 0; }', /i counts/],
    ['for (float t = 1000000.0; t < 1000001.0; t += 0.001) sum += 1.0;', /step .* too small/],
    ['float a[1000000]; sum = a[0];', /arrays hold too much/],
    ['float a[64][64]; sum = a[0][0];', /arrays hold too much/],
    ['float a[40]; sum = a[0];', /32 elements are the most of one that is not const/],
    ['const float a[600] = x; const float b[600] = x; sum = a[0] + b[0];', /arrays hold too much/],
    ['float a = 1.0, b[100000]; sum = b[0];', /arrays hold too much/],
    ['vec4[100000] a; sum = a[0].x;', /arrays hold too much/],
    ['const int N = 1000 * 1000; float a[N]; sum = a[0];', /arrays hold too much/],
    ['float a[1 << 20]; sum = a[0];', /size of this array cannot be told/],
    ['#if 1\n#endif', /^try\.frag:3: #if is not taken/],
    ['#define FOREVER while(true)\nFOREVER sum += 1.0;', /^try\.frag:4: it cannot be told/],
    ['#define BACK i--\nfor (int i = 0; i < 8; i++) BACK;', /i counts/],
    ['#define W(x) x\n#define E W\nE(while)(true) sum += 1.0;', /cannot be told/],
    ['#define N 1000000\nfor (int i = 0; i < N; i++) sum += 1.0;', /takes too long/],
    [`${Array.from({ length: 100 }, (_, i) => `for (int i${i} = 0; i${i} < 1; i${i}++) `).join('')} sum += 1.0;`, /loops lie more than 6 deep/],
    [`sum = ${'('.repeat(100)}1.0${')'.repeat(100)};`, /brackets lie more than 48 deep/],
    [`sum = 1.0${' + 1.0'.repeat(1500)};`, /statement is too long/],
    ['sum += 1.0;'.repeat(2000), /too long/],
    ['#define A A B\nA', /uses itself/],
    ['#define A B B\n#define B A A\nA', /write out too much|too long/],
    [`${Array.from({ length: 30 }, (_, i) => `#define M${i + 1} M${i} M${i}`).join('\n')}\nM30`, /write out too much|too long/],
  ] as [string, RegExp][]).map(([body, says]) => [body.length > 90 ? `${body.slice(0, 90)}...` : body, says, body] as const))('may not say %s', (_name, says, body) => {
    const began = performance.now()
    expect(inside(body)).toThrow(says)
    expect(performance.now() - began).toBeLessThan(500)
  })

  it('counts what functions do, and what they do to their arguments', () => {
    const calls = Array.from({ length: 30 }, (_, i) => `float f${i + 1}(float x) { return f${i}(x) + f${i}(x); }`).join('\n')
    expect(check(`float f0(float x) { return x; }\n${calls}\nvec4 effect(vec2 uv) { return vec4(f30(1.0)); }`)).toThrow(/takes too long/)
    expect(check('float f(float x) { float s = 0.0; for (int i = 0; i < 100; i++) s += x; return s; }\nvec4 effect(vec2 uv) { float s = 0.0; for (int i = 0; i < 100; i++) s += f(s); return vec4(s); }')).toThrow(/try\.frag:2: it takes too long/)
    const long = `float f0(float x) { ${'x += 1.0; '.repeat(300)} return x; }`
    expect(check(`${long}\nvec4 effect(vec2 uv) { return vec4(${'f0('.repeat(10)}1.0${')'.repeat(10)}); }`)).toThrow(/effect is too long with what it calls/)
    expect(check('void back(inout int i) { i--; }\nvec4 effect(vec2 uv) {\nfor (int i = 0; i < 9; i++) back(i);\nreturn vec4(0.0); }')).toThrow(/try\.frag:3: i counts/)
    expect(check('float f(float x) { return f(x); }\nvec4 effect(vec2 uv) { return vec4(f(1.0)); }')).toThrow(/calls itself/)
  })

  it('counts what structures hold', () => {
    const grown = Array.from({ length: 30 }, (_, i) => `struct S${i + 1} { S${i} a; S${i} b; };`).join('\n')
    expect(check(`struct S0 { vec4 x; };\n${grown}\nvec4 effect(vec2 uv) { S30 s; return s.a.a.a.x; }`)).toThrow(/arrays hold too much/)
    expect(check('struct S { float a[100]; };\nvec4 effect(vec2 uv) { S s[100]; return vec4(s[0].a[0]); }')).toThrow(/arrays hold too much/)
    expect(check('struct S { float a[4]; vec2 b; };\nvec4 effect(vec2 uv) { S s[4]; return vec4(s[0].a[0]); }')).not.toThrow()
  })

  it('with brackets that do not match is left to the driver, who says where', () => {
    for (const body of ['sum = ((((1.0);', 'sum = 1.0)};', 'while (true) {']) expect(inside(body)).not.toThrow()
  })

  it('is a page of text', () => expect(check(`// ${'x'.repeat(70_000)}`)).toThrow(/letters/))
})
