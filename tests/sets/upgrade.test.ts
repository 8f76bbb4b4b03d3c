import { describe, expect, it } from 'vitest'
import { EFFECTS } from '../../src/effects/index.js'
import { createEffectBook } from '../../src/sets/effect-book.js'
import { setProblems } from '../../src/sets/problems.js'
import { setSchema } from '../../src/sets/schema.js'
import { upgrade, UPGRADES, VERSION } from '../../src/sets/upgrade.js'

/** A file as each old version wrote it, and what of it must be the same after its step. */
const OLD: Record<number, { readonly file: object; check(upgraded: unknown): void }> = {
  1: {
    file: {
      version: 1, name: 'Old', size: [640, 360], fps: 30, bpm: 90, seed: 3,
      sources: { dancer: { generator: 'dancer' } },
      scenes: [{ name: 'One', layers: [{ name: 'Dancer', source: 'dancer', fit: 'fill', opacity: 0.5, effects: [{ id: 'echo', mix: 0.5, bypass: true, mask: 'inside', params: { copies: 4 } }] }] }],
    },
    check(upgraded) {
      const set = setSchema.parse(upgraded)
      expect(set).toMatchObject({ ...OLD[1]?.file, version: 2 })
      // What version 1 could not say stands where it changes nothing.
      expect(set).toMatchObject({ transition: { kind: 'cut' }, scenes: [{ layers: [{ blend: 'normal', subject: 'all', bypass: false, solo: false, transform: { scale: 1, position: [0.5, 0.5], rotation: 0 } }] }] })
    },
  },
}

describe('the upgrade', () => {
  it('has a step from every older version, and a test of each', () => {
    const versions = Array.from({ length: VERSION - 1 }, (_, i) => String(i + 1))
    expect([Object.keys(UPGRADES), Object.keys(OLD)]).toEqual([versions, versions])
  })

  it.each(Object.keys(OLD))('from version %s keeps what was written', (version) => {
    const old = OLD[Number(version)]
    if (!old) throw new Error('no such version')
    const before = JSON.stringify(old.file)
    const upgraded = upgrade(old.file)
    expect(setProblems(upgraded, '.', createEffectBook(EFFECTS, ''))).toEqual([])
    old.check(upgraded)
    expect(JSON.stringify(old.file)).toBe(before)
  })

  it('leaves what is wrong for the check to tell, and today\'s version alone', () => {
    expect(setProblems(upgrade({ version: 1, scnes: [] }), '.', createEffectBook(EFFECTS, '')).map(({ path }) => path).sort()).toEqual(['scenes', 'scnes', 'sources'])
    for (const value of [null, 3, [], 'x', {}, { version: 'x' }, { version: 2 }]) expect(upgrade(value)).toBe(value)
  })

  it('says so when the file comes from a newer Doppel', () => expect(() => upgrade({ version: 99 })).toThrow('version 99'))
})
