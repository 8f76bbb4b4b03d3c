import type { ParamValue } from '../../engine/params.js'
import type { Registry } from '../../engine/registry.js'

export interface SnapshotOptions {
  /** Addresses, or what they begin with; everything unless told. */
  readonly only?: readonly string[]
}

/** What no snapshot holds unless it is asked for by name: the time, the way through the show, and what is pressed in need. */
const NEVER = ['/clock', '/cues', '/master/blackout', '/master/freeze', '/master/test-card', '/master/bypass', '/master/scene']

/** Whether an address is this one or lies below it. */
export const isBelow = (address: string, prefix: string): boolean => address === prefix || address.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`)

/** What everything is set to (not where modulation has moved it), by address. Triggers have nothing to store. */
export const takeSnapshot = (registry: Registry, { only }: SnapshotOptions = {}): Record<string, ParamValue> => {
  const values: Record<string, ParamValue> = {}
  for (const address of registry.addresses) {
    const param = registry.get(address)
    if (!param || param.decl.type === 'trigger') continue
    if (only ? !only.some((prefix) => isBelow(address, prefix)) : NEVER.some((prefix) => isBelow(address, prefix))) continue
    values[address] = typeof param.value === 'object' ? [...param.value] : param.value
  }
  return values
}
