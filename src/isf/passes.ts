import { messageOf } from '../engine/error.js'
import type { IsfInput, IsfPass, IsfSize } from '../engine/isf.js'
import { isObject, show, type Loose } from '../engine/loose.js'
import { nameProblem } from './inputs.js'
import { readFlag, type Complain } from './problems.js'
import { parseSize } from './sizes.js'

const MOST_PASSES = 32
/** Types of inputs that are a number, and so part of a size. */
const NUMBERS: ReadonlySet<string> = new Set(['float', 'long', 'bool', 'event'])

/** The buffers of version 1, by name, as a pass of today has them: a list of names, or one description for each. */
const persistentBuffers = (written: unknown, complain: Complain): ReadonlyMap<string, Loose> => {
  if (written === undefined) return new Map()
  if (Array.isArray(written)) return new Map(written.filter((name) => typeof name === 'string').map((name) => [name, {}]))
  if (isObject(written)) return new Map(Object.entries(written).map(([name, buffer]) => [name, isObject(buffer) ? buffer : {}]))
  complain('PERSISTENT_BUFFERS', `is ${show(written)}: it takes a list of names`)
  return new Map()
}

/** Reads PASSES; without any, there is one: the picture. Targets are added to `names`. */
export const readPasses = ({ PASSES: listed, PERSISTENT_BUFFERS: older }: Loose, inputs: readonly IsfInput[], names: Set<string>, complain: Complain): readonly IsfPass[] => {
  if (listed !== undefined && !Array.isArray(listed)) complain('PASSES', `is ${show(listed)}: it takes a list of passes`)
  const list: readonly unknown[] = Array.isArray(listed) ? listed : []
  if (list.length > MOST_PASSES) complain('PASSES', `holds ${list.length} passes: at most ${MOST_PASSES}`)
  const kept = persistentBuffers(older, complain)
  const numbers = inputs.filter(({ type }) => NUMBERS.has(type)).map(({ name }) => name)
  const targets = new Set<string>()
  const passes = list.slice(0, MOST_PASSES).map((pass, i): IsfPass => {
    const path = `PASSES[${i}]`
    if (!isObject(pass)) complain(path, `is ${show(pass)}: a pass looks like { "TARGET": "buffer" }`)
    const given: Loose = isObject(pass) ? pass : {}
    const { TARGET: written } = given
    const target = written === undefined || written === '' ? undefined : typeof written === 'string' ? written : show(written)
    const buffer: Loose = target === undefined ? {} : { ...kept.get(target), ...given }
    if (target !== undefined && !targets.has(target)) {
      const wrong = nameProblem(written)
      if (wrong !== undefined) complain(`${path}.TARGET`, wrong)
      else if (names.has(target)) complain(`${path}.TARGET`, `is "${target}", which an input or a picture is called already: names must differ`)
      targets.add(target)
    }
    const size = (key: string): IsfSize | undefined => {
      if (buffer[key] === undefined) return undefined
      try {
        return parseSize(buffer[key], numbers)
      } catch (thrown) {
        complain(`${path}.${key}`, `is ${show(buffer[key])}: ${messageOf(thrown)}`)
        return undefined
      }
    }
    const flag = (key: string) => readFlag(buffer[key] ?? buffer[key.toLowerCase()], `${path}.${key}`, complain)
    return { target, persistent: flag('PERSISTENT') || (target !== undefined && kept.has(target)), float: flag('FLOAT'), width: size('WIDTH'), height: size('HEIGHT') }
  })
  for (const target of targets) names.add(target)
  return passes.length > 0 ? passes : [{ target: undefined, persistent: false, float: false, width: undefined, height: undefined }]
}
