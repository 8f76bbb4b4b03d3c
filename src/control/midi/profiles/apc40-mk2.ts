import { onOffNote, paletteOf, positionCc, row, type Light, type Profile } from '../profile.js'

/** Its pads take a colour of the palette as velocity; they have no brightness of their own. */
const pad: Light = (level, colour, _channel, number) => [[0x90, number, level > 0 ? paletteOf(colour) : 0]]

const singles: readonly (readonly [label: string, note: number])[] = [
  ['master', 0x50], ['stop all clips', 0x51], ['pan', 0x57], ['sends', 0x58], ['user', 0x59], ['metronome', 0x5a], ['play', 0x5b], ['record', 0x5d],
  ['session', 0x66], ['device left', 0x3a], ['device right', 0x3b], ['bank left', 0x3c], ['bank right', 0x3d], ['device on', 0x3e], ['device lock', 0x3f],
  ['clip view', 0x40], ['detail view', 0x41], ['bank', 0x67],
]
const unlit: readonly (readonly [label: string, note: number])[] = [
  ['up', 0x5e], ['down', 0x5f], ['right', 0x60], ['left', 0x61], ['shift', 0x62], ['tap tempo', 0x63], ['nudge back', 0x64], ['nudge on', 0x65],
]
/** Rings of the device and track knobs: CCs that set how they look, to "volume". */
const rings = [0x18, 0x38].flatMap((first) => Array.from({ length: 8 }, (_, i) => [0xb0, first + i, 2]))

/** Akai APC40 mkII in its mode 1, in which the host holds all the lights. From Akai's "APC40 Mk2 Communications Protocol" v1.2. */
export const apc40Mk2: Profile = {
  id: 'apc40-mk2',
  label: 'APC40 mk2',
  ports: { input: /APC40 (mk ?2|mkii)/i, output: /APC40 (mk ?2|mkii)/i },
  begin: [[0xf0, 0x47, 0x7f, 0x29, 0x60, 0, 4, 0x41, 1, 0, 0, 0xf7], ...rings],
  end: [[0xf0, 0x47, 0x7f, 0x29, 0x60, 0, 4, 0x40, 1, 0, 0, 0xf7]],
  controls: [
    ...row(40, 'pad', (i) => `pad ${Math.floor(i / 8) + 1}.${(i % 8) + 1}`, (i) => `1/note/${i}`, { light: pad }),
    ...row(5, 'pad', (i) => `scene ${i + 1}`, (i) => `1/note/${0x52 + i}`, { light: pad }),
    ...row(8, 'button', (i) => `clip stop ${i + 1}`, (i) => `${i + 1}/note/${0x34}`, { light: onOffNote }),
    ...row(8, 'button', (i) => `track ${i + 1}`, (i) => `${i + 1}/note/${0x33}`, { light: onOffNote }),
    ...row(8, 'button', (i) => `activator ${i + 1}`, (i) => `${i + 1}/note/${0x32}`, { light: onOffNote }),
    ...row(8, 'button', (i) => `solo ${i + 1}`, (i) => `${i + 1}/note/${0x31}`, { light: onOffNote }),
    ...row(8, 'button', (i) => `record arm ${i + 1}`, (i) => `${i + 1}/note/${0x30}`, { light: onOffNote }),
    ...row(8, 'button', (i) => `crossfade ${i + 1}`, (i) => `${i + 1}/note/${0x42}`, { light: onOffNote }),
    ...singles.map(([label, note]) => ({ label, control: `1/note/${note}`, kind: 'button' as const, light: onOffNote })),
    ...unlit.map(([label, note]) => ({ label, control: `1/note/${note}`, kind: 'button' as const })),
    ...row(8, 'fader', (i) => `fader ${i + 1}`, (i) => `${i + 1}/cc/7`),
    { label: 'master fader', control: '1/cc/14', kind: 'fader' },
    { label: 'crossfader', control: '1/cc/15', kind: 'fader' },
    ...row(8, 'knob', (i) => `device knob ${i + 1}`, (i) => `1/cc/${16 + i}`, { light: positionCc }),
    ...row(8, 'knob', (i) => `track knob ${i + 1}`, (i) => `1/cc/${48 + i}`, { light: positionCc }),
    { label: 'cue level', control: '1/cc/47', kind: 'encoder', encoding: 'twos' },
    { label: 'tempo', control: '1/cc/13', kind: 'encoder', encoding: 'twos' },
  ],
}
