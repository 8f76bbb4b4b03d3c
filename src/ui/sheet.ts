import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '../engine/types.js'
import type { Ui } from './app.js'

/** What is pressed, and what that does. */
export interface KeyRow {
  readonly keys: string
  readonly does: string
}

/** Lengths in a window of this size; for others everything is drawn larger or smaller, and as sharp. */
const DESIGN = { high: 640, wide: 1040, margin: 30, title: 25, line: 29, text: 16, small: 13, pad: 7, gap: 14, column: 40 } as const
type Rgb = readonly [number, number, number]
/** Doppel's own: warm white on what is nearly black, keys on plates. */
const COLOURS = { title: [255, 214, 120], key: [255, 255, 255], plate: [62, 66, 78], does: [214, 218, 226], about: [140, 146, 158] } as const satisfies Record<string, Rgb>

/** Reads a raw (P6) portable pixmap. Undefined for anything else. */
export const readPixmap = (bytes: Uint8Array): Page | undefined => {
  const [, width = '', height = ''] = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(Buffer.from(bytes.subarray(0, 64)).toString('latin1')) ?? []
  const size = Number(width) * Number(height) * 3
  return size > 0 && bytes.length >= size ? { width: Number(width), height: Number(height), data: bytes.slice(bytes.length - size) } : undefined
}

/** What is to be read over a picture. */
export interface Sheet {
  readonly title: string
  readonly rows: readonly KeyRow[]
  /** Small, at the foot. */
  readonly about: string
}

interface Placed extends KeyRow { readonly keyWidth: number; readonly doesWidth: number }

/**
 * Paints a sheet for a window of this size, device pixels: two columns of keys on the left and what they do on the right.
 * Takes some milliseconds. Undefined where it cannot be painted: no fonts, or no folder for what is underway.
 */
export const paintSheet = ({ nodegui }: Pick<Ui, 'nodegui'>, { title: heading, rows, about }: Sheet, [windowWidth, windowHeight]: readonly [number, number]): Page | undefined => {
  const { QImage, QPainter, QImageFormat, QFont, QFontWeight, QColor, PenStyle, RenderHint } = nodegui
  const font = (pixels: number, weight: number) => {
    const made = new QFont('DejaVu Sans')
    made.setPixelSize(Math.max(6, Math.round(pixels)))
    made.setWeight(weight)
    return made
  }
  const colour = ([r, g, b]: Rgb) => new QColor(r, g, b, 255)
  // Of few rows two columns are hard to read.
  const half = rows.length > 4 ? Math.ceil(rows.length / 2) : rows.length
  const measure = new QPainter(new QImage(8, 8, QImageFormat.RGB888))
  const widthOf = (text: string) => measure.boundingRect(0, 0, 1e5, 1e4, 0, text).width()
  const layOut = (unit: number) => {
    const { margin, title, line, text, small, pad, gap, column } = DESIGN
    const [bold, plain, tiny, head] = [font(text * unit, QFontWeight.DemiBold), font(text * unit, QFontWeight.Normal), font(small * unit, QFontWeight.Normal), font(title * unit, QFontWeight.Bold)]
    measure.setFont(bold)
    const keyWidths = rows.map(({ keys }) => widthOf(keys))
    measure.setFont(plain)
    const placed = rows.map((row, i): Placed => ({ ...row, keyWidth: keyWidths[i] ?? 0, doesWidth: widthOf(row.does) }))
    const columns = [placed.slice(0, half), placed.slice(half)].filter((own) => own.length > 0).map((own) => ({
      own, keys: Math.max(0, ...own.map(({ keyWidth }) => keyWidth)) + 2 * pad * unit, does: Math.max(0, ...own.map(({ doesWidth }) => doesWidth)),
    }))
    const width = Math.ceil(2 * margin * unit + columns.reduce((sum, { keys, does }) => sum + keys + gap * unit + does, 0) + (columns.length - 1) * column * unit)
    const height = Math.ceil((2 * margin + title + 18 + half * line + 14 + small) * unit)
    return { unit, bold, plain, tiny, head, columns, width, height }
  }
  let page = layOut(Math.min(windowHeight / DESIGN.high, windowWidth / DESIGN.wide))
  // Long names in a set make it wider than any window: all of it is then smaller.
  const tooBig = Math.max(page.width / (windowWidth * 0.96), page.height / (windowHeight * 0.96))
  if (tooBig > 1) page = layOut(page.unit / tooBig)
  measure.end()

  const { unit, columns } = page
  const image = new QImage(page.width, page.height, QImageFormat.RGB888)
  image.fill(new QColor(9, 10, 14, 255))
  const painter = new QPainter(image)
  painter.setRenderHint(RenderHint.Antialiasing, true)
  const write = (x: number, baseline: number, text: string, what: InstanceType<typeof QFont>, is: Rgb) => {
    painter.setFont(what)
    painter.setPen(colour(is))
    painter.drawText(Math.round(x), Math.round(baseline), text)
  }
  const { margin, title, line, text, small, pad, gap, column } = DESIGN
  write(margin * unit, (margin + title * 0.8) * unit, heading, page.head, COLOURS.title)
  const top = (margin + title + 18) * unit
  let left = margin * unit
  for (const { own, keys, does } of columns) {
    own.forEach(({ keys: named, does: what, keyWidth }, i) => {
      const baseline = top + (i * line + line * 0.5 + text * 0.36) * unit
      painter.setPen(PenStyle.NoPen)
      painter.setBrush(colour(COLOURS.plate))
      painter.drawRoundedRect(Math.round(left), Math.round(top + (i * line + 2) * unit), Math.round(keyWidth + 2 * pad * unit), Math.round((line - 5) * unit), 4 * unit, 4 * unit)
      write(left + pad * unit, baseline, named, page.bold, COLOURS.key)
      write(left + keys + gap * unit, baseline, what, page.plain, COLOURS.does)
    })
    left += keys + gap * unit + does + column * unit
  }
  write(margin * unit, page.height - (margin - small * 0.2) * unit, about, page.tiny, COLOURS.about)
  painter.end()
  return pixelsOf(image)
}

/** Qt's pixels reach JavaScript through a file only: raw, and gone at once. */
const pixelsOf = (image: { save(path: string, format?: string): boolean }): Page | undefined => {
  let folder: string | undefined
  try {
    folder = mkdtempSync(join(tmpdir(), 'doppel-page-'))
    const path = join(folder, 'page.ppm')
    return image.save(path, 'PPM') ? readPixmap(readFileSync(path)) : undefined
  } catch {
    return undefined
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  }
}
