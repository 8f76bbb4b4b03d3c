import type { IsfInput, IsfType } from '../engine/isf.js'
import { didYouMean, isObject, show, type Loose } from '../engine/loose.js'
import type { ParamDecl } from '../engine/params.js'
import { kebab } from '../engine/registry.js'
import { readFlag, readText, type Complain } from './problems.js'

const MOST_INPUTS = 64
const MOST_CHOICES = 256
const MOST_COLUMNS = 4096
/** Numbers a shader is played with; beyond, floats count in whole numbers and worse. */
const LARGEST = 1e6

/** What the host declares itself, and words no variable can be called by in any GLSL. */
const TAKEN: ReadonlySet<string> = new Set((
  'TIME TIMEDELTA DATE FRAMEINDEX PASSINDEX RENDERSIZE isf_FragNormCoord vv_FragNormCoord isf_vertShaderInit vv_vertShaderInit main defined '
  + 'float int bool void vec2 vec3 vec4 ivec2 ivec3 ivec4 bvec2 bvec3 bvec4 mat2 mat3 mat4 sampler2D sampler2DRect if else for while do return break continue discard struct const uniform varying attribute in out inout true false switch case default lowp mediump highp precision'
).split(' '))
const NAME = /^[A-Za-z_]\w{0,62}$/
export const nameProblem = (name: unknown): string | undefined => {
  if (typeof name !== 'string' || !NAME.test(name)) return `is ${show(name)}: it takes a word of letters, digits and _ that begins with no digit`
  return TAKEN.has(name) || /^(gl_|host|IMG_)|__/.test(name) ? `is ${show(name)}, a name that is taken: choose another, here and in the shader` : undefined
}

/** What every effect has under its own name: an input called so is found under `shader-mix` instead. */
const OWN: ReadonlySet<string> = new Set(['mix', 'bypass', 'mask', 'mask-mode', 'reset'])
/** Floats the host plays by itself: they are no parameters. */
export const BEAT_INPUTS: ReadonlySet<string> = new Set(['beatPhase', 'barPhase', 'bpm'])

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= LARGEST
const isPair = (value: unknown): value is readonly [number, number] => Array.isArray(value) && value.length === 2 && value.every(isNumber)

type Made = { readonly param?: ParamDecl } & Omit<IsfInput, 'name' | 'type' | 'param'>
type Make = (input: Loose, complain: (key: string, message: string) => void, label: { label?: string }) => Made

const number = (input: Loose, key: string, complain: (key: string, message: string) => void): number | undefined => {
  const value = input[key]
  if (value === undefined || isNumber(value)) return value
  complain(key, `is ${show(value)}: it takes a number from ${-LARGEST} to ${LARGEST}`)
  return undefined
}

/** Of a number nobody gave a range: 0 to 1, and its default within. */
const span = (input: Loose, complain: (key: string, message: string) => void): readonly [number, number, number] => {
  const given = number(input, 'DEFAULT', complain) ?? number(input, 'IDENTITY', complain)
  const most = number(input, 'MAX', complain) ?? Math.max(1, given ?? 0, (number(input, 'MIN', () => {}) ?? 0) + 1)
  const least = number(input, 'MIN', complain) ?? Math.min(0, given ?? 0, most - 1)
  if (least >= most) complain('MIN', `is ${least}, and MAX is ${most}: MIN must be less`)
  else if (given !== undefined && (given < least || given > most)) complain('DEFAULT', `is ${given}: it must lie within MIN and MAX, ${least} to ${most}`)
  return [least, most, given ?? Math.min(Math.max(0, least), most)]
}

const choices = (input: Loose, values: readonly unknown[], complain: (key: string, message: string) => void, label: { label?: string }): Made => {
  const numbers = values.filter((value): value is number => isNumber(value) && Number.isInteger(value))
  if (values.length === 0 || values.length > MOST_CHOICES || numbers.length < values.length) complain('VALUES', `is ${show(values)}: it takes 1 to ${MOST_CHOICES} whole numbers`)
  const { LABELS: labels = numbers.map(String), DEFAULT: chosen = numbers[0] } = input
  if (!Array.isArray(labels) || labels.length !== values.length) complain('LABELS', `is ${show(labels)}: it takes one text for each of the ${values.length} VALUES`)
  if (!numbers.includes(chosen as number)) complain('DEFAULT', `is ${show(chosen)}: it takes one of VALUES, ${show(numbers)}`)
  const seen = new Set<string>()
  const names = numbers.map((value, i) => {
    // As a command line writes them: a comma ends a value there.
    const text = readText(Array.isArray(labels) ? labels[i] : undefined, String(value)).replace(/[, ]+/g, ' ')
    const name = seen.has(text) ? `${text} (${i + 1})` : text
    seen.add(name)
    return name
  })
  return { param: { type: 'choice', choices: names, default: names[numbers.indexOf(chosen as number)] ?? names[0] ?? '', ...label }, values: numbers }
}

const sound: Make = (input, complain) => {
  const { MAX: width } = input
  if (width === undefined) return {}
  if (!isNumber(width) || !Number.isInteger(width) || width < 1 || width > MOST_COLUMNS) complain('MAX', `is ${show(width)}: it takes how many samples or bins are wanted, a whole number from 1 to ${MOST_COLUMNS}`)
  return { width: Number(width) }
}

