import { describe, expect, it } from 'vitest'
import { createBook } from '../../src/control/osc/book.js'
import { compilePattern, createMatcher, isPattern } from '../../src/control/osc/pattern.js'
import { float } from '../../src/engine/params.js'
import { createRegistry } from '../../src/engine/registry.js'
import { addParam, DECLS, manualTime, sampleRegistry } from './osc-support.js'

const matches = (pattern: string, address: string) => compilePattern(pattern)?.(address)

describe('address patterns', () => {
  it.each([
    ['/a/b', '/a/b', true], ['/a/b', '/a', false], ['/a', '/a/b', false],
    ['/a/?', '/a/b', true], ['/a/?', '/a/bc', false], ['/a/?', '/a', false],
    ['/a/*', '/a/bcd', true], ['/a/*', '/a/b/c', false], ['/*/*/c', '/a/b/c', true], ['/a*c', '/abbc', true], ['/a*c', '/ac', true], ['/a*c', '/abbd', false], ['/*-*', '/a-b', true],
    ['/[a-c]', '/b', true], ['/[a-c]', '/d', false], ['/[c-a]', '/b', true], ['/[!a-c]', '/d', true], ['/[!a-c]', '/a', false], ['/[ab-]', '/-', true], ['/x[0-9][0-9]', '/x42', true], ['/[a]', '/aa', false],
    ['/{one,two}', '/two', true], ['/{one,two}', '/three', false], ['/{o,on}e', '/one', true], ['/{,x}a', '/a', true], ['/{a,b}*{c,d}', '/bxxd', true], ['/{a,b}*{c,d}', '/bxxe', false],
    ['//c', '/a/b/c', true], ['//c', '/c', true], ['//b', '/a/b/c', false], ['/a//c', '/a/c', true], ['/a//c', '/a/x/y/c', true], ['/a//c', '/b/x/c', false], ['//left/*', '/show/left/opacity', true],
  ])('%s and %s: %s', (pattern, address, expected) => {
    expect(matches(pattern, address)).toBe(expected)
  })

  it.each(['/a[b', '/a{b', '/a]', '/a}', 'a', '/a/', '/', '/a//', `/${'*a'.repeat(17)}`, `/${'a'.repeat(400)}`])('%s is none', (pattern) => {
    expect(compilePattern(pattern)).toBeUndefined()
  })

  it('are told from plain addresses', () => {
    expect(['/a/b', '/a-b/c'].some(isPattern)).toBe(false)
    expect(['/a*', '/?', '/[a]', '/{a}', '//a'].every(isPattern)).toBe(true)
  })

  it('cannot be made to take long, whatever they repeat', () => {
    const name = `/${'a'.repeat(200)}`
    const began = performance.now()
    for (const pattern of [`/${'*a'.repeat(15)}b`, `/${'{a,aa,aaa}'.repeat(15)}b`, `/${'*?'.repeat(8)}b`, `${'//a'.repeat(16)}b`]) {
      for (let times = 0; times < 50; times++) expect(matches(pattern, pattern.startsWith('//') ? '/a'.repeat(100) : name)).toBe(false)
    }
    expect(performance.now() - began).toBeLessThan(2000)
  })
})

describe('the matcher', () => {
  const setup = () => {
    const registry = sampleRegistry()
    const time = manualTime()
    const book = createBook(registry, time.now)
    const matcher = createMatcher(registry, book.revision, time.now)
    const found = (pattern: string) => {
      const params = matcher.match(pattern)
      return typeof params === 'string' ? params : params.map(({ address }) => address)
    }
    return { registry, time, book, found }
  }

  it('finds every parameter a pattern names', () => {
    const { found } = setup()
    expect(found('/show/*/opacity')).toEqual(['/show/left/opacity', '/show/right/opacity'])
    expect(found('//opacity')).toEqual(['/master/opacity', '/show/left/opacity', '/show/right/opacity'])
    expect(found('/nothing/*')).toEqual([])
    expect(found('/show/[')).toContain('no address pattern')
  })

  it('notices addresses that come and go, and parameters that were replaced', () => {
    const { registry, time, found } = setup()
    found('/show/*/opacity')
    addParam(registry, '/show/middle/opacity', float(0, 1, 1))
    time.advance(16)
    expect(found('/show/*/opacity')).toContain('/show/middle/opacity')
    registry.remove('/show/left')
    time.advance(16)
    expect(found('/show/*/opacity')).toEqual(['/show/right/opacity', '/show/middle/opacity'])
    const matcher = createMatcher(registry, () => 0, time.now)
    expect(matcher.match('/show/*/opacity')).toHaveLength(2)
  })

  it('stops looking when ever new patterns take too much of a second, and goes on in the next', () => {
    const registry = sampleRegistry()
    let time = 0
    // Every look takes 20 ms of this clock.
    const matcher = createMatcher(registry, () => 0, () => (time += 20))
    const answers = Array.from({ length: 10 }, (_, n) => matcher.match(`/show/*/opacit${n}`))
    expect(answers.filter((answer) => typeof answer === 'string').length).toBeGreaterThan(3)
    time = 5000
    expect(matcher.match('/show/*/opacity')).toHaveLength(2)
  })
})

describe('the address book', () => {
  it('suggests the nearest address', () => {
    const registry = sampleRegistry()
    const book = createBook(registry, () => 0)
    expect(book.suggest('/show/left/opacty')).toBe('/show/left/opacity')
    expect(book.suggest('/shaw/left/echo/copis')).toBe('/show/left/echo/copies')
    expect(book.suggest('/blackout')).toBe('/master/blackout')
    expect(book.suggest('/zzz/yyy')).toBeUndefined()
  })

  it('finds branches, the root too', () => {
    const book = createBook(sampleRegistry(), () => 0)
    expect([...(book.find('/')?.children.keys() ?? [])]).toEqual(['master', 'clock', 'show'])
    expect(book.find('/show/left/echo')?.children.size).toBe(5)
    expect(book.find('/show/left/opacity')?.param?.address).toBe('/show/left/opacity')
    expect(book.find('/no')).toBeUndefined()
    expect(Object.keys(DECLS).every((address) => book.find(address)?.param)).toBe(true)
  })

  it('is empty for an empty registry', () => {
    const book = createBook(createRegistry(), () => 0)
    expect(book.root.children.size).toBe(0)
    expect(book.suggest('/a')).toBeUndefined()
  })
})
