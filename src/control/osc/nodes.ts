import type { Param } from '../../engine/registry.js'
import type { Branch } from './book.js'

/** A node as OSCQuery describes it: attributes by name. */
export type Node = Readonly<Record<string, unknown>>

/** Attributes given here; the proposal calls the first three required and the rest optional. */
export const ATTRIBUTES: readonly string[] = ['FULL_PATH', 'CONTENTS', 'TYPE', 'ACCESS', 'VALUE', 'RANGE', 'DESCRIPTION', 'TAGS', 'EXTENDED_TYPE', 'UNIT', 'CLIPMODE', 'OVERLOADS']
/** Attributes the proposal knows and Doppel has no use for. */
export const UNUSED_ATTRIBUTES: readonly string[] = ['CRITICAL', 'HTML']

const NO_ACCESS = 0
const WRITE = 2
const READ_AND_WRITE = 3

/** `mask-mode` becomes "Mask mode". */
const wordsOf = (name: string): string => {
  const words = name.replace(/-/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
const numbers = (param: Param): readonly number[] => (Array.isArray(param.value) ? (param.value as readonly number[]) : [])
/** `#RRGGBBAA`. */
const hexOf = (parts: readonly number[]): string =>
  `#${parts.map((part) => Math.round(255 * Math.min(1, Math.max(0, part))).toString(16).padStart(2, '0')).join('').toUpperCase()}`
const UNIT_RANGE = { MIN: 0, MAX: 1 }

/** What depends on the type. Arrays have one entry for each character of TYPE, as the proposal wants. */
const methodOf = (param: Param): Node => {
  const { decl, value, address } = param
  switch (decl.type) {
    case 'float': case 'beats': case 'int': return {
      TYPE: decl.type === 'int' ? 'i' : 'f', VALUE: [value], RANGE: [{ MIN: decl.min, MAX: decl.max }], CLIPMODE: ['both'],
      ...(address.endsWith('/bpm') && { UNIT: ['time.bpm'] }),
    }
    // T stands for both T and F.
    case 'bool': return { TYPE: 'T', VALUE: [value] }
    case 'choice': return {
      TYPE: 's', VALUE: [value], RANGE: [{ VALS: decl.choices }],
      OVERLOADS: [{ TYPE: 'i', VALUE: [decl.choices.indexOf(String(value))], RANGE: [{ MIN: 0, MAX: Math.max(0, decl.choices.length - 1) }] }],
    }
    // Four floats rather than "r": nothing is lost to 8 bits, and clients disagree on the order in which "r" is written.
    case 'colour': return {
      TYPE: 'ffff', VALUE: numbers(param), RANGE: [UNIT_RANGE, UNIT_RANGE, UNIT_RANGE, UNIT_RANGE],
      EXTENDED_TYPE: ['color.rgba.r', 'color.rgba.g', 'color.rgba.b', 'color.rgba.a'],
      OVERLOADS: [{ TYPE: 'r', VALUE: [hexOf(numbers(param))] }],
    }
    // The picture is 0 to 1, but a point may lie outside it.
    case 'point': return { TYPE: 'ff', VALUE: numbers(param), RANGE: [UNIT_RANGE, UNIT_RANGE], CLIPMODE: ['none', 'none'] }
    case 'trigger': return { TYPE: 'I' }
  }
}

/** A node without what it contains. */
export const nodeOf = ({ path, param }: Branch): Node => {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return {
    FULL_PATH: path || '/',
    DESCRIPTION: param?.decl.label ?? (path === '' ? 'Doppel' : wordsOf(name)),
    ACCESS: !param ? NO_ACCESS : param.decl.type === 'trigger' ? WRITE : READ_AND_WRITE,
    ...(param && { ...methodOf(param), TAGS: [param.decl.type] }),
  }
}

/** A node with all it contains. Addresses may be as deep as the set makes them, which is the depth of this recursion. */
export const treeOf = (branch: Branch): Node =>
  branch.children.size === 0 ? nodeOf(branch) : { ...nodeOf(branch), CONTENTS: Object.fromEntries([...branch.children].map(([name, child]) => [name, treeOf(child)])) }

/** How many nodes {@link treeOf} describes. */
export const sizeOf = (branch: Branch): number => [...branch.children.values()].reduce((sum, child) => sum + sizeOf(child), 1)
