import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { galleryPage } from '../../src/app/gallery-page.js'
import { EFFECTS } from '../../src/effects/index.js'
import { doppel } from '../support/doppel.js'

const dir = mkdtempSync(join(tmpdir(), 'doppel-gallery-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const docs = resolve(import.meta.dirname, '../../docs/effects')

describe('the gallery', () => {
  it('is drawn by Doppel: pictures that move, and their page', async () => {
    const run = await doppel(['gallery', 'pixelate', '--size', '96x54', '--out', dir])
    expect(run, run.stderr).toMatchObject({ code: 0 })
    // FFmpeg writes animated WebP but does not read it: the container's own chunks tell.
    const bytes = readFileSync(join(dir, 'pixelate.webp'))
    expect([bytes.toString('latin1', 0, 4), bytes.toString('latin1', 8, 16)]).toEqual(['RIFF', 'WEBPVP8X'])
    expect(bytes.toString('latin1').split('ANMF').length - 1).toBe(24)
    expect(readFileSync(join(dir, 'README.md'), 'utf8')).toBe(galleryPage())
  })

  it('in the documentation shows every effect as it is declared today', () => {
    expect(readFileSync(join(docs, 'README.md'), 'utf8') === galleryPage(), 'docs/effects/README.md is out of date: run npx doppel gallery').toBe(true)
    expect(EFFECTS.map(({ id }) => id).filter((id) => !existsSync(join(docs, `${id}.webp`)))).toEqual([])
  })
})
