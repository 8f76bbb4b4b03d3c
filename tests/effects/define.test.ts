import { describe, expect, expectTypeOf, it } from 'vitest'
import { defineEffect } from '../../src/effects/define.js'
import { effectById, EFFECTS } from '../../src/effects/index.js'
import { shaderFolder } from '../../src/effects/library.js'
import type { EffectDecl } from '../../src/engine/effect.js'
import { DoppelError } from '../../src/engine/error.js'
import { beats, choice, colour, float, int, point, trigger, type FloatParam, type IntParam, type ParamDecl } from '../../src/engine/params.js'
import { isReserved } from '../../src/gl/effect-source.js'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const sound: EffectDecl = { id: 'melt-2', label: 'Melt', about: 'Melts.', shader: 'melt-2.frag', reads: ['mask'], params: { speed: float(0, 1, 0.5) } }
const withParam = (name: string, param: ParamDecl): EffectDecl => ({ ...sound, params: { [name]: param } })

describe('defineEffect', () => {
  it('gives the declaration back, with the types of its parameters', () => {
    const decl = { ...sound, params: { copies: int(1, 9, 3), amount: float(0, 1, 0.5), where: point(0.5, 2), hit: trigger() } }
    const defined = defineEffect(decl)
    expect(defined).toBe(decl)
    expectTypeOf(defined.params.copies).toEqualTypeOf<IntParam>()
    expectTypeOf(defined.params.amount).toEqualTypeOf<FloatParam>()
    expectTypeOf(defined.params).not.toHaveProperty('copy')
  })

  it.each<[string, EffectDecl, RegExp]>([
    ['an id that is no slug', { ...sound, id: 'Melt It' }, /id must be lower-case/],
    ['no label', { ...sound, label: ' ' }, /label is empty/],
    ['no sentence', { ...sound, about: '' }, /what it is about/],
    ['a shader in another folder', { ...sound, shader: '../melt.frag' }, /shader "\.\.\/melt\.frag"/],
    ['something read twice', { ...sound, reads: ['mask', 'mask'] }, /reads "mask", which is listed twice/],
    ['a local effect with a past', { ...sound, local: true, reads: ['history'] }, /local, so it cannot read "history"/],
    ['a local effect with a memory of its own', { ...sound, local: true, remembers: true, reads: ['previous'] }, /local and remembers/],
    ['a memory that is not read', { ...sound, remembers: true }, /must read "previous"/],
    ['clones without end', { ...sound, clones: { most: Infinity, behind: 'none', front: false, arrange: () => {} } }, /at most Infinity clones/],
    ['a plain value of nothing', { ...sound, plain: { twist: 0 } }, /plain "twist" is no parameter that can be a constant 0/],
    ['a plain value out of range', { ...sound, plain: { speed: 2 } }, /plain "speed" is no parameter that can be a constant 2/],
    ['plain from beyond its range', { ...sound, plain: { speed: { from: 2 } } }, /plain "speed" is no number that can be 2 or more/],
    ['a plain place', { ...sound, params: { at: point(0.5, 0.5) }, plain: { at: [0, 0] } }, /plain "at" is no parameter/],
    ['local clones', { ...sound, local: true, clones: { most: 4, behind: 'none', front: false, arrange: () => {} } }, /local and draws clones/],
    ['clones that feed back', { ...sound, reads: ['previous'], clones: { most: 4, behind: 'none', front: false, arrange: () => {} } }, /draws clones, so it cannot read "previous"/],
    ['a name in camel case', withParam('meltSpeed', float(0, 1, 0)), /"meltSpeed" must be one lower-case word/],
    ['a name of the host', withParam('beat', float(0, 1, 0)), /"beat" belongs to the host/],
    ['a word of GLSL', withParam('sample', float(0, 1, 0)), /"sample" is a word of GLSL/],
    ['an empty range', withParam('speed', float(1, 1, 1)), /no range from 1 to 1/],
    ['a range upside down', withParam('speed', float(2, 1, 1)), /no range from 2 to 1/],
    ['a range without end', withParam('speed', float(0, Infinity, 1)), /no range from 0 to Infinity/],
    ['a default outside', withParam('speed', float(0, 1, 2)), /default 2, but takes a number from 0 to 1/],
    ['half a copy', withParam('copies', int(1, 4, 1.5)), /default 1\.5, but takes a whole number/],
    ['a whole number in a broken range', withParam('copies', int(0.5, 4, 1)), /whole numbers, so its range must too/],
    ['time that runs back', withParam('gap', beats(-1, 1, 0)), /cannot be below 0/],
    ['one choice', withParam('blend', choice(['over'], 'over')), /two or more different choices/],
    ['a choice that is none', withParam('blend', choice(['over', 'max'], 'under')), /default under, but takes one of over, max/],
    ['a colour too bright', withParam('tint', colour(2, 0, 0)), /outside 0 to 1/],
    ['a place nowhere', withParam('centre', point(Number.NaN, 0)), /two numbers x, y/],
  ])('refuses %s', (_, decl, message) => { expect(() => defineEffect(decl)).toThrow(message) })

  it('names everything that is wrong at once', () => {
    expect(() => defineEffect({ ...sound, id: '', label: '', params: { mix: float(1, 0, 0) } })).toThrow(/id .*label .*"mix" belongs to the host.*no range/)
  })

  it('refuses every name the shaders keep for themselves', () => {
    const names = ['source', 'mask', 'previous', 'history', 'resolution', 'time', 'frame', 'bpm', 'beat', 'seed', 'audio', 'effect', 'main', 'uv', 'mix', 'bypass', 'reset', 'fresh', 'remember', 'clone', 'here', 'cutout', 'extra', 'piece', 'subjects', 'box', 'boxes', 'axis', 'area', 'velocity', 'present']
    expect(names.filter((name) => !isReserved(name))).toEqual([])
    for (const name of names) expect(() => defineEffect(withParam(name, float(0, 1, 0)))).toThrow(/belongs to the host/)
  })
})

describe('the table of effects', () => {
  it('has every id once, and a shader for each', () => {
    expect(new Set(EFFECTS.map(({ id }) => id)).size).toBe(EFFECTS.length)
    expect(EFFECTS.map(({ id }) => id)).toEqual(expect.arrayContaining(['colour', 'kaleidoscope', 'feedback', 'echo', 'rgb-split', 'pixelate']))
    for (const { shader } of EFFECTS) expect(existsSync(join(shaderFolder(), shader)), shader).toBe(true)
  })

  it('finds by id', () => { for (const effect of EFFECTS) expect(effectById(effect.id)).toBe(effect) })

  it.each([['kaleidoscop', 'kaleidoscope'], ['Echo', 'echo'], ['rgbsplit', 'rgb-split'], ['color', 'colour']])('suggests for %s', (id, meant) => {
    try {
      effectById(id)
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(DoppelError)
      expect(error).toMatchObject({ message: `there is no effect "${id}"`, hint: expect.stringContaining(`"${meant}"`) as string })
    }
  })

  it('lists them when nothing is near', () => {
    expect(() => effectById('qqqqqqqqqq')).toThrow(expect.objectContaining({ hint: expect.stringMatching(/colour, kaleidoscope, feedback/) as string }) as Error)
  })
})
