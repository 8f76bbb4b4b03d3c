import { dimmed, row, type Light, type Profile } from '../profile.js'

/** RGB lighting by system exclusive; in programmer mode the number of a light is that of its control. */
const rgb = (model: number): Light => (level, colour, _channel, number) =>
  [[0xf0, 0x00, 0x20, 0x29, 0x02, model, 0x03, 0x03, number, ...dimmed(level, colour, 127), 0xf7]]

/** Programmer mode: the pads are notes 11-88 (tens from the bottom, ones from the left), the buttons around them CCs. */
const launchpad = (id: string, label: string, model: number, ports: Profile['ports']): Profile => {
  const light = rgb(model)
  const mode = (programmer: number) => [0xf0, 0x00, 0x20, 0x29, 0x02, model, 0x0e, programmer, 0xf7]
  return {
    id, label, ports,
    begin: [mode(1)],
    end: [mode(0)],
    controls: [
      ...row(64, 'pad', (i) => `pad ${Math.floor(i / 8) + 1}.${(i % 8) + 1}`, (i) => `1/note/${(Math.floor(i / 8) + 1) * 10 + (i % 8) + 1}`, { light }),
      ...row(8, 'button', (i) => `top ${i + 1}`, (i) => `1/cc/${91 + i}`, { light }),
      ...row(8, 'button', (i) => `right ${i + 1}`, (i) => `1/cc/${(i + 1) * 10 + 9}`, { light }),
    ],
  }
}

/** Of the two pairs of ports the second is for programmers; Windows calls it by number. */
const second = (name: string, short: string): Profile['ports'] => ({
  input: new RegExp(`^MIDIIN2 \\(${short} MIDI\\)|^(?!${short} MIDI$).*(${name}.*|^)${short} MI`, 'i'),
  output: new RegExp(`^MIDIOUT2 \\(${short} MIDI\\)|^(?!${short} MIDI$).*(${name}.*|^)${short} MI`, 'i'),
})

/** Novation Launchpad Mini [MK3]. From Novation's "Launchpad Mini [MK3] Programmer's reference manual". */
export const launchpadMini = launchpad('launchpad-mini', 'Launchpad Mini', 0x0d, second('Launchpad Mini MK3', 'LPMiniMK3'))

/** Novation Launchpad X. From Novation's "Launchpad X Programmer's reference manual". */
export const launchpadX = launchpad('launchpad-x', 'Launchpad X', 0x0c, second('Launchpad X', 'LPX'))
