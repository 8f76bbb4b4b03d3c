import { onOffCc, row, type Profile } from '../profile.js'

const transport: readonly (readonly [label: string, cc: number])[] = [
  ['play', 41], ['stop', 42], ['rewind', 43], ['fast forward', 44], ['record', 45], ['cycle', 46],
  ['track back', 58], ['track on', 59], ['marker set', 60], ['marker back', 61], ['marker on', 62],
]
/** The other buttons have no light. */
const lit = 46

/** Korg nanoKONTROL2 as it leaves the factory, in CC mode. From Korg's parameter guide and MIDI implementation (nanoKONTROL2 MIDIimp). */
export const nanoKontrol2: Profile = {
  id: 'nanokontrol2',
  label: 'nanoKONTROL2',
  ports: { input: /nanoKONTROL2/i, output: /nanoKONTROL2/i },
  note: 'for its lights, set LED Mode to External in the Korg Kontrol Editor',
  controls: [
    ...row(8, 'fader', (i) => `fader ${i + 1}`, (i) => `1/cc/${i}`),
    ...row(8, 'knob', (i) => `knob ${i + 1}`, (i) => `1/cc/${16 + i}`),
    ...row(8, 'button', (i) => `solo ${i + 1}`, (i) => `1/cc/${32 + i}`, { light: onOffCc }),
    ...row(8, 'button', (i) => `mute ${i + 1}`, (i) => `1/cc/${48 + i}`, { light: onOffCc }),
    ...row(8, 'button', (i) => `record ${i + 1}`, (i) => `1/cc/${64 + i}`, { light: onOffCc }),
    ...transport.map(([label, cc]) => ({ label, control: `1/cc/${cc}`, kind: 'button' as const, ...(cc <= lit && { light: onOffCc }) })),
  ],
}
