import { dimmed, onOffNote, row, type Light, type Profile } from '../profile.js'

/** Colour components go out as 8 bits in two bytes. */
const two = (value: number): readonly [number, number] => [value >> 7, value & 127]

/** RGB lighting of one pad. A pad that is off shows nothing, also of a blink or pulse set by its note before. */
const pad: Light = (level, colour, _channel, number) => {
  const [r, g, b] = dimmed(level, colour, 255)
  return [[0xf0, 0x47, 0x7f, 0x4f, 0x24, 0, 8, number, number, ...two(r), ...two(g), ...two(b), 0xf7]]
}

/** Akai APC mini mk2. From Akai's "APC mini mk2 Communication Protocol" v1.0: notes 0-63 from the lower left, track buttons 0x64, scene buttons 0x70, faders CC 0x30. */
export const apcMiniMk2: Profile = {
  id: 'apc-mini-mk2',
  label: 'APC mini mk2',
  // Its second pair of ports ("Notes") belongs to the keyboard mode.
  ports: { input: /^(?!.*notes)(?!MIDIIN2).*APC mini mk2/i, output: /^(?!.*notes)(?!MIDIOUT2).*APC mini mk2/i },
  controls: [
    ...row(64, 'pad', (i) => `pad ${i + 1}`, (i) => `1/note/${i}`, { light: pad }),
    ...row(8, 'button', (i) => `track ${i + 1}`, (i) => `1/note/${0x64 + i}`, { light: onOffNote }),
    ...row(8, 'button', (i) => `scene ${i + 1}`, (i) => `1/note/${0x70 + i}`, { light: onOffNote }),
    { label: 'shift', control: '1/note/122', kind: 'button' },
    ...row(8, 'fader', (i) => `fader ${i + 1}`, (i) => `1/cc/${0x30 + i}`),
    { label: 'master fader', control: '1/cc/56', kind: 'fader' },
  ],
}
