import { DoppelError, messageOf } from '../engine/error.js'
import type { IsfImage, IsfProgram, IsfRange } from '../engine/isf.js'
import { isObject, show, type Loose } from '../engine/loose.js'
import type { ParamDecl } from '../engine/params.js'
import { readInputs } from './inputs.js'
import { readPasses } from './passes.js'
import { readText, type Complain } from './problems.js'

const MOST_IMAGES = 16
/** Problems shown; a header with more is no header. */
const SHOWN = 20
const HINT = 'mend these places in the comment the file begins with; docs/isf.md says what each may hold'

/** Gives the picture of a file named beside the shader. Throws an Error whose message says why not. */
export type ReadImage = (asset: string) => Omit<IsfImage, 'name'>

export interface IsfHeader extends IsfProgram {
  readonly params: Readonly<Record<string, ParamDecl>>
  /** One sentence. */
  readonly about: string
  readonly reads: readonly ('mask' | 'waveform' | 'spectrum')[]
}

/** Where the header's braces begin and its comment ends, whatever comments stand before it; undefined without one. */
const headerPlace = (text: string): readonly [begin: number, end: number] | undefined => {
  for (let open = text.indexOf('/*'); open >= 0;) {
    const end = text.indexOf('*/', open + 2)
    if (end < 0) return undefined
    const begin = open + 2 + (text.slice(open + 2, end).search(/\S/) + 1 || 1) - 1
    if (text[begin] === '{') return [begin, end]
    open = text.indexOf('/*', end + 2)
  }
  return undefined
}

/** The line of a place in a text, from 1. */
const lineOf = (text: string, at: number) => text.slice(0, at).split('\n').length

/** Why a text is no JSON, and the place it cannot be gone on from; undefined when it is JSON. */
const jsonFault = (text: string): { readonly message: string; readonly at: number } | undefined => {
  try {
    JSON.parse(text)
    return undefined
  } catch (thrown) {
    const message = messageOf(thrown)
    const [, place] = /position (\d+)/.exec(message) ?? []
    return { message, at: place !== undefined ? Number(place) : message.includes('end of JSON') ? text.length : Number.NaN }
  }
}

/** The parser does not always say where: the shortest beginning that fails before its end shows it. */
const placeOf = (text: string, { at }: { readonly at: number }): number => {
  if (!Number.isNaN(at)) return Math.min(at, text.trimEnd().length)
  let [good, bad] = [0, text.length]
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    const fault = jsonFault(text.slice(0, middle))
    if (fault && !(fault.at >= middle)) bad = middle
    else good = middle
  }
  return good
}

const readJson = (text: string, file: string): Loose => {
  const place = headerPlace(text)
  if (!place) throw new DoppelError(`${file} is no ISF shader: it has no header`, 'it must begin with a comment that holds JSON: /*{ "ISFVSN": "2", "INPUTS": [] }*/')
  const [begin, end] = place
  const json = text.slice(begin, end)
  const fault = jsonFault(json)
  if (fault) {
    throw new DoppelError(
      `${file}:${lineOf(text, begin + placeOf(json, fault))}: the header is not JSON: ${fault.message.replace(/\s+/g, ' ').slice(0, 200)}`,
      'mend the comment the file begins with: names and texts in double quotes, no comma after the last entry',
    )
  }
  // It begins with a brace, so it is an object.
  return JSON.parse(json) as Loose
}

const readImages = (written: unknown, names: Set<string>, complain: Complain, readImage: ReadImage): readonly IsfImage[] => {
  if (written === undefined) return []
  // Version 1 has a list, each with its NAME.
  const entries = Array.isArray(written) ? written.map((one): [string, unknown] => [isObject(one) ? String(one['NAME']) : '', one]) : isObject(written) ? Object.entries(written) : undefined
  if (!entries) complain('IMPORTED', `is ${show(written)}: it takes pictures by their names`)
  if ((entries?.length ?? 0) > MOST_IMAGES) complain('IMPORTED', `holds ${entries?.length ?? 0} pictures: at most ${MOST_IMAGES}`)
  return (entries ?? []).slice(0, MOST_IMAGES).flatMap(([name, image]) => {
    const path = `IMPORTED.${name}`
    const file = isObject(image) ? image['PATH'] : undefined
    if (names.has(name)) complain(path, 'is named already: names must differ')
    names.add(name)
    if (typeof file !== 'string' || file === '') {
      complain(`${path}.PATH`, `is ${show(file)}: it takes the name of a picture beside the shader`)
      return []
    }
    try {
      return [{ ...readImage(file), name }]
    } catch (thrown) {
      complain(`${path}.PATH`, messageOf(thrown))
      return []
    }
  })
}

const rangeOf = (param: ParamDecl | undefined, values: readonly number[] | undefined): IsfRange | undefined => {
  if (values) return [Math.min(...values), Math.max(...values)]
  return param?.type === 'float' || param?.type === 'int' ? [param.min, param.max] : undefined
}

/** Reads and checks the header of an ISF shader. Throws a {@link DoppelError} that lists all its problems, each with its place. */
export const readHeader = (text: string, file: string, readImage: ReadImage): IsfHeader => {
  const json = readJson(text, file)
  const problems: string[] = []
  const complain: Complain = (path, message) => { problems.push(`  ${path}: ${message}`) }
  const version = json['ISFVSN'] ?? json['VSN'] ?? 1
  if (!/^"?[12](\.\d+)*"?$/.test(show(version))) complain('ISFVSN', `is ${show(version)}: versions 1 and 2 are known`)
  const names = new Set<string>()
  const { inputs, params } = readInputs(json['INPUTS'], names, complain)
  const images = readImages(json['IMPORTED'], names, complain, readImage)
  const passes = readPasses(json, inputs, names, complain)
  if (names.has('startImage') && names.has('endImage')) complain('INPUTS', 'has startImage and endImage: that is a transition between two pictures, and effects have one; scenes change by the set\'s own transitions')
  if (problems.length > 0) {
    const shown = problems.slice(0, SHOWN)
    if (problems.length > SHOWN) shown.push(`  ... and ${problems.length - SHOWN} more`)
    throw new DoppelError(`${file} has ${problems.length} problem${problems.length > 1 ? 's' : ''} in its header:\n${shown.join('\n')}`, HINT)
  }
  const ranges = new Map(inputs.flatMap(({ name, param, values, type }) => {
    const range = param === undefined ? (type === 'float' ? [0, 1000] as const : undefined) : rangeOf(params[param], values)
    return range ? [[name, range] as const] : []
  }))
  const has = (type: string) => inputs.some((input) => input.type === type)
  return {
    inputs, passes, images, params, ranges,
    generator: !inputs.some(({ name, type }) => name === 'inputImage' && type === 'image'),
    about: readText(json['DESCRIPTION'], 'An ISF shader.'),
    reads: [...(names.has('maskImage') ? ['mask' as const] : []), ...(has('audio') ? ['waveform' as const] : []), ...(has('audioFFT') ? ['spectrum' as const] : [])],
  }
}
