import { Subject, type Observable } from 'rxjs'
import { clampParam, type ParamDecl, type ParamValue } from './params.js'

/** One addressable parameter, wherever it lives: the same address is its OSC path, MIDI target, set key and UI row. */
export interface Param {
  readonly address: string
  readonly decl: ParamDecl
  /** What it was set to: what is saved, shown and undone. Modulation leaves it alone. */
  readonly value: ParamValue
  /** What is drawn: the value, or where modulation has moved it. */
  readonly drawn: ParamValue
  /** Takes a value, brought into range; false when it is of the wrong kind altogether. `from` is the id of who sets it, who need not be told. */
  set(value: unknown, from?: string): boolean
  /** Draws with another value until `release`; out of range is brought in, of the wrong kind is ignored. No change is announced. */
  modulate(value: ParamValue): void
  release(): void
}

/** One change of a parameter, after it happened. */
export interface ParamChange {
  readonly param: Param
  readonly before: ParamValue
  /** Who set it: a surface's id, or '' when that does not matter. */
  readonly from: string
}

/** Where a parameter keeps its value: a property of whatever object is played. */
export interface Cell {
  get(): ParamValue
  set(value: ParamValue): void
}

export interface Registry {
  add(address: string, decl: ParamDecl, cell: Cell): Param
  get(address: string): Param | undefined
  remove(prefix: string): void
  readonly addresses: Iterable<string>
  /** Every change, after it happened. */
  readonly change$: Observable<ParamChange>
}

const ADDRESS = /^(\/[a-z0-9][a-z0-9-]*)+$/

/** Lower-case letters, digits and hyphens: what a name becomes in an address. */
export const slug = (name: string): string => name.toLowerCase().normalize('NFKD').replace(/\p{M}+/gu, '').replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '') || 'unnamed'

/** A parameter's name as it stands in an address: `cropLeft` is `crop-left`. */
export const kebab = (name: string): string => slug(name.replace(/([a-z0-9])([A-Z])/g, '$1-$2'))

/** `base`, or `base-2`, `base-3`... whichever `taken` does not hold yet; adds it. */
export const uniqueSlug = (base: string, taken: Set<string>): string => {
  let name = base
  for (let i = 2; taken.has(name); i++) name = `${base}-${i}`
  taken.add(name)
  return name
}

const same = (a: ParamValue, b: ParamValue): boolean =>
  a === b || (Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((part, i) => part === (b as readonly number[])[i]))

export const createRegistry = (): Registry => {
  const params = new Map<string, Param>()
  const changes = new Subject<ParamChange>()
  return {
    add(address, decl, cell) {
      if (!ADDRESS.test(address)) throw new RangeError(`"${address}" is no parameter address: it must look like /scene/layer/effect/param`)
      if (params.has(address)) throw new RangeError(`the address ${address} is taken already`)
      // While modulated, the cell holds what is drawn and this what was set.
      let base: ParamValue | undefined
      const param: Param = {
        address,
        decl,
        get value() { return base ?? cell.get() },
        get drawn() { return cell.get() },
        set(value, from = '') {
          const fitted = clampParam(decl, value)
          if (fitted === undefined) return false
          const before = param.value
          if (same(fitted, before)) return true
          if (base === undefined) cell.set(fitted)
          else base = fitted
          changes.next({ param, before, from })
          return true
        },
        modulate(value) {
          const fitted = clampParam(decl, value)
          if (fitted === undefined) return
          base ??= cell.get()
          cell.set(fitted)
        },
        release() {
          if (base === undefined) return
          cell.set(base)
          base = undefined
        },
      }
      params.set(address, param)
      return param
    },
    get: (address) => params.get(address),
    remove(prefix) {
      for (const address of params.keys()) if (address === prefix || address.startsWith(`${prefix}/`)) params.delete(address)
    },
    get addresses() { return params.keys() },
    change$: changes,
  }
}

/** Fires a trigger once. */
export const fire = (param: Param, from = ''): void => { param.set(Number(param.value) + 1, from) }
