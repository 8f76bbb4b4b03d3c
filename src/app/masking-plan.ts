import { DoppelError } from '../engine/error.js'
import { nearest } from '../engine/nearest.js'
import { expectedOf, fitsParam, parseParam, type ParamValue } from '../engine/params.js'
import { findKey, keyDefaults } from '../gl/keys/index.js'
import type { SetMasking } from '../sets/schema.js'
import { createMaskLook, type Align, type MaskLook } from '../engine/look.js'
import { MOST_SUBJECTS, type Provider, type Seed, type Size } from '../masking/types.js'

/** Clicks and boxes of one subject, in the source's own pixels, counted from its top left. */
export interface SeedPlan {
  /** From 0. */
  readonly subject: number
  readonly clicks: readonly { readonly x: number; readonly y: number; readonly positive: boolean }[]
  readonly box?: readonly [number, number, number, number] | undefined
}

/** A key and what it is played with. */
export interface KeyPlan {
  readonly id: string
  readonly values: Record<string, ParamValue>
}

/** How a source's masks are made live. */
export interface MaskingPlan {
  /** Made by the picture's own pixels; then nothing else here counts. */
  readonly key?: KeyPlan | undefined
  /** A segmenter or a key; undefined takes the best that is there for the seeds. */
  readonly segmenter: string | undefined
  readonly seeds: readonly SeedPlan[]
  /** Size of the picture that the seeds' places are meant for; the source's own unless told. */
  readonly places?: Size | undefined
  /** Picture of labels that says what is what in the first frame. */
  readonly firstMask: string | undefined
  readonly provider: Provider
  /** Played with. */
  readonly look: MaskLook
}

/** What a command line says about masks. */
export interface MaskFlags {
  readonly segmenter?: string | undefined
  readonly click?: readonly Spot[] | undefined
  readonly not?: readonly Spot[] | undefined
  readonly box?: readonly Box[] | undefined
  readonly firstMask?: string | undefined
  readonly align?: Align | undefined
  readonly provider?: Provider | undefined
}

export interface Spot { readonly x: number; readonly y: number; readonly subject: number }
export interface Box { readonly box: readonly [number, number, number, number]; readonly subject: number }

const numbers = (option: string, text: string, count: number, form: string): { readonly values: number[]; readonly subject: number } => {
  const [places = '', name, ...rest] = text.split(':')
  const values = places.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  const subject = name === undefined ? 1 : Number(name)
  if (rest.length > 0 || values.length !== count || !values.every(Number.isFinite)) throw new DoppelError(`${option} cannot be "${text}"`, `it takes ${form}, in the source's pixels from its top left`)
  if (!Number.isInteger(subject) || subject < 1 || subject > MOST_SUBJECTS) throw new DoppelError(`${option} cannot be "${text}": subjects are 1 to ${MOST_SUBJECTS}`, `it takes ${form}`)
  return { values, subject: subject - 1 }
}

/** Reads `x,y[:subject]`. */
export const parseSpot = (option: string) => (text: string): Spot => {
  const { values: [x = 0, y = 0], subject } = numbers(option, text, 2, 'x,y or x,y:subject')
  return { x, y, subject }
}

/** Reads `x0,y0,x1,y1[:subject]`. */
export const parseBox = (text: string): Box => {
  const { values: [x0 = 0, y0 = 0, x1 = 0, y1 = 0], subject } = numbers('--box', text, 4, 'x0,y0,x1,y1 or x0,y0,x1,y1:subject')
  if (x0 === x1 || y0 === y1) throw new DoppelError(`--box ${text} has no area`, 'give two opposite corners: x0,y0,x1,y1')
  return { box: [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)], subject }
}

/** Reads `chroma:key=#00ff00,similarity=0.4`; undefined when it names no key. */
const parseKey = (spec: string): KeyPlan | undefined => {
  const [, id = '', settings = ''] = /^([^:]*):?(.*)$/s.exec(spec) ?? []
  const decl = findKey(id.trim())
  if (!decl) return undefined
  const values = keyDefaults(decl)
  for (const setting of settings.split(',').filter((text) => text.trim() !== '')) {
    const [name = '', ...rest] = setting.split('=')
    const param = decl.params[name.trim()]
    if (!param || rest.length === 0) {
      const near = nearest(name.trim(), Object.keys(decl.params))
      throw new DoppelError(`"${setting}" is no setting of ${decl.id}`, `${near ? `did you mean "${near}"? ` : ''}it has: ${Object.keys(decl.params).join(', ')}`)
    }
    values[name.trim()] = parseParam(param, rest.join('='), `${decl.id}'s ${name.trim()}`)
  }
  return { id: decl.id, values }
}

