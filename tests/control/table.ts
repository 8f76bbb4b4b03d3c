import type { ParamDecl, ParamValue } from '../../src/engine/params.js'
import { beats, bool, choice, colour, defaultOf, float, int, point, trigger } from '../../src/engine/params.js'
import { createRegistry, type Registry } from '../../src/engine/registry.js'
import type { ControlEvent, Signals } from '../../src/control/types.js'

export const ALL: Readonly<Record<string, ParamDecl>> = {
  '/s/l/amount': float(0, 1, 0.5), '/s/l/wide': float(-10, 10, 0), '/s/l/copies': int(1, 16, 4), '/s/l/many': int(0, 5000, 0), '/s/l/spacing': beats(1 / 32, 4, 1),
  '/s/l/on': bool(false), '/s/l/look': choice(['a', 'b', 'c'], 'a'), '/s/l/tint': colour(0, 0, 0), '/s/l/place': point(0.5, 0.5), '/s/l/hit': trigger(),
}

export interface Table {
  readonly registry: Registry
  value(address: string): ParamValue
  drawn(address: string): ParamValue
  set(address: string, value: unknown, from?: string): void
  /** Every change, as `address=value`. */
  readonly changes: string[]
}

/** A registry with a parameter of every type. */
export const layTable = (decls: Readonly<Record<string, ParamDecl>> = ALL): Table => {
  const registry = createRegistry()
  for (const [address, decl] of Object.entries(decls)) {
    let held = defaultOf(decl)
    registry.add(address, decl, { get: () => held, set: (value) => { held = value } })
  }
  const changes: string[] = []
  registry.change$.subscribe(({ param: { address, value } }) => changes.push(`${address}=${JSON.stringify(value)}`))
  const param = (address: string) => {
    const found = registry.get(address)
    if (!found) throw new Error(`no ${address}`)
    return found
  }
  return {
    registry, changes,
    value: (address) => param(address).value,
    drawn: (address) => param(address).drawn,
    set: (address, value, from) => { param(address).set(value, from) },
  }
}

export const event = (control: string, kind: ControlEvent['kind'], value: number, at = 0): ControlEvent => ({ control, kind, value, at })

/** The signals of tick `n` at a rate and tempo. */
export const signals = (n: number, fps = 60, bpm = 120, more: Partial<Signals> = {}): Signals => ({
  time: n / fps, dt: n === 0 ? 0 : 1 / fps, beat: ((n / fps) * bpm) / 60, audio: undefined, followed: () => undefined, ...more,
})

/** Numbers between 0 and 1, the same ones every time. */
export const dice = (seed: number) => () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return seed / 0x1_0000_0000
}
