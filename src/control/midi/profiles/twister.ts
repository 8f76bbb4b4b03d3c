import { positionCc, row, type Light, type Profile, type Rgb } from '../profile.js'

/** Hue as the Twister counts it: 1 is blue, by way of cyan, green (about 45), yellow, red (about 85) and magenta back to 126. */
const hueOf = ([r, g, b]: Rgb): number => {
  const [most, least] = [Math.max(r, g, b), Math.min(r, g, b)]
  if (most === least) return 64
  const sixth = most === r ? ((g - b) / (most - least) + 6) % 6 : most === g ? (b - r) / (most - least) + 2 : (r - g) / (most - least) + 4
  return 1 + Math.round((((4 - sixth + 6) % 6) / 6) * 125)
}

/** The colour below an encoder: its hue on channel 2, its brightness (17 off to 47) on channel 3. */
const below: Light = (level, colour, _channel, number) => [
  ...(colour && level > 0 ? [[0xb1, number, hueOf(colour)]] : []),
  [0xb2, number, 17 + Math.round(Math.min(1, Math.max(0, level)) * 30)],
]

const [BANKS, PER_BANK] = [4, 16]
const label = (what: string) => (i: number) => `${what} ${Math.floor(i / PER_BANK) + 1}.${(i % PER_BANK) + 1}`

/** DJ TechTools MIDI Fighter Twister as it leaves the factory: four banks of encoders that send positions. From its user guide, version 1.04. */
export const twister: Profile = {
  id: 'midi-fighter-twister',
  label: 'MIDI Fighter Twister',
  ports: { input: /Midi Fighter Twister/i, output: /Midi Fighter Twister/i },
  controls: [
    ...row(BANKS * PER_BANK, 'knob', label('encoder'), (i) => `1/cc/${i}`, { light: positionCc }),
    ...row(BANKS * PER_BANK, 'button', label('push'), (i) => `2/cc/${i}`, { light: below }),
    ...row(BANKS * 6, 'button', (i) => `side ${Math.floor(i / 6) + 1}.${(i % 6) + 1}`, (i) => `4/cc/${8 + i}`),
  ],
}
