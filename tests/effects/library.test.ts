import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { firstValueFrom, toArray, take, timeout } from 'rxjs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openShaderLibrary, shaderFolder, type ShaderLibrary } from '../../src/effects/library.js'
import type { Fault } from '../../src/engine/types.js'

let dir: string
let library: ShaderLibrary | undefined
const faults: Omit<Fault, 'count'>[] = []
const open = (watch = false) => (library = openShaderLibrary(dir, { watch, report: (fault) => faults.push(fault) }))
const put = (name: string, text: string | Buffer) => { writeFileSync(join(dir, name), text) }
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'doppel-shaders-')) })
afterEach(() => {
  library?.close()
  rmSync(dir, { recursive: true, force: true })
  expect(faults.splice(0)).toEqual([])
})

describe('reading shaders', () => {
  it('finds the package folder from the source and from the build', () => {
    expect(openShaderLibrary(shaderFolder(), { watch: false, report: () => {} }).text('blur.frag')).toContain('vec4 effect(vec2 uv)')
  })

  it('reads anew every time, without a byte order mark', () => {
    put('a.frag', '\uFEFFone')
    expect(open().text('a.frag')).toBe('one')
    put('a.frag', 'two')
    expect(library?.text('a.frag')).toBe('two')
  })

  it('cannot leave its folder', () => {
    mkdirSync(join(dir, 'sub'))
    put('sub/b.frag', 'secret')
    for (const name of ['../a.frag', 'sub/b.frag', '/etc/passwd', 'sub\\b.frag', '..', '', '.frag', 'a.frag\0', 'A.frag', 'x'.repeat(9999)]) expect(() => open().text(name), name).toThrow(/no shader file name/)
  })

  it('says which file is missing and which one may have been meant', () => {
    put('feedback.frag', '')
    expect(() => open().text('feedbak.frag')).toThrow(expect.objectContaining({ message: `there is no shader feedbak.frag in ${dir}`, hint: 'did you mean feedback.frag?' }) as Error)
    expect(() => library?.text('other.frag')).toThrow(/no shader other\.frag/)
  })

  it('refuses what is no shader: too long, not text, a folder', () => {
    put('long.frag', 'x'.repeat(256 * 1024 + 1))
    put('zero.frag', 'a\0b')
    put('latin.frag', Buffer.from([0x2f, 0x2f, 0xe9]))
    mkdirSync(join(dir, 'folder.frag'))
    expect(() => open().text('long.frag')).toThrow(/262145 bytes; 262144 is the limit/)
    expect(() => library?.text('zero.frag')).toThrow(/not UTF-8 text/)
    expect(() => library?.text('latin.frag')).toThrow(/not UTF-8 text/)
    expect(() => library?.text('folder.frag')).toThrow(/no shader folder\.frag/)
  })

  it('needs a folder', () => { expect(() => openShaderLibrary(join(dir, 'none'), { watch: false, report: () => {} })).toThrow(/no shader folder/) })
})

describe('watching shaders', () => {
  /** The next names announced; rejects after five seconds so that a lost event is a failure, not a hang. */
  const next = (count: number) => firstValueFrom((library as ShaderLibrary).changed$.pipe(take(count), toArray(), timeout(5000)))

  it('sees a file written in place, once for a burst of writes', async () => {
    put('a.frag', '0')
    put('b.frag', '0')
    open(true)
    const seen = next(2)
    for (let i = 1; i < 5; i++) put('a.frag', String(i))
    // Had the burst been told more than once, a.frag would come twice before b.frag.
    await firstValueFrom((library as ShaderLibrary).changed$.pipe(take(1), timeout(5000)))
    put('b.frag', '1')
    expect(await seen).toEqual(['a.frag', 'b.frag'])
    expect(library?.text('a.frag')).toBe('4')
  })

  it('sees a file saved by rename, again and again', async () => {
    put('a.frag', 'old')
    open(true)
    for (const text of ['first', 'second']) {
      const seen = next(1)
      put('a.frag.swp~', text)
      renameSync(join(dir, 'a.frag.swp~'), join(dir, 'a.frag'))
      expect(await seen).toEqual(['a.frag'])
      expect(library?.text('a.frag')).toBe(text)
    }
  })

  it('sees a file that goes away and comes back, and not what is no shader', async () => {
    put('a.frag', 'old')
    open(true)
    const seen = next(1)
    put('notes.txt', 'x')
    unlinkSync(join(dir, 'a.frag'))
    symlinkSync(join(dir, 'notes.txt'), join(dir, 'a.frag'))
    expect(await seen).toEqual(['a.frag'])
  })

  it('ends its stream when closed, and tells nothing without watching', async () => {
    const names: string[] = []
    const quiet = open(false)
    const ended = new Promise<void>((done) => { quiet.changed$.subscribe({ next: (name) => names.push(name), complete: done }) })
    put('a.frag', 'x')
    quiet.close()
    await ended
    expect(names).toEqual([])
  })
})
