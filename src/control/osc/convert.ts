import { nearest } from '../../engine/nearest.js'
import { expectedOf, type ParamDecl, type ParamValue } from '../../engine/params.js'
import type { OscArg } from './codec.js'

/** What the arguments of a message mean to a parameter: a value for it (`undefined` fires a trigger), nothing at all, or what was wrong with it. */
export type Meaning = { readonly value: unknown } | { readonly problem: () => string } | 'nothing'

/** Arrays are only brackets around what counts. */
const flat = (args: readonly OscArg[]): readonly OscArg[] => (args.some(({ type }) => type === '[') ? args.flatMap((arg) => (arg.type === '[' ? flat(arg.value) : [arg])) : args)

/** A number that is one: not NaN, not infinite. */
const numberOf = (arg: OscArg | undefined): number | undefined => {
  if (arg?.type !== 'i' && arg?.type !== 'f' && arg?.type !== 'd' && arg?.type !== 'h') return undefined
  const value = Number(arg.value)
  return Number.isFinite(value) ? value : undefined
}

const numbersOf = (args: readonly OscArg[]): readonly number[] | undefined => {
  const numbers = args.map(numberOf)
  return numbers.every((number) => number !== undefined) ? numbers : undefined
}

/** The arguments as people write them, for sentences; the first sixteen. */
export const describeArgs = (args: readonly OscArg[]): string =>
  args.slice(0, 16).map((arg) => {
    switch (arg.type) {
      case 'i': case 'h': case 't': return String(arg.value)
      case 'f': case 'd': return String(Number(arg.value.toPrecision(6)))
      case 's': case 'c': return JSON.stringify(arg.value.slice(0, 64))
      case 'b': return `${arg.value.length} bytes`
      case 'r': return `#${Buffer.from(arg.value).toString('hex')}`
      case 'T': return 'true'
      case 'F': return 'false'
      case 'N': return 'nil'
      case 'I': return 'impulse'
      case '[': return `[${describeArgs(arg.value)}]`
    }
  }).join(' ')

const colourOf = (args: readonly OscArg[]): readonly number[] | undefined => {
  const [first] = args
  if (args.length === 1 && first?.type === 'r') return first.value.map((part) => part / 255)
  const parts = numbersOf(args)
  return parts?.length === 4 ? parts : parts?.length === 3 ? [...parts, 1] : undefined
}

const choiceOf = (choices: readonly string[], arg: OscArg | undefined): string | undefined => {
  if (arg?.type === 's') return choices.includes(arg.value) ? arg.value : undefined
  const index = numberOf(arg)
  return index === undefined ? undefined : choices[Math.round(index)]
}

/** A button sends something when it is pressed and zero or false when it is let go. */
const firesOf = ([arg]: readonly OscArg[]): boolean | undefined => {
  if (!arg || arg.type === 'T' || arg.type === 'I' || arg.type === 'N') return true
  if (arg.type === 'F') return false
  const number = numberOf(arg)
  return number === undefined ? undefined : number !== 0
}

const valueOf = (decl: ParamDecl, args: readonly OscArg[]): ParamValue | undefined => {
  const [first] = args
  if (decl.type === 'colour') return colourOf(args)
  if (decl.type === 'point') return args.length === 2 ? numbersOf(args) : undefined
  if (args.length !== 1) return undefined
  if (decl.type === 'choice') return choiceOf(decl.choices, first)
  if (decl.type === 'bool' && (first?.type === 'T' || first?.type === 'F')) return first.type === 'T'
  const number = numberOf(first)
  return decl.type === 'bool' && number !== undefined ? number >= 0.5 : number
}

const expected = (decl: ParamDecl): string => {
  if (decl.type === 'trigger') return 'nothing, or a number that is not zero'
  return decl.type === 'choice' ? `${expectedOf(decl)}, or a number from 0 to ${decl.choices.length - 1}` : expectedOf(decl)
}

/** Turns arguments into what a parameter takes. Numbers out of range are left as they are: the parameter brings them in. */
export const convertArgs = (decl: ParamDecl, given: readonly OscArg[]): Meaning => {
  const args = flat(given)
  if (decl.type === 'trigger') {
    const fires = firesOf(args)
    if (fires !== undefined) return fires ? { value: undefined } : 'nothing'
  } else {
    const value = valueOf(decl, args)
    if (value !== undefined) return { value }
  }
  return {
    // Made only when somebody reads it: wrong messages may come by the thousand.
    problem() {
      const [first] = args
      const meant = decl.type === 'choice' && first?.type === 's' ? nearest(first.value, decl.choices) : undefined
      return `it takes ${expected(decl)}, not ${describeArgs(given) || 'nothing'}${meant === undefined ? '' : `: did you mean "${meant}"?`}`
    },
  }
}

/** A parameter's value as arguments, of the types its OSCQuery node states. */
export const argsOf = (decl: ParamDecl, value: ParamValue): readonly OscArg[] => {
  switch (decl.type) {
    case 'float': case 'beats': return [{ type: 'f', value: Number(value) }]
    case 'int': return [{ type: 'i', value: Number(value) }]
    case 'bool': return [{ type: value === true ? 'T' : 'F' }]
    case 'choice': return [{ type: 's', value: String(value) }]
    case 'colour': case 'point': return (Array.isArray(value) ? (value as readonly number[]) : []).map((part) => ({ type: 'f', value: part }))
    case 'trigger': return [{ type: 'I' }]
  }
}
