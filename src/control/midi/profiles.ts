import { parseControl } from './names.js'
import type { Profile, ProfileControl } from './profile.js'
import { apc40Mk2 } from './profiles/apc40-mk2.js'
import { apcMiniMk2 } from './profiles/apc-mini-mk2.js'
import { launchpadMini, launchpadX } from './profiles/launchpad.js'
import { nanoKontrol2 } from './profiles/nano-kontrol-2.js'
import { twister } from './profiles/twister.js'

export type { Profile, ProfileControl } from './profile.js'

/** The controllers that Doppel knows by name. */
export const profiles: readonly Profile[] = [nanoKontrol2, apcMiniMk2, launchpadMini, launchpadX, apc40Mk2, twister]

/** The profile of whatever has this port; undefined for other devices, and for ports of known ones that are not to be used. */
export const profileOf = (port: string, side: 'input' | 'output'): Profile | undefined => profiles.find(({ ports }) => ports[side].test(port.replace(/\s+\d+:\d+\s*$/, '')))

const tables = new Map<Profile, ReadonlyMap<string, ProfileControl>>()
const tableOf = (profile: Profile): ReadonlyMap<string, ProfileControl> => {
  const known = tables.get(profile)
  if (known) return known
  const table = new Map(profile.controls.map((each) => [each.control, each]))
  tables.set(profile, table)
  return table
}

/** What a profile knows of a control, given its whole name: `midi/nanokontrol2/1/cc/0`. */
export const profileControl = (profile: Profile | undefined, control: string): ProfileControl | undefined => {
  const slash = control.indexOf('/', 5)
  return profile && slash > 0 ? tableOf(profile).get(control.slice(slash + 1)) : undefined
}

/** A control as a performer calls it: "nanoKONTROL2 fader 1", or what can be said of one that is in no profile: "my-synth CC 7 (channel 1)". */
export const controlLabel = (control: string): string => {
  const parsed = parseControl(control)
  if (!parsed) return control
  const profile = profiles.find(({ id }) => parsed.device === id || (parsed.device.startsWith(`${id}-`) && /^\d+$/.test(parsed.device.slice(id.length + 1))))
  const which = profile && parsed.device.length > profile.id.length ? ` (${parsed.device.slice(profile.id.length + 1)})` : ''
  const known = profileControl(profile, control)
  if (profile && known) return `${profile.label}${which} ${known.label}`
  const words = { cc: 'CC', cc14: '14-bit CC', nrpn: 'NRPN', note: 'note', bend: 'pitch bend', pressure: 'pressure', program: 'program' }[parsed.kind]
  const number = ['bend', 'pressure', 'program'].includes(parsed.kind) ? '' : ` ${parsed.number}`
  return `${profile ? `${profile.label}${which}` : parsed.device} ${words}${number} (channel ${parsed.channel})`
}
