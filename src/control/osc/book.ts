import { nearest } from '../../engine/nearest.js'
import type { Param, Registry } from '../../engine/registry.js'

/** A name in the tree of addresses: a parameter, a container of more, or both. */
export interface Branch {
  readonly path: string
  param: Param | undefined
  readonly children: Map<string, Branch>
}

/** The registry's addresses as a tree, which notices when they change. */
export interface AddressBook {
  /** Rises whenever addresses came or went. */
  revision(): number
  readonly root: Branch
  /** The branch at an address; `/` is the root. */
  find(path: string): Branch | undefined
  /** The address most likely meant by one that does not exist. */
  suggest(address: string): string | undefined
}

/** The registry does not announce new addresses, so they are compared this often at most, ms: a frame at 60 Hz. */
const COMPARE_MS = 16

const plant = (registry: Registry, addresses: readonly string[]): Branch => {
  const root: Branch = { path: '', param: undefined, children: new Map() }
  for (const address of addresses) {
    let branch = root
    for (const name of address.slice(1).split('/')) {
      const path = `${branch.path}/${name}`
      const child: Branch = branch.children.get(name) ?? { path, param: undefined, children: new Map() }
      branch.children.set(name, child)
      branch = child
    }
    branch.param = registry.get(address)
  }
  return root
}

export const createBook = (registry: Registry, now: () => number): AddressBook => {
  let comparedAt = Number.NEGATIVE_INFINITY
  let addresses: string[] = []
  let params: (Param | undefined)[] = []
  let revision = 0
  let root: Branch | undefined
  const compare = (): number => {
    if (now() - comparedAt < COMPARE_MS) return revision
    comparedAt = now()
    let i = 0
    let same = true
    for (const address of registry.addresses) {
      same &&= address === addresses[i] && registry.get(address) === params[i]
      i++
    }
    if (same && i === addresses.length) return revision
    addresses = [...registry.addresses]
    params = addresses.map((address) => registry.get(address))
    root = undefined
    return ++revision
  }
  const tree = (): Branch => {
    compare()
    return (root ??= plant(registry, addresses))
  }
  const find = (path: string): Branch | undefined =>
    path === '/' ? tree() : path.slice(1).split('/').reduce<Branch | undefined>((branch, name) => branch?.children.get(name), tree())
  return {
    revision: compare,
    get root() { return tree() },
    find,
    suggest(address) {
      // Name by name, so that only a few names are compared however many addresses there are.
      const names = address.slice(1).split('/')
      let branch: Branch | undefined = tree()
      for (const name of names) {
        const close: string | undefined = branch.children.has(name) ? name : nearest(name, branch.children.keys())
        branch = close === undefined ? undefined : branch.children.get(close)
        if (!branch) break
      }
      if (branch?.param) return branch.path
      // Else the same last name elsewhere: the beginning was left out.
      const last = `/${names.at(-1) ?? ''}`
      return addresses.find((one) => one.endsWith(last))
    },
  }
}
