import { describe, expect, it } from 'vitest'
import { parseControl } from '../../src/control/midi/names.js'
import { paletteOf } from '../../src/control/midi/profile.js'
import { controlLabel, profileOf, profiles } from '../../src/control/midi/profiles.js'

describe('profiles', () => {
  it.each([
    ['nanoKONTROL2:nanoKONTROL2 nanoKONTROL2 _ CTRL 20:0', 'nanokontrol2'], ['nanoKONTROL2 SLIDER/KNOB', 'nanokontrol2'], ['nanoKONTROL Studio', undefined],
    ['APC mini mk2:APC mini mk2 APC mini mk2 Contr 24:0', 'apc-mini-mk2'], ['APC mini mk2 Control', 'apc-mini-mk2'], ['APC mini mk2 Notes', undefined], ['APC MINI', undefined],
    ['Launchpad Mini MK3:Launchpad Mini MK3 LPMiniMK3 MI 28:1', 'launchpad-mini'], ['Launchpad Mini MK3:Launchpad Mini MK3 LPMiniMK3 DA 28:0', undefined],
    ['LPMiniMK3 MIDI Out', 'launchpad-mini'], ['LPMiniMK3 DAW Out', undefined], ['MIDIIN2 (LPMiniMK3 MIDI)', 'launchpad-mini'], ['LPMiniMK3 MIDI', undefined],
    ['Launchpad X:Launchpad X LPX MIDI In 32:1', 'launchpad-x'], ['LPX MIDI Out', 'launchpad-x'], ['MIDIIN2 (LPX MIDI)', 'launchpad-x'], ['LPX DAW Out', undefined],
    ['APC40 mkII:APC40 mkII MIDI 1 20:0', 'apc40-mk2'], ['APC40 mkII', 'apc40-mk2'], ['APC40', undefined],
    ['Midi Fighter Twister:Midi Fighter Twister MIDI 1 20:0', 'midi-fighter-twister'], ['Midi Fighter 64', undefined],
  ])('%s', (port, id) => expect(profileOf(port, 'input')?.id).toBe(id))

  it.each(profiles.map((profile) => [profile.label, profile] as const))('%s names each control once, and lights it with sound messages', (_, profile) => {
    const { controls, id, begin = [], end = [] } = profile
    expect(new Set(controls.map(({ control }) => control)).size).toBe(controls.length)
    expect(new Set(controls.map(({ label }) => label)).size).toBe(controls.length)
    const sound = (bytes: readonly number[]) => {
      const [status = 0, ...data] = bytes
      if (status === 0xf0) return data.at(-1) === 0xf7 && data.slice(0, -1).every((byte) => byte >= 0 && byte < 128)
      return status >= 0x80 && status < 0xf0 && data.length === 2 && data.every((byte) => byte >= 0 && byte < 128)
    }
    for (const { control, light } of controls) {
      const parsed = parseControl(`midi/${id}/${control}`)
      expect(parsed, control).toBeDefined()
      for (const level of [0, 0.3, 1]) {
        for (const colour of [undefined, [0, 0, 0], [1, 0.5, 0], [0.2, 0.1, 1]] as const) {
          for (const bytes of light?.(level, colour, (parsed?.channel ?? 1) - 1, parsed?.number ?? 0) ?? []) expect(bytes, `${control} ${bytes.join(' ')}`).toSatisfy(sound)
        }
      }
    }
    expect([...begin, ...end].every(sound)).toBe(true)
  })

  it('call controls as performers do', () => {
    expect([
      'midi/nanokontrol2/1/cc/0', 'midi/nanokontrol2-2/1/cc/41', 'midi/launchpad-mini/1/note/11', 'midi/nanokontrol2/2/cc/0', 'midi/keys/3/bend', 'midi/keys/1/nrpn/300', 'osc/x',
    ].map(controlLabel)).toEqual([
      'nanoKONTROL2 fader 1', 'nanoKONTROL2 (2) play', 'Launchpad Mini pad 1.1', 'nanoKONTROL2 CC 0 (channel 2)', 'keys pitch bend (channel 3)', 'keys NRPN 300 (channel 1)', 'osc/x',
    ])
  })

  it('find the nearest colour of the palette', () => {
    expect([[1, 0, 0], [0.1, 0, 0], [0, 0.9, 0.1], [0, 0, 1], [1, 1, 1], [0, 0, 0]].map(([r = 0, g = 0, b = 0]) => paletteOf([r, g, b]))).toEqual([5, 5, 21, 45, 3, 0])
  })
})
