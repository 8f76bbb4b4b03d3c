import { instantiate, paramOf, type EffectInstance } from '../engine/effect.js'
import { DoppelError } from '../engine/error.js'
import { nearest } from '../engine/nearest.js'
import { parseParam, type ParamDecl } from '../engine/params.js'
import { uniqueSlug } from '../engine/registry.js'
import { effectNamed } from './isf.js'

/** Values every effect takes besides its own, as written on the command line. */
const SHARED: Record<'mix' | 'mask', ParamDecl> = {
  mix: { type: 'float', min: 0, max: 1, default: 1 },
  mask: { type: 'choice', choices: ['all', 'inside', 'outside'], default: 'all' },
}

/** Where an effect's name ends and its settings begin. A path may have colons in it (C:\shaders\thing.fs). */
const endOfName = (spec: string): number => {
  const file = /^.*?\.fs(?=:|$)/i.exec(spec)
  const end = file ? file[0].length : spec.indexOf(':')
  return end === spec.length ? -1 : end
}

/** Reads `id[:param=value,...]`, or a path of an ISF shader in place of the id, into an instance. Throws a {@link DoppelError} naming the effect, the parameter and its range. */
export const parseEffect = (spec: string, taken: Set<string>): EffectInstance => {
  const colon = endOfName(spec)
  const decl = effectNamed((colon < 0 ? spec : spec.slice(0, colon)).trim())
  const instance = instantiate(decl, uniqueSlug(decl.id, taken))
  const settings = colon < 0 ? [] : spec.slice(colon + 1).split(',').filter((s) => s.trim() !== '')
  for (const setting of settings) {
    const equals = setting.indexOf('=')
    const key = (equals < 0 ? setting : setting.slice(0, equals)).trim()
    if (equals < 0) throw new DoppelError(`"${setting}" in --effect ${spec} is no setting: it must look like param=value`, `for example --effect ${colon < 0 ? spec : spec.slice(0, colon)}:mix=0.5`)
    const text = setting.slice(equals + 1)
    const where = `${decl.id}'s ${key}`
    const param = paramOf(decl, key)
    if (param) instance.values[key] = parseParam(param, text, where)
    else if (key === 'mix') instance.mix = parseParam(SHARED.mix, text, where) as number
    else if (key === 'mask') instance.maskMode = parseParam(SHARED.mask, text, where) as EffectInstance['maskMode']
    else {
      const known = [...Object.keys(decl.params), 'mix', 'mask']
      const near = nearest(key, known)
      throw new DoppelError(`${decl.id} has no parameter "${key}"`, `${near === undefined ? '' : `did you mean "${near}"? `}it has: ${known.join(', ')}`)
    }
  }
  return instance
}
