import { DoppelError } from '../engine/error.js'
import type { Fit } from '../engine/types.js'

/** Where a show goes: a window (on a display by number or name), a file, over the network, or nowhere. */
export type OutPlan =
  | { readonly kind: 'window'; readonly display: string | undefined; readonly fullscreen: boolean; readonly fit: Fit }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'ndi'; readonly name: string }
  | { readonly kind: 'none' }

/** A window; on a display that was named it fills it, unless told otherwise. */
export const windowOut = (display?: string, fit: Fit = 'letterbox', fullscreen = display !== undefined): OutPlan => ({ kind: 'window', display, fullscreen, fit })

/** Reads `window[:display]`, `none` or a file name. */
export const parseOut = (text: string): OutPlan => {
  if (text === 'none') return { kind: 'none' }
  const window = /^window(?::(.+))?$/.exec(text)
  if (window) return windowOut(window[1])
  if (/\.[a-z0-9]+$/i.test(text)) return { kind: 'file', path: text }
  throw new DoppelError(`--out cannot be "${text}"`, 'it takes window, window:1, none, or a file such as take.mp4')
}

/** Reads `1280x720`. Encoders and half-size chroma need even sides. */
export const parseSize = (text: string): [number, number] => {
  const match = /^(\d{1,5})[x×](\d{1,5})$/i.exec(text)
  const [width, height] = [Number(match?.[1]), Number(match?.[2])]
  if (!match || width < 16 || height < 16 || width > 8192 || height > 8192 || width % 2 || height % 2) {
    throw new DoppelError(`--size cannot be "${text}": it takes two even numbers from 16 to 8192`, 'for example --size 1280x720')
  }
  return [width, height]
}

/** Reads a number of an option within bounds. */
export const parseNumber = (option: string, min: number, max: number, whole = false) => (text: string): number => {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isFinite(value) || value < min || value > max || (whole && !Number.isInteger(value))) {
    throw new DoppelError(`${option} cannot be "${text}": it takes a ${whole ? 'whole ' : ''}number from ${min} to ${max}`)
  }
  return value
}

export const HW = ['auto', 'none', 'cuda', 'vaapi', 'qsv', 'videotoolbox', 'd3d11va'] as const
export type Hw = (typeof HW)[number]
export const parseHw = (text: string): Hw => {
  const hw = HW.find((name) => name === text)
  if (!hw) throw new DoppelError(`--hw cannot be "${text}"`, `it takes one of ${HW.join(', ')}`)
  return hw
}

/** Collects an option given several times. */
export const collect = <T>(parse: (text: string) => T) => (text: string, before: T[] | undefined): T[] => [...(before ?? []), parse(text)]
