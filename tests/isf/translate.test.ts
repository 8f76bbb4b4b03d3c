import { describe, expect, it } from 'vitest'
import { withoutConditionals } from '../../src/gl/isf/conditionals.js'
import { translateIsf } from '../../src/gl/isf/translate.js'

const options = { file: 'thing.fs', vertex: false, names: ['inputImage', 'amount', 'inverse'], floats: ['amount'], pictures: ['inputImage'], ranges: new Map([['amount', [0, 10]] as const]) }
const translated = (text: string, more: Partial<typeof options> = {}) => translateIsf(text, { ...options, ...more })
const words = (text: string, more: Partial<typeof options> = {}) => translated(text, more).text.replace(/\s+/g, ' ').trim()

describe('conditions', () => {
  it('are decided as for GLSL ES 3.00, and every line keeps its number', () => {
    expect(withoutConditionals('#version 150\n#if __VERSION__ <= 120\nvarying vec2 a;\n#else\nin vec2 a;\n#endif\nend', 'f').split('\n')).toEqual(['', '', '', '', 'in vec2 a;', '', 'end'])
    expect(withoutConditionals('#define A 3\n#ifdef A\n1\n#if A * 2 == 6 && !defined(B)\n2\n#elif 1\n3\n#endif\n#else\n4\n#endif\n#ifndef A\n5\n#endif', 'f').split('\n').filter((line) => /^\d/.test(line))).toEqual(['1', '2'])
    expect(withoutConditionals('#define A(x) \\\n  x + \\\n  x\nA(2)', 'f').split('\n')).toEqual(['#define A(x)    x +    x', '', '', 'A(2)'])
  })

  it.each([['#if 1\n', 'thing.fs:1: this #if has no #endif'], ['\n#endif', 'thing.fs:2: this #endif has no #if'], ['#if (1 +', 'thing.fs:1: what this #if asks for cannot be told'], ['#else', 'thing.fs:1: this #else has no #if'], ['#error no', 'thing.fs:1: no'],
    [`#if ${'('.repeat(5000)}1`, 'cannot be told'], ['#define A B\n#define B A\n#if A\n#endif', 'thing.fs:3: what this #if asks for cannot be told'],
    [`${Array.from({ length: 40 }, (_, i) => `#define M${i} M${i + 1} + M${i + 1}\n`).join('')}#if M0\n#endif`, 'cannot be told']])('%# is refused', (text, why) => {
    expect(() => withoutConditionals(text, 'thing.fs')).toThrow(why)
  })
})

describe('a shader', () => {
  it('is written in GLSL ES 3.00, by words: calls may lie within each other', () => {
    expect(words('void main() { gl_FragColor = IMG_NORM_PIXEL(inputImage, IMG_NORM_PIXEL(inputImage, vv_FragNormCoord).rg); }')).toBe('void hostMain ( ) { hostFragColor = hostAt0 ( hostAt0 ( isf_FragNormCoord ) . rg ) ; }')
    expect(words('varying vec2 a; void main() { gl_FragColor = texture2D(inputImage, a) + IMG_THIS_PIXEL(inputImage) + IMG_PIXEL(inputImage, vec2(1.0)) + IMG_SIZE(inputImage).x; }')).toBe(
      'in vec2 a ; void hostMain ( ) { hostFragColor = hostAt0 ( a ) + hostThis0 ( ) + hostPixel0 ( vec2 ( 1.0 ) ) + hostSize0 ( ) . x ; }')
    expect(words('varying vec2 a;', { vertex: true })).toBe('out vec2 a ;')
  })

  it('may declare once more what the host has declared, and say where its colour goes in an older way', () => {
    expect(words('precision mediump float; uniform vec2 RENDERSIZE; uniform float amount; varying vec2 vv_FragNormCoord; uniform float own; void main() { gl_FragData[0] = vec4(1.0); }')).toBe('uniform float own ; void hostMain ( ) { hostFragColor = vec4 ( 1.0 ) ; }')
  })

  it('keeps its lines, its macros written out', () => {
    expect(translated('#define AT(p) IMG_NORM_PIXEL(inputImage, p)\n\nvoid main() {\n  gl_FragColor = AT(vec2(0.5));\n}').text.split('\n').map((line) => line.trim())).toEqual(['', '', 'void hostMain ( ) {', 'hostFragColor = hostAt0 ( vec2 ( 0.5 ) ) ;', '}'])
  })

  it('may call its own things by names that GLSL ES keeps', () => {
    expect(words('float round(float x) { return floor(x + 0.5); } void main() { float sample = round(1.2); if (inverse) sample = 0.0; }')).toBe(
      'float hostOwnround ( float x ) { return floor ( x + 0.5 ) ; } void hostMain ( ) { float hostOwnsample = hostOwnround ( 1.2 ) ; if ( hostOwninverse ) hostOwnsample = 0.0 ; }')
  })

  it('may call variables by what is a qualifier elsewhere', () => {
    expect(words('flat in int kind; void main() { vec4 c = IMG_THIS_PIXEL(inputImage); float smooth = float(kind); gl_FragColor = c + smooth; }')).toBe('flat in int kind ; void hostMain ( ) { vec4 c = hostThis0 ( ) ; float hostOwnsmooth = float ( kind ) ; hostFragColor = c + hostOwnsmooth ; }')
    expect(words('void main() { if (flat) gl_FragColor = vec4(1.0); }', { names: ['flat'], pictures: [] })).toContain('if ( hostOwnflat )')
  })

  it('notices pictures that are handed on, and pixels that are left out', () => {
    expect([...translated('vec4 look(sampler2D s) { return texture2D(s, vec2(0.5)); } void main() { gl_FragColor = look(inputImage); }').handedOn]).toEqual(['inputImage'])
    expect(translated('void main() { if (amount > 1.0) discard; }').discards).toBe(true)
  })

  it('writes whole numbers beside floats as floats, and no others', () => {
    expect(words('float half2(float x) { return 0; } void main() { int i = 2; float f = 1; f = f * 2 + amount; if (amount > 0) f = pow(f, 2) + max(f, 0); i = i * 2 + max(i, 3); vec2 v = vec2(1, 2) / 2; v.x *= 3; }')).toBe(
      'float half2 ( float x ) { return 0.0 ; } void hostMain ( ) { int i = 2 ; float f = 1.0 ; f = f * 2.0 + amount ; if ( amount > 0.0 ) f = pow ( f , 2.0 ) + max ( f , 0.0 ) ; i = i * 2 + max ( i , 3 ) ; vec2 v = vec2 ( 1 , 2 ) / 2 ; v . x *= 3.0 ; }')
  })

  it('gives global variables their first values at the beginning', () => {
    expect(words('vec2 size = RENDERSIZE * 2.0, other; const float K = 2.0;\nvoid main() { other = size * K; }')).toBe('vec2 size , other ; const float K = 2.0 ; void hostMain ( ) { size = RENDERSIZE * 2.0 ; other = size * K ; }')
  })

  it('leaves loops that can be told as they are, and caps all others', () => {
    expect(words('void main() { for (int i = 0; i < 8; i++) {} }')).toBe('void hostMain ( ) { for ( int i = 0 ; i < 8 ; i ++ ) { } }')
    expect(words('void main() { float r = amount * 2.0; for (float i = 0.0; i < r; ++i) {} }')).toContain('{ float i = 0.0 ; for ( int hostLoop0 = 0 ; hostLoop0 < 128 && ( i < r ) ; hostLoop0 ++ , ++ i ) { } }')
    expect(words('void main() { int i = 0; while (i < 5) i++; }')).toContain('for ( int hostLoop0 = 0 ; hostLoop0 < 128 && ( i < 5 ) ; hostLoop0 ++ ) i ++ ;')
  })

  it.each([
    ['void main() {\n  while (true) {}\n}', 'thing.fs:2: this loop never ends'],
    ['void main() { for (;;) {} }', 'thing.fs:1: this loop never ends'],
    ['void main() { do {} while (amount > 1.0); }', 'it cannot be told that this loop ends'],
    ['void main() { float r = amount; while (r > 0.0) { while (r > 1.0) { while (r > 2.0) r -= 1.0; } } }', 'it takes too long'],
    ['void main() { for (int i = 0; i < 100000; i++) {} }', 'it takes too long'],
    ['float a[2000]; void main() {}', 'its arrays hold too much'],
    ['void f() { f(); } void main() { f(); }', 'f calls itself'],
    ['#define A A\n', 'the macro A uses itself'],
    [`void main() { float x = 0.0 ${'+ 1.0'.repeat(9000)}; }`, 'too long'],
    [`void main() { ${'('.repeat(200)} }`, 'brackets lie more than'],
  ])('%# that could hang a driver is refused', (text, why) => expect(() => translated(text)).toThrow(why))
})