const MAKE: Readonly<Record<IsfType, Make>> = {
  event: (_input, _complain, label) => ({ param: { type: 'trigger', ...label } }),
  bool: (input, complain, label) => ({ param: { type: 'bool', default: readFlag(input['DEFAULT'], 'DEFAULT', complain), ...label } }),
  long(input, complain, label) {
    const { VALUES: values, MIN: least, MAX: most } = input
    if (Array.isArray(values)) return choices(input, values, complain, label)
    if (values !== undefined || least === undefined || most === undefined) complain('VALUES', `is ${show(values)}: a long takes VALUES and LABELS, or MIN and MAX`)
    const [min, max, value] = span(input, complain)
    if (![min, max, value].every(Number.isInteger)) complain('DEFAULT', 'counts in whole numbers, and so must DEFAULT, MIN and MAX')
    return { param: { type: 'int', min, max, default: value, ...label } }
  },
  float(input, complain, label) {
    const [min, max, value] = span(input, complain)
    return { param: { type: 'float', min, max, default: value, ...label } }
  },
  point2D(input, complain, label) {
    const read = (key: string, otherwise: readonly [number, number]) => {
      const value = input[key]
      if (value !== undefined && !isPair(value)) complain(key, `is ${show(value)}: it takes two numbers, [x, y]`)
      return isPair(value) ? value : otherwise
    }
    const [min, max] = [read('MIN', [0, 0]), read('MAX', [1, 1])]
    if (min[0] >= max[0] || min[1] >= max[1]) complain('MIN', `is ${show(min)}, and MAX is ${show(max)}: MIN must be less, in both x and y`)
    const place = read('DEFAULT', [(min[0] + max[0]) / 2, (min[1] + max[1]) / 2])
    if ([0, 1].some((i) => (place[i] ?? 0) < (min[i] ?? 0) || (place[i] ?? 0) > (max[i] ?? 0))) complain('DEFAULT', `is ${show(place)}: it must lie within MIN and MAX, ${show(min)} to ${show(max)}`)
    return { param: { type: 'point', default: [(place[0] - min[0]) / (max[0] - min[0]), (place[1] - min[1]) / (max[1] - min[1])], ...label }, min, max }
  },
  color(input, complain, label) {
    const { DEFAULT: given = [0, 0, 0, 1] } = input
    const right = Array.isArray(given) && (given.length === 3 || given.length === 4) && given.every((part) => isNumber(part) && part >= 0 && part <= 1)
    if (!right) complain('DEFAULT', `is ${show(given)}: it takes [red, green, blue, alpha], each from 0 to 1`)
    const [r = 0, g = 0, b = 0, a = 1] = right ? (given as number[]) : []
    return { param: { type: 'colour', default: [r, g, b, a], ...label } }
  },
  image: () => ({}),
  audio: sound,
  audioFFT: sound,
}
const TYPES = Object.keys(MAKE)

export interface Inputs {
  readonly inputs: readonly IsfInput[]
  readonly params: Readonly<Record<string, ParamDecl>>
}

/** Reads INPUTS: each becomes a parameter of the same name, unless it is a picture, a sound or the beat. */
export const readInputs = (written: unknown, names: Set<string>, complain: Complain): Inputs => {
  if (written !== undefined && !Array.isArray(written)) complain('INPUTS', `is ${show(written)}: it takes a list of inputs`)
  const list: readonly unknown[] = Array.isArray(written) ? written : []
  if (list.length > MOST_INPUTS) complain('INPUTS', `holds ${list.length} inputs: at most ${MOST_INPUTS}`)
  const params: Record<string, ParamDecl> = {}
  const addresses = new Set(OWN)
  const inputs = list.slice(0, MOST_INPUTS).flatMap((input, i): IsfInput[] => {
    const path = `INPUTS[${i}]`
    if (!isObject(input)) {
      complain(path, `is ${show(input)}: an input looks like { "NAME": "level", "TYPE": "float" }`)
      return []
    }
    const { NAME: name, TYPE: type, LABEL: label } = input
    const wrong = nameProblem(name)
    if (wrong !== undefined) complain(`${path}.NAME`, wrong)
    else if (names.has(String(name))) complain(`${path}.NAME`, `is ${show(name)}, which is named already: names must differ`)
    names.add(String(name))
    if (typeof type !== 'string' || !Object.hasOwn(MAKE, type)) {
      complain(`${path}.TYPE`, `is ${show(type)}: it takes one of ${TYPES.join(', ')}${didYouMean(type, TYPES)}`)
      return []
    }
    const { param, ...more } = MAKE[type as IsfType](input, (key, message) => { complain(`${path}.${key}`, message) }, { ...(readText(label, '') !== '' && { label: readText(label, '') }) })
    const made: IsfInput = { name: String(name), type: type as IsfType, ...more }
    if (!param || wrong !== undefined || (type === 'float' && BEAT_INPUTS.has(made.name))) return [made]
    const key = keyFor(made.name, addresses)
    params[key] = param
    return [{ ...made, param: key }]
  })
  return { inputs, params }
}

/** The name itself where its address is free. */
const keyFor = (name: string, addresses: Set<string>): string => {
  let key = OWN.has(kebab(name)) ? `shader-${kebab(name)}` : name
  for (let i = 2; addresses.has(kebab(key)); i++) key = `${name}-${i}`
  addresses.add(kebab(key))
  return key
}