const keyFromSet = (id: string | undefined, params: Readonly<Record<string, ParamValue>>): KeyPlan | undefined => {
  const decl = id === undefined ? undefined : findKey(id)
  if (!decl) {
    const [first] = Object.keys(params)
    if (first !== undefined) throw new DoppelError(`masking has the parameter "${first}", which only keys have`, 'the keys are chroma, luma, difference and motion')
    return undefined
  }
  for (const [name, value] of Object.entries(params)) {
    const param = decl.params[name]
    if (!param) throw new DoppelError(`the key ${decl.id} has no parameter "${name}"`, `it has: ${Object.keys(decl.params).join(', ')}`)
    if (!fitsParam(param, value)) throw new DoppelError(`the key ${decl.id}'s ${name} is ${JSON.stringify(value)}: it takes ${expectedOf(param)}`, '')
  }
  return { id: decl.id, values: { ...keyDefaults(decl), ...params } }
}

/** The plan that a command line asks for; undefined when it says nothing about masks. */
export const planMasking = ({ segmenter, click = [], not = [], box = [], firstMask, align, provider = 'auto' }: MaskFlags): MaskingPlan | undefined => {
  if (segmenter === undefined && click.length === 0 && not.length === 0 && box.length === 0 && firstMask === undefined) {
    if (align !== undefined) throw new DoppelError('--align is about live masks, and nothing asks for any', 'add --segmenter, --click or --box')
    return undefined
  }
  const key = segmenter === undefined ? undefined : parseKey(segmenter)
  if (key && (click.length > 0 || not.length > 0 || box.length > 0 || firstMask !== undefined)) throw new DoppelError(`${key.id} is a key: it finds its subject by its pixels and takes no clicks, boxes or first mask`, 'take a segmenter: npx doppel models list')
  const subjects = [...new Set([...click, ...not, ...box].map(({ subject }) => subject))].sort((a, b) => a - b)
  const seeds = subjects.map((subject): SeedPlan => ({
    subject,
    clicks: [...click.filter((spot) => spot.subject === subject).map(({ x, y }) => ({ x, y, positive: true })), ...not.filter((spot) => spot.subject === subject).map(({ x, y }) => ({ x, y, positive: false }))],
    box: box.findLast((each) => each.subject === subject)?.box,
  }))
  return { key, segmenter, seeds, firstMask, provider, look: createMaskLook(align && { align }) }
}

/** The plan that a set file's `masking` asks for. `places` is told for sources that are drawn as large as the canvas, whatever that is. */
export const maskingFromSet = ({ segmenter, params, provider, subjects, align, guide, feather, choke, steady, holes, clean }: SetMasking, places?: Size): MaskingPlan => ({
  places,
  key: keyFromSet(segmenter, params),
  segmenter,
  provider,
  firstMask: undefined,
  look: createMaskLook({ align, guide, feather, choke, steady, holes, clean }),
  seeds: subjects.map(({ clicks, not, box }, subject) => ({
    subject,
    clicks: [...clicks.map(([x, y]) => ({ x, y, positive: true })), ...not.map(([x, y]) => ({ x, y, positive: false }))],
    box,
  })),
})

/** A seed in parts of the picture. Throws a {@link DoppelError} for a place outside of it. */
export const placeSeed = ({ clicks, box, subject }: SeedPlan, width: number, height: number): Seed => {
  for (const { x, y } of clicks) {
    if (x < 0 || y < 0 || x >= width || y >= height) throw new DoppelError(`a click at ${x},${y} lies outside the picture, which is ${width}x${height}`, `x goes from 0 to ${width - 1}, y from 0 (top) to ${height - 1}`)
  }
  if (box && (box[2] <= 0 || box[3] <= 0 || box[0] >= width || box[1] >= height)) throw new DoppelError(`the box ${box.join(',')} of subject ${subject + 1} lies outside the picture, which is ${width}x${height}`, '')
  const part = (value: number, side: number) => Math.min(1, Math.max(0, value / side))
  return {
    // The middle of the pixel that was clicked.
    clicks: clicks.map(({ x, y, positive }) => ({ x: (x + 0.5) / width, y: (y + 0.5) / height, positive })),
    box: box && [part(box[0], width), part(box[1], height), part(box[2], width), part(box[3], height)],
  }
}
