import type { ParamValue } from '../../engine/params.js'
import type { Param } from '../../engine/registry.js'
import { modeOf, type BindingDecl } from '../binding.js'
import { createMapping } from '../mapping.js'
import { numericOf } from '../numeric.js'
import { meant } from '../play-binding.js'
import type { MidiControl } from './names.js'
import type { Rgb } from './profile.js'
import { profileControl, type Profile } from './profiles.js'

/** How a control should look. */
export interface Look {
  /** Where its fader or ring stands, or how bright it is: 0..1. */
  readonly level: number
  readonly colour: Rgb | undefined
}

const same = (a: unknown, b: ParamValue): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)

/** Finds how a binding's control shows its parameter's value. A trigger has nothing to show. */
export const createLook = (binding: BindingDecl, param: Param): (() => Look) => {
  const mode = binding.mode ?? modeOf(param.decl)
  const { decl } = param
  if (decl.type === 'trigger') return () => ({ level: 0, colour: undefined })
  if (binding.value !== undefined && mode !== 'set') return () => ({ level: same(meant(param, binding.value), param.value) ? 1 : 0, colour: undefined })
  const numeric = numericOf(decl, binding.component)
  const mapping = numeric && createMapping(numeric, binding.curve, binding.range)
  if (decl.type === 'colour') {
    return () => {
      const [r = 0, g = 0, b = 0] = param.value as readonly number[]
      return { level: numeric && mapping ? mapping.toPosition(numeric.read(param.value)) : 1, colour: [r, g, b] }
    }
  }
  if (!numeric || !mapping) return () => ({ level: 0, colour: undefined })
  if (mode !== 'set') return () => ({ level: numeric.read(param.value) === mapping.high ? 1 : 0, colour: undefined })
  // Of a few values the first is shown as nothing and the last as everything, though their places on a fader lie further in.
  const { count } = mapping
  return () => {
    const position = mapping.toPosition(numeric.read(param.value))
    return { level: count === undefined || count < 2 ? position : Math.min(1, Math.max(0, (position * count - 0.5) / (count - 1))), colour: undefined }
  }
}

const seven = (level: number): number => Math.min(127, Math.max(0, Math.round(level * 127)))
const halves = (level: number): readonly [number, number] => {
  const value = Math.min(16383, Math.max(0, Math.round(level * 16383)))
  return [value >> 7, value & 127]
}

/** Controllers of no known make that listen at all listen to what they send. */
const plainMessages = ({ kind, channel, number }: MidiControl, level: number): readonly (readonly number[])[] => {
  const [cc, [msb, lsb]] = [0xb0 | (channel - 1), halves(level)]
  switch (kind) {
    case 'cc': return [[cc, number, seven(level)]]
    case 'cc14': return [[cc, number, msb], [cc, number + 32, lsb]]
    case 'nrpn': return [[cc, 99, number >> 7], [cc, 98, number & 127], [cc, 6, msb], [cc, 38, lsb]]
    case 'note': return [[0x90 | (channel - 1), number, seven(level)]]
    case 'bend': return [[0xe0 | (channel - 1), lsb, msb]]
    case 'pressure': case 'program': return []
  }
}

/** The messages that make a control look so; none for a control that its profile knows to show nothing. */
export const lightMessages = (profile: Profile | undefined, name: string, control: MidiControl, { level, colour }: Look): readonly (readonly number[])[] => {
  const known = profileControl(profile, name)
  if (known) return known.light?.(level, colour, control.channel - 1, control.number) ?? []
  return plainMessages(control, level)
}
