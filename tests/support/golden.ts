import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { PNG } from 'pngjs'

/** RGBA bytes, top row first. */
export interface Image {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** A pixel is wrong when any of its channels is off by more than this. */
const TOLERANCE = 4
/** Drivers place edges a hair differently: so many pixels may be wrong. */
const WRONG_SHARE = 0.001

const goldens = resolve(import.meta.dirname, '../golden')
const isSet = (name: string): boolean => !['', '0', 'false', undefined].includes(process.env[name])

export interface GoldenOptions {
  readonly folder?: string
  /** Write the golden instead of comparing; never in CI. */
  readonly update?: boolean
  readonly ci?: boolean
}

/**
 * Compares a picture with `tests/golden/<name>.png`. Throws when it differs, with the folder where actual, expected and
 * difference lie, and when there is no golden. DOPPEL_UPDATE_GOLDENS=1 writes it instead, but never while CI is set: look
 * at what was written before committing it.
 */
export const expectGolden = (name: string, actual: Image, { folder = goldens, update = isSet('DOPPEL_UPDATE_GOLDENS'), ci = isSet('CI') }: GoldenOptions = {}): void => {
  const path = join(folder, `${name}.png`)
  if (update) {
    if (ci) throw new Error('goldens are not written in CI: unset DOPPEL_UPDATE_GOLDENS')
    mkdirSync(folder, { recursive: true })
    writeFileSync(path, encode(actual))
    return
  }
  if (!existsSync(path)) throw new Error(`there is no golden ${basename(path)}: look at the picture in ${save(name, { actual })}, and if it is right, run the test with DOPPEL_UPDATE_GOLDENS=1`)
  const expected: Image = PNG.sync.read(readFileSync(path))
  if (expected.width !== actual.width || expected.height !== actual.height) {
    throw new Error(`${name} is ${actual.width}x${actual.height}, its golden ${expected.width}x${expected.height}; both are in ${save(name, { actual, expected })}`)
  }
  const { wrong, worst, diff } = compareImages(actual, expected)
  const pixels = actual.width * actual.height
  if (wrong <= pixels * WRONG_SHARE) return
  throw new Error(`${name} differs from its golden in ${wrong} of ${pixels} pixels (${Math.floor(pixels * WRONG_SHARE)} may), by up to ${worst}/255; actual, expected and diff are in ${save(name, { actual, expected, diff })}`)
}

/** Counts wrong pixels of two pictures of one size; `diff` shows them red over the faded picture. */
export const compareImages = (actual: Image, expected: Image): { readonly wrong: number; readonly worst: number; readonly diff: Image } => {
  const data = new Uint8Array(actual.data.length)
  let wrong = 0
  let worst = 0
  for (let at = 0; at < data.length; at += 4) {
    const off = Math.max(...[0, 1, 2, 3].map((c) => Math.abs((actual.data[at + c] ?? 0) - (expected.data[at + c] ?? 0))))
    const grey = 64 + ((expected.data[at + 1] ?? 0) >> 2)
    if (off > TOLERANCE) wrong++
    worst = Math.max(worst, off)
    data.set(off > TOLERANCE ? [255, 0, 0, 255] : [grey, grey, grey, 255], at)
  }
  return { wrong, worst, diff: { width: actual.width, height: actual.height, data } }
}

const encode = ({ width, height, data }: Image): Buffer => {
  const png = new PNG({ width, height })
  png.data = Buffer.from(data)
  return PNG.sync.write(png)
}

const save = (name: string, images: Readonly<Record<string, Image>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'doppel-golden-'))
  for (const [kind, image] of Object.entries(images)) writeFileSync(join(folder, `${name}-${kind}.png`), encode(image))
  return folder
}
