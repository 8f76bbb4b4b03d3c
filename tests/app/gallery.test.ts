import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { galleryPage, readGallery } from '../../src/app/gallery-page.js'
import { EFFECTS } from '../../src/effects/index.js'
import { makeClip, makeSequence, type Draw } from '../support/clips.js'
import { firstLuma } from '../support/decode.js'
import { doppel } from '../support/doppel.js'

const dir = mkdtempSync(join(tmpdir(), 'doppel-gallery-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const docs = resolve(import.meta.dirname, '../../docs/effects')
const pageOf = (folder: string) => readFileSync(join(folder, 'README.md'), 'utf8')
const linksOf = (page: string) => [...page.matchAll(/!\[[^\]]*\]\(([^)]*)\)/g)].map(([, path = '']) => path)

describe('the gallery', () => {
  it('is drawn by Doppel: pictures that move, and their page', async () => {
    const out = join(dir, 'loops')
    const run = await doppel(['gallery', 'pixelate', '--size', '96x54', '--out', out])
    expect(run, run.stderr).toMatchObject({ code: 0 })
    // FFmpeg writes animated WebP but does not read it: the container's own chunks tell.
    const bytes = readFileSync(join(out, 'pixelate.webp'))
    expect([bytes.toString('latin1', 0, 4), bytes.toString('latin1', 8, 16)]).toEqual(['RIFF', 'WEBPVP8X'])
    expect(bytes.toString('latin1').split('ANMF').length - 1).toBe(24)
    expect(pageOf(out)).toBe(galleryPage(readGallery(out)))
    expect(linksOf(pageOf(out))).toEqual(['pixelate.webp'])
  })

  it('in the documentation shows every effect as it is declared today', () => {
    expect(pageOf(docs) === galleryPage(readGallery(docs)), 'docs/effects/README.md is out of date: run npx doppel gallery').toBe(true)
    const pictures = EFFECTS.flatMap(({ id }) => [`${id}.webp`, `filmed/${id}.webp`])
    expect(pictures.filter((path) => !existsSync(join(docs, path)))).toEqual([])
    expect(linksOf(pageOf(docs)).sort()).toEqual(pictures.sort())
  })

  it('in the documentation says whose the filmed clip is', () => {
    expect(pageOf(docs)).toContain('`cup.mp4` of OpenCV\'s documentation, (c) OpenCV contributors, Apache-2.0')
  })
})

describe('the gallery of a clip', () => {
  const [FRAMES, GREY, LIGHT] = [24, 60, 220]
  const out = join(dir, 'sheets')
  let run: Awaited<ReturnType<typeof doppel>>
  beforeAll(async () => {
    const clip = { frames: FRAMES, fps: 12, width: 64, height: 48 }
    /** A light square that crosses the clip in its two seconds. */
    const square = (light: number, dark: number): Draw => (n, x, y) => (x >= 2 * n && x < 2 * n + 14 && y >= 16 && y < 32 ? light : dark)
    const film = await makeClip(dir, { ...clip, draw: square(LIGHT, GREY) })
    const labels = await makeSequence(join(dir, 'labels'), FRAMES, { width: 64, height: 48, draw: square(1, 0) })
    run = await doppel(['gallery', 'pixelate', 'ghost-out', '--clip', film, '--mask', labels, '--subjects', '1', '--out', out])
  })

  /** The four moments of a sheet, each in the clip's own shape. */
  const momentsOf = (id: string): Uint8Array[] => {
    const { width, height, luma } = firstLuma(join(out, 'filmed', `${id}.webp`))
    expect([width, height]).toEqual([4 * 320 + 3 * 4, 240])
    return [0, 1, 2, 3].map((i) => Uint8Array.from({ length: 320 * 240 }, (_, at) => luma[Math.floor(at / 320) * width + i * 324 + (at % 320)] ?? 0))
  }
  /** Share of a picture that is light. */
  const lightIn = (picture: Uint8Array) => picture.filter((level) => level > (GREY + LIGHT) / 2).length / picture.length

  it('is sheets of four moments, in its shape', () => {
    expect(run, run.stderr).toMatchObject({ code: 0 })
    const moments = momentsOf('pixelate')
    for (const moment of moments) expect(lightIn(moment)).toBeGreaterThan(0.05)
    for (const [i, one] of moments.entries()) {
      for (const other of moments.slice(i + 1)) expect(one.filter((level, at) => Math.abs(level - (other[at] ?? 0)) > 40).length).toBeGreaterThan(1000)
    }
  })

  it('knows the subject by the labels of its mask', () => {
    for (const moment of momentsOf('ghost-out')) expect(lightIn(moment)).toBeLessThan(0.03)
  })

  it('has a page of what was drawn, which does not say what it does not know', () => {
    expect(linksOf(pageOf(out)).sort()).toEqual(['filmed/ghost-out.webp', 'filmed/pixelate.webp'])
    expect(pageOf(out)).not.toMatch(/dancer|cup/)
  })
})
