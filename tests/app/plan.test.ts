import { describe, expect, it } from 'vitest'
import { parseNumber, parseOut, parseSize } from '../../src/app/options.js'
import { parseEffect } from '../../src/app/effect-spec.js'
import { planShow } from '../../src/app/plan.js'
import { duration } from '../../src/app/progress.js'

describe('the command line', () => {
  it('reads effects with parameters, mix and mask', () => {
    const echo = parseEffect('echo:copies=8,decay=0.5,mix=0.25,mask=inside', new Set())
    expect(echo).toMatchObject({ slug: 'echo', mix: 0.25, maskMode: 'inside', values: { copies: 8, decay: 0.5 } })
    const taken = new Set<string>()
    expect([parseEffect('echo', taken).slug, parseEffect('echo', taken).slug]).toEqual(['echo', 'echo-2'])
  })

  it.each([
    ['ecoh', /no effect "ecoh"/],
    ['echo:copies=99', /echo's copies cannot be "99": it takes a whole number from 1 to 16/],
    ['echo:copys=1', /no parameter "copys"/],
    ['echo:copies', /param=value/],
    ['echo:toString=1', /no parameter/],
  ])('refuses --effect %s in a sentence', (spec, says) => expect(() => parseEffect(spec, new Set())).toThrow(says))

  it('reads sizes, outputs and numbers, and says what they take', () => {
    expect(parseSize('1280x720')).toEqual([1280, 720])
    for (const bad of ['1280', '1281x720', '0x0', '20000x20000', 'axb', '']) expect(() => parseSize(bad)).toThrow('16 to 8192')
    expect([parseOut('window'), parseOut('window:1'), parseOut('none'), parseOut('a/b.mp4')]).toEqual([
      { kind: 'window', display: undefined, fullscreen: false, fit: 'letterbox' }, { kind: 'window', display: '1', fullscreen: true, fit: 'letterbox' }, { kind: 'none' }, { kind: 'file', path: 'a/b.mp4' },
    ])
    expect(() => parseOut('nowhere')).toThrow('--out')
    expect(parseNumber('--fps', 1, 240)('59.94')).toBe(59.94)
    for (const bad of ['', 'x', '0', '241', 'NaN', 'Infinity']) expect(() => parseNumber('--fps', 1, 240)(bad)).toThrow('from 1 to 240')
  })

  it('plans a generator, a set, and refuses what is not there', () => {
    expect(planShow('generator:dancer', ['echo'])).toMatchObject({ size: [1280, 720], scenes: [{ layers: [{ source: 'dancer', effects: [{ slug: 'echo' }] }] }] })
    const demo = planShow('sets/demo', ['pixelate'])
    for (const { layers } of demo.scenes) expect(layers.at(-1)?.effects.at(-1)?.slug).toBe('pixelate')
    expect(() => planShow('generator:dance', [])).toThrow('no generator')
    expect(() => planShow('no-such-file.mp4', [])).toThrow('no file')
    expect(() => planShow('generator:dancer', [], 'masks')).toThrow(expect.objectContaining({ hint: 'generators bring their own masks' }) as Error)
    expect(() => planShow('sets/demo', [], 'masks')).toThrow(expect.objectContaining({ hint: 'write "mask" beside "clip" in the set file' }) as Error)
    expect(() => planShow('README.md', [], 'no-such-mask')).toThrow('no mask "no-such-mask"')
  })

  it('writes durations as performers read them', () => expect([0, 61, 3725].map(duration)).toEqual(['0:00', '1:01', '1:02:05']))
})
