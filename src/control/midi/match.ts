import { uniqueSlug } from '../../engine/registry.js'
import { deviceName, deviceSlug, isOwnPort } from './names.js'
import type { PortName } from './ports.js'
import { profileOf, type Profile } from './profiles.js'

/** One device as its ports show it: most have an input and an output. */
export interface Seen {
  readonly name: string
  /** What it is called in control names before it is told from others of its kind. */
  readonly base: string
  readonly profile: Profile | undefined
  readonly input: PortName | undefined
  readonly output: PortName | undefined
  /** The same for as long as the same connection holds. */
  readonly key: string
}

interface Named extends PortName {
  /** How many ports have this name. */
  readonly of: number
  readonly base: string
  readonly profile: Profile | undefined
}

const listed = (ports: readonly string[], side: 'input' | 'output'): Named[] => {
  const counts = new Map<string, number>()
  const named = ports.filter((port) => !isOwnPort(port)).map((name) => {
    const nth = counts.get(name) ?? 0
    counts.set(name, nth + 1)
    const profile = profileOf(name, side)
    return { name, nth, profile, base: profile?.id ?? deviceSlug(name) }
  })
  return named.map((port) => ({ ...port, of: counts.get(port.name) ?? 1 }))
}

const plain = ({ name, nth }: Named): PortName => ({ name, nth })

/** Where a system gives two devices one name, the ports do not tell which of them went: all of them are opened anew when their number changes. */
const keyOf = (input: Named | undefined, output: Named | undefined): string =>
  JSON.stringify([input?.name, input?.nth, input?.of, output?.name, output?.nth, output?.of])

/** The devices behind the ports, in the order of their inputs: an output belongs to the input with the same name, else to the next of its kind. */
export const seenDevices = (inputs: readonly string[], outputs: readonly string[]): Seen[] => {
  const free = listed(outputs, 'output')
  const take = (fits: (port: Named) => boolean) => {
    const at = free.findIndex(fits)
    return at < 0 ? undefined : free.splice(at, 1)[0]
  }
  const ins = listed(inputs, 'input')
  const exact = ins.map((input) => take(({ name, nth }) => name === input.name && nth === input.nth))
  const both = ins.map((input, i): Seen => {
    const output = exact[i] ?? take(({ base }) => base === input.base)
    return { name: input.profile?.label ?? deviceName(input.name), base: input.base, profile: input.profile, input: plain(input), output: output && plain(output), key: keyOf(input, output) }
  })
  return [...both, ...free.map((output): Seen => ({ name: output.profile?.label ?? deviceName(output.name), base: output.base, profile: output.profile, input: undefined, output: plain(output), key: keyOf(undefined, output) }))]
}

/** `base`, or `base-2`, ... whichever no connected device has. */
export const freeSlug = (base: string, connected: Iterable<string>): string => uniqueSlug(base, new Set(connected))

/** Whether a performer's word for a device means this one: part of its name, or its slug. */
export const isNamed = (wanted: 'all' | 'none' | readonly string[], slug: string, seen: Seen): boolean => {
  if (wanted === 'all' || wanted === 'none') return wanted === 'all'
  return wanted.some((word) => {
    const [asked, names] = [deviceSlug(word), [slug, deviceSlug(seen.name), deviceSlug(seen.input?.name ?? ''), deviceSlug(seen.output?.name ?? '')]]
    return names.some((name) => name.includes(asked))
  })
}
