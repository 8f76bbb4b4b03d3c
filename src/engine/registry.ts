import { Subject, type Observable } from 'rxjs'
import { clampParam, type ParamDecl, type ParamValue } from './params.js'

/** One addressable parameter, wherever it lives: the same address is its OSC path, MIDI target, set key and UI row. */
export interface Param {
  readonly address: string
  readonly decl: ParamDecl
  readonly value: ParamValue
  /** Takes a value, brought into range; false when it is of the wrong kind altogether. */
  set(value: unknown): boolean
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
  readonly change$: Observable<Param>
}

const ADDRESS = /^(\/[a-z0-9][a-z0-9-]*)+$/

/** Lower-case letters, digits and hyphens: what a name becomes in an address. */
export const slug = (name: string): string => name.toLowerCase().normalize('NFKD').replace(/\p{M}+/gu, '').replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '') || 'unnamed'

/** `base`, or `base-2`, `base-3`... whichever `taken` does not hold yet; adds it. */
export const uniqueSlug = (base: string, taken: Set<string>): string => {
  let name = base
  for (let i = 2; taken.has(name); i++) name = `${base}-${i}`
  taken.add(name)
  return name
}

export const createRegistry = (): Registry => {
  const params = new Map<string, Param>()
  const changes = new Subject<Param>()
  return {
    add(address, decl, cell) {
      if (!ADDRESS.test(address)) throw new RangeError(`"${address}" is no parameter address: it must look like /scene/layer/effect/param`)
      if (params.has(address)) throw new RangeError(`the address ${address} is taken already`)
      const param: Param = {
        address,
        decl,
        get value() { return cell.get() },
        set(value) {
          const fitted = clampParam(decl, value)
          if (fitted === undefined) return false
          if (fitted !== cell.get()) {
            cell.set(fitted)
            changes.next(param)
          }
          return true
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
