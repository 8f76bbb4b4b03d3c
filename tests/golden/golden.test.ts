import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compareImages, expectGolden, type Image } from '../support/golden.js'

const grey = (level: number): Image => ({ width: 50, height: 40, data: new Uint8Array(50 * 40 * 4).fill(level) })
/** Grey with the first `count` pixels off by `by`. */
const marked = (count: number, by: number): Image => {
  const image = grey(100)
  for (let i = 0; i < count; i++) image.data[i * 4 + 2] = 100 + by
  return image
}

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'doppel-golden-test-')) })
afterEach(() => { rmSync(folder, { recursive: true }) })
const compare = (actual: Image) => { expectGolden('g', actual, { folder, update: false, ci: false }) }
const write = (image: Image) => { expectGolden('g', image, { folder, update: true, ci: false }) }

describe('a golden', () => {
  it('takes small differences everywhere and large ones in a thousandth of the pixels', () => {
    write(grey(100))
    compare(grey(104))
    compare(grey(96))
    compare(marked(2, 100))
  })

  it('refuses more than that, and leaves actual, expected and difference to look at', () => {
    write(grey(100))
    expect(() => { compare(grey(105)) }).toThrow(/2000 of 2000 pixels .* up to 5\/255/)
    let said = ''
    try { compare(marked(3, 5)) } catch (error) { said = String(error) }
    const left = /are in (\S+)/.exec(said)?.[1] ?? ''
    expect(readdirSync(left).sort()).toEqual(['g-actual.png', 'g-diff.png', 'g-expected.png'])
    rmSync(left, { recursive: true })
  })

  it('is never made by itself, nor in CI', () => {
    expect(() => { compare(grey(1)) }).toThrow(/no golden g\.png/)
    expect(() => { expectGolden('g', grey(1), { folder, update: true, ci: true }) }).toThrow(/not written in CI/)
    expect(existsSync(join(folder, 'g.png'))).toBe(false)
  })

  it('has a size', () => {
    write(grey(100))
    expect(() => { compare({ width: 40, height: 50, data: grey(100).data }) }).toThrow(/40x50, its golden 50x40/)
  })

  it('keeps alpha and every byte', () => {
    const image = { width: 16, height: 16, data: Uint8Array.from({ length: 1024 }, (_, i) => (i * 37) & 255) }
    expectGolden('bytes', image, { folder, update: true, ci: false })
    expectGolden('bytes', image, { folder, update: false, ci: false })
    expect(compareImages(image, image)).toMatchObject({ wrong: 0, worst: 0 })
  })
})
