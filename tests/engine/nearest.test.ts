import { describe, expect, it } from 'vitest'
import { editDistance, nearest } from '../../src/engine/nearest.js'

describe('editDistance', () => {
  it.each([
    ['', '', 0], ['', 'echo', 4], ['echo', 'echo', 0], ['kitten', 'sitting', 3], ['ehco', 'echo', 1], ['feedbak', 'feedback', 1], ['abc', 'cab', 2],
  ])('%s to %s takes %i', (a, b, edits) => {
    expect(editDistance(a, b)).toBe(edits)
    expect(editDistance(b, a)).toBe(edits)
  })
})

describe('nearest', () => {
  const effects = ['colour', 'kaleidoscope', 'feedback', 'echo', 'rgb-split', 'pixelate']
  it.each([
    ['color', 'colour'], ['kalidoscope', 'kaleidoscope'], ['KALEIDO', 'kaleidoscope'], ['rgbsplit', 'rgb-split'], ['RGB_Split', 'rgb-split'],
    ['ecoh', 'echo'], ['pixel', 'pixelate'], ['feed', 'feedback'],
  ])('%s is meant as %s', (word, meant) => { expect(nearest(word, effects)).toBe(meant) })

  it.each(['', 'x', 'strobe', 'zzzzzzzzzzzz', 'ab'])('"%s" is near none', (word) => { expect(nearest(word, effects)).toBeUndefined() })
  it('takes the closest, the first of equals', () => { expect(nearest('sped', ['shed', 'speed', 'sped2'])).toBe('shed') })
  it('survives a hostile length', () => { expect(nearest('a'.repeat(1e6), ['echo'])).toBeUndefined() })
  it('has nothing to give from nothing', () => { expect(nearest('echo', [])).toBeUndefined() })
})
